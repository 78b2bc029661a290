#include "workflow/label_lists.h"

#include "gradcut/dataset/voc.h"
#include "gradcut/run/manifest.h"
#include "gradcut/storage/file.h"

#include <nlohmann/json.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The images to train on, as the devkit's ImageSets have them: those labelled with enough
// confidence, by their names below the folder of the labels.
std::size_t WriteTrainingList(const fs::path& folder, double min_confidence) {
  std::string list;
  std::size_t kept = 0;
  for (const nlohmann::json& entry : EntriesIn(folder / "manifest.jsonl")) {
    if (entry.value("status", "failed") == "failed") continue;
    const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
    if (!confidence.is_number() || confidence.get<double>() < min_confidence) continue;
    list += fs::path(entry.at("output").get<std::string>())
                .lexically_relative(kClassFolder)
                .replace_extension()
                .string() +
            "\n";
    ++kept;
  }
  WriteFileAtomically(folder / "train.txt", list);
  return kept;
}

}  // namespace

void WriteClassList(const LabelRun& run) {
  std::string names;
  for (const std::string& name : run.classes) names += name + "\n";
  WriteFileAtomically(run.folder / "classes.txt", names);
}

std::size_t WriteLabelLists(const LabelRun& run, const std::vector<LabelExport>& exports) {
  WriteClassList(run);
  ExportLabels(run, exports);
  return WriteTrainingList(run.folder, run.min_confidence);
}

}  // namespace gradcut
