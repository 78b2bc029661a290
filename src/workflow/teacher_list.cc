#include "workflow/teacher_list.h"

#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/text.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"

#include <set>
#include <string>

namespace gradcut {

void TeacherList::Write(const std::vector<LabelTeacher>& images,
                        const std::vector<nlohmann::json>& sources) const {
  std::string text;
  for (std::size_t i = 0; i < images.size(); ++i)
    text += JsonLine({{"path", images[i].path.string()}, {"source", sources[i]}}) + "\n";
  WriteFileAtomically(file_, text);
}

std::size_t TeacherList::CountRenewed(const std::vector<LabelTeacher>& images,
                                      const ImageReadOptions& read) const {
  std::set<std::filesystem::path> paths;
  for (const LabelTeacher& image : images) paths.insert(image.path);
  std::size_t renewed = 0;
  ForEachRawLine(file_, [&](const std::string& line) {
    const nlohmann::json entry = ParsedJson(line);
    const std::filesystem::path path = RunRecord::TextAt(entry, "path");
    if (!paths.contains(path)) return;
    const nlohmann::json source = entry.value("source", nlohmann::json());
    const bool is_other = source.is_null() ? FailureOf(path, [&] { ReadImage(path, read); }).empty()
                                           : source != StampOf(path);
    renewed += is_other ? 1 : 0;
  });
  return renewed;
}

}  // namespace gradcut
