#include "cli/label_exports.h"

#include "cli/exit_status.h"
#include "gradcut/io/coco.h"
#include "gradcut/io/file.h"
#include "gradcut/io/mask_io.h"
#include "gradcut/io/polygons.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLabelFolder = "SegmentationClass";

// A label image of the run.
struct Labelled {
  std::string image;  // As the manifest has it.
  fs::path stem;      // Below the folder of the labels.
  cv::Mat labels;
  std::optional<double> confidence;
};

void ForEachLabelled(const fs::path& folder, const std::function<void(const Labelled&)>& visit) {
  std::ifstream manifest(folder / "manifest.jsonl");
  for (std::string line; std::getline(manifest, line);) {
    const nlohmann::json entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!entry.is_object() || entry.value("status", "failed") == "failed") continue;
    const fs::path output = entry.at("output").get<std::string>();
    Labelled labelled = {entry.at("path").get<std::string>(),
                         output.lexically_relative(kLabelFolder).replace_extension(),
                         ReadMask(folder / output).labels,
                         {}};
    if (const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
        confidence.is_number())
      labelled.confidence = confidence.get<double>();
    visit(labelled);
  }
}

void ExportCoco(const fs::path& folder, const std::vector<std::string>& classes) {
  CocoDataset dataset(classes);
  ForEachLabelled(
      folder, [&](const Labelled& each) { dataset.Add(each.image, each.labels, each.confidence); });
  WriteFileAtomically(folder / "annotations.json", dataset.ToJson());
}

void ExportYolo(const fs::path& folder, const std::vector<std::string>& classes) {
  ForEachLabelled(folder, [&](const Labelled& each) {
    WriteFileAtomically(folder / "labels" / (each.stem.string() + ".txt"),
                        YoloSegments(each.labels));
  });
  std::string yaml = "names:\n";
  for (std::size_t index = 1; index < classes.size(); ++index)
    yaml += fmt::format("  {}: {}\n", index - 1,
                        nlohmann::json(classes[index])
                            .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  WriteFileAtomically(folder / "data.yaml", yaml);
}

}  // namespace

std::vector<LabelExport> ParseLabelExports(const std::vector<std::string>& names) {
  std::vector<LabelExport> exports;
  for (const std::string& list : names) {
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
      if (word != "coco" && word != "yolo")
        throw UsageError(
            fmt::format("--export {}: expected coco, yolo, separated by commas", word));
      const LabelExport format = word == "coco" ? LabelExport::kCoco : LabelExport::kYolo;
      if (std::find(exports.begin(), exports.end(), format) == exports.end())
        exports.push_back(format);
    }
  }
  return exports;
}

void ExportLabels(const fs::path& folder, const std::vector<std::string>& classes,
                  const std::vector<LabelExport>& exports) {
  for (const LabelExport format : exports)
    format == LabelExport::kCoco ? ExportCoco(folder, classes) : ExportYolo(folder, classes);
}

}  // namespace gradcut
