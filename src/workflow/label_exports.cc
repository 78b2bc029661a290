#include "gradcut/workflow/label_exports.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/coco.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/polygons.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/outputs.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// A label image of the run.
struct Labelled {
  fs::path photo;
  fs::path place;  // Below the image folder.
  cv::Mat labels;
  std::optional<double> confidence;
};

void ForEachLabelled(const LabelRun& run, const std::function<void(const Labelled&)>& visit) {
  std::map<std::string, const Input*> images;  // By their labels.
  for (const Input& image : run.images)
    images[OutputPath(image.relative, OutputKind::kLabels).string()] = &image;
  const fs::path manifest = run.folder / "manifest.jsonl";
  for (const nlohmann::json& entry : EntriesIn(manifest)) {
    if (RunRecord::Failed(entry)) continue;
    const auto output = FieldOf<std::string>(entry, "output", manifest);
    const auto image = images.find(output);
    if (image == images.end()) continue;
    Labelled labelled = {
        image->second->path, image->second->relative, ReadMask(run.folder / output).labels, {}};
    if (const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
        confidence.is_number())
      labelled.confidence = confidence.get<double>();
    visit(labelled);
  }
}

void ExportCoco(const LabelRun& run) {
  CocoDataset dataset(run.classes);
  ForEachLabelled(run, [&](const Labelled& each) {
    dataset.Add(each.place.generic_string(), each.labels, each.confidence);
  });
  WriteFileAtomically(run.folder / "annotations.json", dataset.ToJson());
}

// Where Ultralytics looks for the labels of an image: the last folder of that name is another.
fs::path YoloLabelOf(const fs::path& image) {
  constexpr std::string_view kImages = "/images/", kLabels = "/labels/";
  std::string path = "/" + fs::path(image).replace_extension(".txt").generic_string();
  path.replace(path.rfind(kImages), kImages.size(), kLabels);
  return path.substr(1);
}

void LinkPhoto(const fs::path& photo, const fs::path& link) {
  std::error_code error;
  fs::create_directories(link.parent_path(), error);
  if (fs::is_symlink(link)) fs::remove(link, error);
  fs::create_symlink(CanonicalPath(photo), link, error);
  if (error) fs::copy_file(photo, link, fs::copy_options::overwrite_existing, error);
  Require(!error, "{}: cannot be made: {}", Printable(link), error.message());
}

void ExportYolo(const LabelRun& run) {
  std::string list;
  ForEachLabelled(run, [&](const Labelled& each) {
    const fs::path image = "images" / each.place;
    WriteFileAtomically(run.folder / YoloLabelOf(image), YoloSegments(each.labels));
    LinkPhoto(each.photo, run.folder / image);
    if (each.confidence >= run.min_confidence) list += "./" + image.generic_string() + "\n";
  });
  WriteFileAtomically(run.folder / "images.txt", list);
  std::string yaml = fmt::format(
      "path: {}\n"
      "train: images.txt\n"
      "val: images.txt  # the same images: put others here to measure with\n"
      "names:\n",
      JsonLine(CanonicalPath(run.folder).string()));
  for (std::size_t index = 1; index < run.classes.size(); ++index)
    yaml += fmt::format("  {}: {}\n", index - 1, JsonLine(run.classes[index]));
  WriteFileAtomically(run.folder / "data.yaml", yaml);
}

}  // namespace

std::string LabelExportName(LabelExport format) {
  return format == LabelExport::kCoco ? "coco" : "yolo";
}

std::vector<LabelExport> ParseLabelExports(const std::vector<std::string>& names) {
  std::vector<LabelExport> exports;
  for (const std::string& list : names) {
    for (const std::string& word : SplitAtCommas(list)) {
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

void ExportLabels(const LabelRun& run, const std::vector<LabelExport>& exports) {
  for (const LabelExport format : exports)
    format == LabelExport::kCoco ? ExportCoco(run) : ExportYolo(run);
}

}  // namespace gradcut
