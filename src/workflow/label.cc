#include "gradcut/workflow/label.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/box_labels.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/segment/session.h"
#include "gradcut/workflow/kinds.h"
#include "storage/attempt.h"
#include "workflow/label_lists.h"
#include "workflow/label_setup.h"
#include "workflow/photo_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The labels themselves come first, asked for or not: lists and exports are made from them.
std::vector<OutputKind> KindsToSave(std::vector<OutputKind> kinds) {
  std::erase(kinds, OutputKind::kLabels);
  kinds.insert(kinds.begin(), OutputKind::kLabels);
  return kinds;
}

// What is in the folder besides the files of each image.
std::vector<fs::path> SideFiles(const std::vector<LabelExport>& exports) {
  std::vector<fs::path> files = {"train.txt", "classes.txt", "rounds"};
  for (const LabelExport format : exports) {
    const bool coco = format == LabelExport::kCoco;
    for (const char* const name :
         coco ? std::vector{"annotations.json"} : std::vector{"data.yaml", "labels"})
      files.push_back(name);
  }
  return files;
}

// A list of images alone, for instance, would make background of all.
void CheckClasses(const LabelOptions& options, const LabelSetup& setup) {
  const bool has_class =
      std::any_of(setup.images().begin(), setup.images().end(),
                  [](const auto& image) { return !image.second.present.empty(); });
  const LabelSource& source = options.dataset;
  Require(has_class || !options.hints.empty(), "{}: no image has a class",
          Printable(source.labels.empty() ? source.devkit : source.labels));
}

// Photos of which the next run would take labels for photos.
void CheckFoldersDiffer(const LabelOptions& options) {
  const LabelSource& source = options.dataset;
  const fs::path images = source.images.empty() ? source.devkit / kPhotoFolder : source.images;
  for (const fs::path& folder : {images, source.extra_images})
    if (std::error_code ignored; fs::equivalent(folder, options.batch.output, ignored))
      throw UsageError(fmt::format("-o {}: holds the images; take another folder for the labels",
                                   Printable(options.batch.output)));
}

void Report(const LabelDataset& dataset, int rounds, const RunControl& control) {
  for (const std::string& note : dataset.notes) control.Info(note);
  for (const std::string& warning : dataset.warnings) control.Warning(warning);
  for (const std::string& problem : dataset.problems) control.Error(problem);
  if (dataset.extra.empty()) return;
  control.Info(fmt::format("{} more image{} to learn from", dataset.extra.size(),
                           dataset.extra.size() == 1 ? "" : "s"));
  if (rounds == 1) control.Warning("--extra: with --rounds 1 nothing is learned");
}

}  // namespace

LabelSummary LabelImages(const LabelOptions& options, const RunControl& control) {
  CheckOutputFolder(options.batch.output);
  CheckFoldersDiffer(options);
  const std::vector<OutputKind> kinds = KindsToSave(options.save);
  const LabelSetup setup(options);
  const LabelRun run = LabelRunOf(options, setup.dataset());
  if (options.batch.existing != Existing::kOverwrite) CheckExports(run, options.exports);
  CheckClasses(options, setup);
  Report(setup.dataset(), options.rounds, control);
  BatchOptions batch = options.batch;
  for (const LabelledImage& image : setup.dataset().images) {
    batch.inputs.push_back(image.path.string());
    batch.files.push_back({image.path, image.relative, 0, batch.files.size()});
  }
  std::optional<Labeller> labeller;
  std::size_t failed_teachers = 0;
  std::optional<PhotoHints> hints;
  std::optional<Segmenter> segmenter;  // For boxes.
  ClassesOfName classes_of;
  if (!options.hints.empty()) {
    hints.emplace(options.hints, HintImages::kClassIndices, batch, control);
    segmenter.emplace(setup.MakeSegmenter());
    classes_of = ClassFinder(options.recipe, *setup.classifier());
  }
  const auto by_classes = [&](const cv::Mat& image, const fs::path& input, const Hints& told) {
    const LabelTeacher& known = setup.images().at(input);
    const auto evidence =
        options.rounds == 1
            ? labeller->Gather(image, known.present)
            : setup.store().Find(*labeller, known.path, known.present, [&] { return image; });
    const LabelView view = labeller->Look(evidence, known.present, known.fold);
    return Naming(input, [&] { return labeller->Cut(image, view, told); });
  };
  const auto by_boxes = [&](const cv::Mat& image, const fs::path& input, const Hints& told) {
    const Segmentation cut = Session(*segmenter, image, {}, classes_of).Segment(told);
    return Naming(input, [&] { return LabelsOfBoxes(told, cut, setup.dataset().classes); });
  };
  const auto label = [&](const cv::Mat& photo, const PhotoSource& source) {
    const cv::Mat image = OverWhite(photo);
    const Hints told = hints ? hints->Find(source, image.size()) : Hints();
    const LabelMap map = told.boxes.empty() ? by_classes(image, source.path, told)
                                            : by_boxes(image, source.path, told);
    return LabelProduct(map, options.certainty, kinds);
  };
  const auto learn = [&] {
    auto [learned, failed] = setup.Learn(batch.read, control);
    labeller.emplace(std::move(learned));
    failed_teachers = failed;
  };
  BatchJob job = {.outputs = kinds,
                  .recipe = setup.recipe(),
                  .made_by = setup.made_by(),
                  .prepare = learn,
                  .given = GivenToLabel(options),
                  .side_files = SideFiles(options.exports),
                  .process = label};
  if (hints) {
    job.digest = [&](const fs::path& input) { return hints->Digest(input); };
    job.given["hints"] = hints->paths();
  }
  LabelSummary summary = {.batch = RunBatch(batch, job, control),
                          .images = setup.dataset().images.size()};
  summary.batch.problems += setup.dataset().problems.size() + failed_teachers;
  if (summary.batch.interrupted) return summary;
  setup.store().Remove();
  if (batch.shard && batch.shard->count > 1)
    WriteClassList(run);  // The rest is for `Merge`, which knows of all images.
  else
    summary.in_list = WriteLabelLists(run, options.exports, control);
  return summary;
}

}  // namespace gradcut
