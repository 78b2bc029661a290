#include "workflow/photo_run.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/image/image_io.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/storage/file.h"
#include "run/companion_finder.h"
#include "workflow/loaded_networks.h"
#include "workflow/photo_hints.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The ground truth of a run's photos.
struct Truths {
  MaskReading reading;
  CompanionFinder files;
};

// Nothing unless truth is asked for.
std::optional<Truths> FindTruths(const PhotoOptions& options, const RunControl& control) {
  if (options.truth.empty()) return std::nullopt;
  if (options.batch.watch) throw UsageError("--truth: goes without --watch");
  const bool voc = IsDevkit(options.truth);
  const fs::path folder = voc ? options.truth / kClassFolder : options.truth;
  return Truths{{.values = voc ? MaskValues::kIndex : MaskValues::kAuto},
                CompanionFinder(folder, PredictionKind::kMasks, options.batch, control)};
}

// Nothing where there is no file.
std::optional<cv::Mat> TruthOf(const cv::Mat& image, const fs::path& input, const Truths& truths) {
  const fs::path file = truths.files.Find(input);
  if (file.empty()) return std::nullopt;
  cv::Mat truth = ReadTruth(file, truths.reading);
  RequireTruthSize(image, truth, {.key = "", .truth = file, .prediction = input});
  return truth;
}

void CheckKinds(const std::vector<OutputKind>& kinds, const SaliencyOptions& options) {
  const bool raw = std::find(kinds.begin(), kinds.end(), OutputKind::kRaw) != kinds.end();
  if (raw && MapCount(options) > 1)
    throw UsageError(fmt::format(
        "--save raw: the heat map would be the sum of {} maps; name one --method, with one --layer",
        MapCount(options)));
}

nlohmann::json ClassesToJson(const std::vector<ClassScore>& classes) {
  nlohmann::json list = nlohmann::json::array();
  for (const ClassScore& each : classes) list.push_back(ClassToJson(each));
  return list;
}

}  // namespace

nlohmann::json ClassToJson(const ClassScore& each) {
  return {{"index", each.index}, {"name", each.name}, {"score", each.score}};
}

BatchSummary RunOnPhotos(const std::string& command, const PhotoOptions& options,
                         const std::vector<OutputKind>& kinds,
                         const std::function<Product(const PhotoTask& task)>& process,
                         const RunControl& control, const std::vector<fs::path>& side_files) {
  const Recipe& recipe = options.recipe;
  const std::vector<OutputKind> save = WithCutoutFormat(
      options.save.empty() ? std::vector{kinds.front()} : options.save, recipe.render.format);
  CheckBatch(options.batch, save);
  CheckKinds(save, recipe.options.saliency);
  const CutoutMaker cutouts(recipe.render, options.batch.read);
  const LoadedNetworks loaded = LoadNetworks(command, recipe);
  nlohmann::json made_by = loaded.made_by;
  const auto truths = FindTruths(options, control);
  cutouts.AddOrigin(made_by);
  if (truths) made_by["truth"] = CanonicalPath(options.truth).string();
  std::optional<PhotoHints> hints;
  if (!options.hints.empty())
    hints.emplace(options.hints, HintImages::kTrimap, options.batch, control);
  const ClassesOfName classes_of =
      hints ? ClassFinder(recipe, loaded.networks.front().segmenter.classifier()) : ClassesOfName();
  const auto make = [&](const cv::Mat& photo, const PhotoSource& source) {
    PhotoTask task = {loaded.networks, recipe.render,    cutouts,   save,
                      photo,           OverWhite(photo), classes_of};
    if (hints) task.hints = hints->Find(source, photo.size());
    if (truths) task.truth = TruthOf(task.image, source.path, *truths);
    Product product = process(task);
    if (truths && !task.truth && !product.entry.contains("note"))
      product.entry["note"] = fmt::format("has no truth in {}", options.truth.string());
    return product;
  };
  BatchJob job = {.outputs = save,
                  .recipe = RecipeToJson(recipe),
                  .made_by = std::move(made_by),
                  .side_files = side_files,
                  .process = make};
  if (std::any_of(save.begin(), save.end(), IsCutout))
    job.bytes_per_pixel = std::max(job.bytes_per_pixel, cutouts.bytes_per_pixel());
  if (hints) job.digest = [&](const fs::path& input) { return hints->Digest(input); };
  if (hints) job.given["hints"] = hints->paths();
  if (truths) job.given["truth"] = CanonicalPath(options.truth).string();
  if (truths) job.companion = [&](const fs::path& input) { return truths->files.Find(input); };
  BatchSummary summary = RunBatch(options.batch, job, control);
  if (truths) summary.problems = truths->files.problems();
  return summary;
}

Product MakeProduct(const Segmentation& segmentation, const std::vector<OutputKind>& kinds,
                    const std::function<std::vector<std::uint8_t>(OutputKind)>& encode) {
  const Stopwatch watch;
  Product product;
  for (const OutputKind kind : kinds) product.files.push_back({kind, encode(kind)});
  const double encoding = watch.Milliseconds();
  product.milliseconds = segmentation.milliseconds;
  product.milliseconds.emplace_back("encode", encoding);
  product.entry["classes"] = ClassesToJson(segmentation.classes);
  if (!segmentation.note.empty()) product.entry["note"] = segmentation.note;
  return product;
}

}  // namespace gradcut
