#include "cli/photo_command.h"

#include "cli/companion_finder.h"
#include "cli/engine.h"
#include "cli/recipe.h"
#include "gradcut/core/image.h"
#include "gradcut/io/file.h"
#include "gradcut/metrics/truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The ground truth of a run's photos.
struct Truths {
  MaskReading reading;
  CompanionFinder files;
};

// Nothing unless truth is asked for.
std::optional<Truths> FindTruths(const PhotoFlags& flags) {
  if (flags.truth.empty()) return std::nullopt;
  if (flags.batch.watch) throw UsageError("--truth: goes without --watch");
  const bool voc = IsDevkit(flags.truth);
  const fs::path folder = voc ? flags.truth / kClassFolder : flags.truth;
  return Truths{{.values = voc ? MaskValues::kIndex : MaskValues::kAuto},
                CompanionFinder(folder, PredictionKind::kMasks, flags.batch)};
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

ExitStatus RunOnPhotos(const std::string& command, const PhotoFlags& flags,
                       const std::function<Product(const PhotoTask& task)>& process) {
  std::vector<std::string> save = flags.batch.save;
  save.insert(save.end(), flags.also_save.begin(), flags.also_save.end());
  const std::vector<OutputKind> kinds = ParseOutputs(save, flags.kinds);
  CheckBatchFlags(flags.batch, kinds);
  const Recipe recipe = ResolveRecipe(flags.recipe);
  CheckKinds(kinds, recipe.options.saliency);
  const auto classifier = LoadClassifier(recipe);
  const std::vector<int> classes = ResolveClasses(recipe, *classifier);
  const auto head = LoadObjectness(recipe, classifier->info());
  const Segmenter segmenter(classifier, recipe.options, head);
  const auto truths = FindTruths(flags);
  nlohmann::json made_by = MadeBy(command, recipe, classifier->info(), head.get());
  if (truths) made_by["truth"] = CanonicalPath(flags.truth).string();
  const auto make = [&](const cv::Mat& photo, const fs::path& input) {
    PhotoTask task = {segmenter, recipe.render, classes, kinds, photo, OverWhite(photo)};
    if (truths) task.truth = TruthOf(task.image, input, *truths);
    Product product = process(task);
    if (truths && !task.truth && !product.entry.contains("note"))
      product.entry["note"] = fmt::format("has no truth in {}", flags.truth.string());
    return product;
  };
  BatchJob job = {.outputs = kinds,
                  .recipe = RecipeToJson(recipe),
                  .made_by = std::move(made_by),
                  .process = make};
  if (truths) job.companion = [&](const fs::path& input) { return truths->files.Find(input); };
  const ExitStatus status = RunBatch(flags.batch, job);
  return truths ? truths->files.Closing(status) : status;
}

Product MakeProduct(const Segmentation& segmentation, const std::vector<OutputKind>& kinds,
                    const std::function<std::vector<std::uint8_t>(OutputKind)>& encode) {
  const auto start = std::chrono::steady_clock::now();
  Product product;
  for (const OutputKind kind : kinds) product.files.push_back({kind, encode(kind)});
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  product.milliseconds = segmentation.milliseconds;
  product.milliseconds.emplace_back("encode", taken.count());
  product.entry["classes"] = ClassesToJson(segmentation.classes);
  if (!segmentation.note.empty()) product.entry["note"] = segmentation.note;
  return product;
}

}  // namespace gradcut
