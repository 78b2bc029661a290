#include "gradcut/workflow/label_exports.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/coco.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/polygons.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/outputs.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"
#include "run/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// A label image of the run.
struct Labelled {
  fs::path photo;
  fs::path place;  // Below the image folder.
  fs::path file;   // Of the labels.
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
    const fs::path file = run.folder / output;
    Labelled labelled = {
        image->second->path, image->second->relative, file, ReadMask(file).labels, {}};
    if (const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
        confidence.is_number())
      labelled.confidence = confidence.get<double>();
    visit(labelled);
  }
}

constexpr char kAnnotations[] = "annotations.json";

void ExportCoco(const LabelRun& run) {
  CocoDataset dataset(run.classes);
  ForEachLabelled(run, [&](const Labelled& each) {
    dataset.Add(each.place.generic_string(), each.labels, each.confidence);
  });
  WriteFileAtomically(run.folder / kAnnotations, dataset.ToJson());
}

// Where Ultralytics looks for the labels of an image: the last folder of that name is another.
fs::path YoloLabelOf(const fs::path& image) {
  constexpr std::string_view kImages = "/images/", kLabels = "/labels/";
  std::string path = "/" + fs::path(image).replace_extension(".txt").generic_string();
  path.replace(path.rfind(kImages), kImages.size(), kLabels);
  return path.substr(1);
}

// False where there is another text that is newer than the labels: somebody may have corrected it.
bool WriteYoloLabel(const Labelled& each, const fs::path& file) {
  const std::string text = YoloSegments(each.labels);
  std::error_code error;
  const auto made = fs::last_write_time(file, error);
  if (error || made < fs::last_write_time(each.file, error)) {
    WriteFileAtomically(file, text);
    return true;
  }
  return AsText(ReadFile(file)) == text;
}

// Nothing where the photo itself lies there, or a link to it.
void LinkPhoto(const fs::path& photo, const fs::path& link) {
  std::error_code error;
  if (fs::equivalent(photo, link, error)) return;
  const fs::path target = CanonicalPath(photo);
  fs::create_directories(link.parent_path(), error);
  if (fs::is_symlink(link)) fs::remove(link, error);
  fs::create_symlink(target, link, error);
  if (error) fs::copy_file(photo, link, fs::copy_options::overwrite_existing, error);
  Require(!error, "{}: cannot be made: {}", Printable(link), error.message());
}

constexpr char kImageList[] = "images.txt", kDataFile[] = "data.yaml";

// The file asks for changes, of `val` at least: what is there stays, if it names the same classes.
std::string DataFileOf(const LabelRun& run) {
  const fs::path file = run.folder / kDataFile;
  const std::string path = fmt::format("path: {}\n", JsonLine(CanonicalPath(run.folder).string()));
  std::string names = "names:\n";
  for (std::size_t index = 1; index < run.classes.size(); ++index)
    names += fmt::format("  {}: {}\n", index - 1, JsonLine(run.classes[index]));
  std::error_code ignored;
  const std::vector<std::uint8_t> there =
      fs::exists(file, ignored) ? ReadFile(file) : std::vector<std::uint8_t>();
  std::string text(AsText(there));
  const std::size_t start = ("\n" + text).find("\npath: ");
  if (start == text.npos || text.find("\n" + names) == text.npos)
    return fmt::format(
        "{}train: {}\nval: {}  # the same images: put others here to measure with\n{}", path,
        kImageList, kImageList, names);
  return text.replace(start, text.find('\n', start) + 1 - start, path);
}

void ExportYolo(const LabelRun& run, const RunControl& control) {
  std::string list;
  std::vector<fs::path> kept;
  ForEachLabelled(run, [&](const Labelled& each) {
    const fs::path image = "images" / each.place;
    const fs::path label = YoloLabelOf(image);
    if (!WriteYoloLabel(each, run.folder / label)) kept.push_back(label);
    LinkPhoto(each.photo, run.folder / image);
    if (each.confidence >= run.min_confidence) list += "./" + image.generic_string() + "\n";
  });
  WriteFileAtomically(run.folder / kImageList, list);
  WriteFileAtomically(run.folder / kDataFile, DataFileOf(run));
  if (!kept.empty())
    control.Warning(fmt::format(
        "{} of the texts for YOLO are not as the labels are, {} for one: they were changed later "
        "and stay; remove them to have them made anew",
        kept.size(), Printable(run.folder / kept.front())));
}

// The formats that runs in the folder were asked for.
std::set<std::string> ExportsTo(const fs::path& folder) {
  std::set<std::string> names;
  for (const RunFolder::Found& found : RunFolder(folder, Shard()).FindRuns()) {
    const auto given = found.run.find("given");
    if (given == found.run.end()) continue;
    const auto exports = given->find("exports");
    if (exports == given->end() || !exports->is_array()) continue;
    for (const nlohmann::json& name : *exports)
      if (name.is_string()) names.insert(name.get<std::string>());
  }
  return names;
}

// What is there and no photo of the run, or a link to one.
bool IsInTheWay(const fs::path& file, const fs::path& photo = {}) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file, ignored)) && !fs::equivalent(file, photo, ignored);
}

// The first file that the export would write over, or "".
fs::path InTheWayOf(LabelExport format, const LabelRun& run) {
  if (format == LabelExport::kCoco)
    return IsInTheWay(run.folder / kAnnotations) ? run.folder / kAnnotations : "";
  for (const char* const name : {kDataFile, kImageList})
    if (IsInTheWay(run.folder / name)) return run.folder / name;
  for (const Input& input : run.images) {
    const fs::path image = "images" / input.relative;
    if (IsInTheWay(run.folder / image, input.path)) return run.folder / image;
    if (const fs::path label = YoloLabelOf(image); IsInTheWay(run.folder / label))
      return run.folder / label;
  }
  return {};
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

void ExportLabels(const LabelRun& run, const std::vector<LabelExport>& exports,
                  const RunControl& control) {
  for (const LabelExport format : exports)
    format == LabelExport::kCoco ? ExportCoco(run) : ExportYolo(run, control);
}

void CheckExports(const LabelRun& run, const std::vector<LabelExport>& exports) {
  const std::set<std::string> made = ExportsTo(run.folder);
  for (const LabelExport format : exports) {
    if (made.contains(LabelExportName(format))) continue;
    if (const fs::path file = InTheWayOf(format, run); !file.empty())
      throw UsageError(fmt::format(
          "--export {}: {} exists and is of no export to this folder; move it away, take another "
          "folder, or --existing overwrite",
          LabelExportName(format), Printable(file)));
  }
}

}  // namespace gradcut
