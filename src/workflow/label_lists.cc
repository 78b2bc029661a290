#include "workflow/label_lists.h"

#include "gradcut/dataset/voc.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
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
  const fs::path manifest = folder / "manifest.jsonl";
  for (const nlohmann::json& entry : EntriesIn(manifest)) {
    if (RunRecord::Failed(entry)) continue;
    const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
    if (!confidence.is_number() || confidence.get<double>() < min_confidence) continue;
    list += fs::path(FieldOf<std::string>(entry, "output", manifest))
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

std::size_t WriteLabelLists(const LabelRun& run, const std::vector<LabelExport>& exports,
                            const RunControl& control) {
  WriteClassList(run);
  ExportLabels(run, exports, control);
  return WriteTrainingList(run.folder, run.min_confidence);
}

}  // namespace gradcut
