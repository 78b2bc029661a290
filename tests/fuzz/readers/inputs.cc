// What names or holds the photos of a run: lists of paths, and archives.

#include "fuzz/readers.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/run/outputs.h"
#include "gradcut/storage/file.h"
#include "run/input_stream.h"

#include <map>
#include <string>

namespace gradcut::fuzz {
namespace {

bool IsHeif(const std::filesystem::path& path) {
  const std::string extension = LowerExtension(path);
  return extension.starts_with(".he") || extension == ".hif" || extension == ".avif";
}

// Where the mask of an input goes.
bool StaysBelow(const std::filesystem::path& relative) {
  const auto normal = OutputPath(relative, OutputKind::kMask).lexically_normal();
  return normal.has_filename() && normal.is_relative() && *normal.begin() != "..";
}

}  // namespace

void ReadPathList(Bytes bytes) {
  const auto path = FileWith("lists/list.txt", bytes);
  const auto list = [](const std::filesystem::path& file) {
    return ListInputs(std::vector{"@" + file.string()}).inputs;
  };
  MayRefuse([&] {
    const std::vector<Input> inputs = list(path);
    std::string lines = "\n";  // A name that comes first may begin like UTF-16.
    for (const Input& input : inputs) {
      Holds(StaysBelow(input.relative), "a list leads out of the output folder");
      // A name with a tab is taken for it where there is such a file.
      if (input.path.native().find('\t') != std::string::npos) return;
      lines += ListLine(input) + "\n";
    }
    const std::vector<Input> again = list(FileWith("lists/again.txt", BytesOf(lines)));
    Holds(again.size() == inputs.size(), "inputs get lost in writing");
    for (std::size_t i = 0; i < again.size(); ++i) {
      Holds(again[i].path == inputs[i].path, "paths change when they are written and read");
      // Where a HEIC goes depends on what lies beside it.
      Holds(again[i].relative == inputs[i].relative || IsHeif(inputs[i].path),
            "places change when they are written and read");
    }
  });
}

// By the place of each member, and from the beginning to the end.
void ReadTar(Bytes bytes) {
  const std::vector paths = {FileWith("tar/photos.tar", bytes).string()};
  MayRefuse([&] {
    std::map<std::size_t, std::vector<std::uint8_t>> members;
    for (const Input& input : ListInputs(paths).inputs) {
      Holds(StaysBelow(input.relative), "an archive leads out of the output folder");
      if (!input.problem.empty()) CheckMessage(input.problem);
      MayRefuse([&] { members[input.line] = ReadInput(input); });
    }
    InputStream stream(ListInputs(paths, {}, WithoutImages::kIsEmpty, {}, Archives::kWhole).inputs);
    while (const auto photo = stream.Next()) {
      Holds(StaysBelow(photo->input.relative), "a stream leads out of the output folder");
      const auto member = members.find(photo->input.line);
      if (member == members.end() || !photo->bytes || !photo->input.problem.empty()) continue;
      Holds(member->second == *photo->bytes, "a member is another one by its place");
    }
  });
}

}  // namespace gradcut::fuzz
