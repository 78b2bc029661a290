#include "dataset/voc_annotation.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

namespace gradcut {

pugi::xml_document ReadVocAnnotation(const std::filesystem::path& path) {
  const std::string name = Printable(path);
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  Require(!bytes.empty(), "{}: is empty", name);
  pugi::xml_document document;
  const auto parsed = document.load_buffer(bytes.data(), bytes.size(),
                                           pugi::parse_default | pugi::parse_trim_pcdata);
  Require(parsed, "{}: is not XML: {} (byte {})", name, parsed.description(), parsed.offset + 1);
  Require(!RootOf(document).empty(), "{}: has no 'annotation', expected VOC's form", name);
  return document;
}

pugi::xml_node RootOf(const pugi::xml_document& annotation) {
  return annotation.child("annotation");
}

}  // namespace gradcut
