#include "cli/photo_command.h"

#include "cli/recipe.h"
#include "gradcut/core/version.h"
#include "gradcut/model/device.h"

#include <algorithm>
#include <chrono>
#include <memory>

namespace gradcut {
namespace {

struct PhotoFlags {
  BatchFlags batch;
  RecipeFlags recipe;
};

std::shared_ptr<const Classifier> LoadClassifier(const Recipe& recipe) {
  ResolveDevice(recipe.classifier.device);  // A GPU must be looked for before LibTorch's first use.
  UseSingleThreadedKernels();
  return Classifier::Load(recipe.classifier);
}

// The indices of the classes that `--class` names.
std::vector<int> ResolveClasses(const Classifier& classifier,
                                const std::vector<std::string>& names) {
  std::vector<int> indices;
  try {
    for (const std::string& name : names) indices.push_back(classifier.class_names().Resolve(name));
  } catch (const Error& error) {
    throw UsageError(std::string("--class: ") + error.what());
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

// What decides the outputs besides the recipe.
nlohmann::json MadeBy(const std::string& command, const ClassifierInfo& info) {
  return {{"version", kVersion},
          {"command", command},
          {"architecture", info.architecture},
          {"model_sha256", info.sha256},
          {"device", info.device}};
}

ExitStatus Run(const PhotoCommand& command, const PhotoFlags& flags) {
  const std::vector<OutputKind> kinds = ParseOutputs(flags.batch.save, command.kinds);
  CheckBatchFlags(flags.batch, kinds);
  const Recipe recipe = ResolveRecipe(flags.recipe);
  const auto classifier = LoadClassifier(recipe);
  const std::vector<int> classes = ResolveClasses(*classifier, recipe.classes);
  const Segmenter segmenter(classifier, recipe.options);
  const BatchJob job = {.outputs = kinds,
                        .recipe = RecipeToJson(recipe),
                        .made_by = MadeBy(command.name, classifier->info()),
                        .process = [&](const cv::Mat& image) {
                          return command.process(segmenter, classes, kinds, image);
                        }};
  return RunBatch(flags.batch, job);
}

nlohmann::json ClassesToJson(const std::vector<ClassScore>& classes) {
  nlohmann::json list = nlohmann::json::array();
  for (const ClassScore& each : classes)
    list.push_back({{"index", each.index}, {"name", each.name}, {"score", each.score}});
  return list;
}

}  // namespace

void AddPhotoCommand(CLI::App& app, ExitStatus& status, const PhotoCommand& command) {
  const auto flags = std::make_shared<PhotoFlags>();
  flags->batch.save = {std::string(OutputName(command.kinds.front()))};
  CLI::App& subcommand = *app.add_subcommand(command.name, command.help);
  AddBatchFlags(subcommand, flags->batch, command.kinds);
  AddRecipeFlags(subcommand, flags->recipe);
  subcommand.callback([command, flags, &status] { status = Run(command, *flags); });
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
