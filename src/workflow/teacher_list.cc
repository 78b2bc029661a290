#include "workflow/teacher_list.h"

#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/text.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"

#include <map>
#include <system_error>

namespace gradcut {

void TeacherList::Write(const std::vector<LabelTeacher>& images,
                        const std::vector<nlohmann::json>& sources) const {
  std::string text;
  for (std::size_t i = 0; i < images.size(); ++i)
    text +=
        JsonLine({{"path", CanonicalPath(images[i].path).string()}, {"source", sources[i]}}) + "\n";
  WriteFileAtomically(file_, text);
}

TeacherList::Since TeacherList::Compare(const std::vector<LabelTeacher>& images,
                                        const ImageReadOptions& read) const {
  Since since;
  std::error_code ignored;
  if (!std::filesystem::exists(file_, ignored)) return since;
  std::map<std::string, const LabelTeacher*> by_path;  // However they are called now.
  for (const LabelTeacher& image : images) by_path[CanonicalPath(image.path).string()] = &image;
  ForEachRawLine(file_, [&](const std::string& line) {
    const nlohmann::json entry = ParsedJson(line);
    const auto image = by_path.find(RunRecord::TextAt(entry, "path"));
    if (image == by_path.end()) return;
    const std::filesystem::path& path = image->second->path;
    const nlohmann::json source = entry.value("source", nlohmann::json());
    const std::string failure =
        source.is_null() ? FailureOf(path, [&] { ReadImage(path, read); }) : "";
    if (source.is_null() ? failure.empty() : source != StampOf(path)) ++since.renewed;
    if (!failure.empty() && image->second->extra) since.failures.push_back(failure);
  });
  return since;
}

}  // namespace gradcut
