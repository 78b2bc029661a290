#include "cli/photo_command.h"

#include "cli/engine.h"
#include "cli/examples.h"
#include "cli/recipe.h"

#include <chrono>
#include <memory>

namespace gradcut {
namespace {

ExitStatus Run(const PhotoCommand& command, const PhotoFlags& flags) {
  std::vector<std::string> save = flags.batch.save;
  save.insert(save.end(), flags.also_save.begin(), flags.also_save.end());
  const std::vector<OutputKind> kinds = ParseOutputs(save, command.kinds);
  CheckBatchFlags(flags.batch, kinds);
  const Recipe recipe = ResolveRecipe(flags.recipe);
  const auto classifier = LoadClassifier(recipe);
  const std::vector<int> classes = ResolveClasses(recipe, *classifier);
  const auto head = LoadObjectness(recipe, classifier->info());
  const Segmenter segmenter(classifier, recipe.options, head);
  const BatchJob job = {.outputs = kinds,
                        .recipe = RecipeToJson(recipe),
                        .made_by = MadeBy(command.name, classifier->info(), head.get()),
                        .process = [&](const cv::Mat& image, const auto&) {
                          return command.process(segmenter, recipe.render, classes, kinds, image);
                        }};
  return RunBatch(flags.batch, job);
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

void AddPhotoCommand(CLI::App& app, ExitStatus& status, const PhotoCommand& command) {
  const auto flags = std::make_shared<PhotoFlags>();
  flags->batch.save = {std::string(OutputName(command.kinds.front()))};
  CLI::App& subcommand = *app.add_subcommand(command.name, command.help);
  AddBatchFlags(subcommand, flags->batch, command.kinds);
  if (command.add_flags) command.add_flags(subcommand, *flags);
  AddRecipeFlags(subcommand, flags->recipe);
  AddRenderFlags(subcommand, flags->recipe);
  AddExamples(subcommand, command.examples);
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
