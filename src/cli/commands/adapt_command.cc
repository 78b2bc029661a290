#include "cli/commands/adapt_command.h"

#include "gradcut/core/error.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/adapt.h"

#include <fmt/format.h>

namespace gradcut {

namespace {

ObjectnessOptions ParseLearning(const AdaptFlags& flags, const Recipe& recipe) {
  ObjectnessOptions learning;
  learning.seed = recipe.seed;
  OptionList list;
  Describe(learning, list);
  AsUsage("", [&] { SetOptions(flags.learning, list); });
  return learning;
}

}  // namespace

ExitStatus RunAdaptCommand(const AdaptFlags& flags) {
  const std::string& output = flags.run.batch.output;
  if (output.empty()) throw UsageError("-o FILE is required");
  const Recipe recipe = ResolveRecipe(flags.recipe);
  std::vector<std::filesystem::path> read = FilesNamed(recipe);
  read.emplace_back(flags.recipe.config);
  read.insert(read.end(), flags.run.batch.inputs.begin(), flags.run.batch.inputs.end());
  CheckOutputOfKind(output, ".safetensors", read);
  Console console(flags.run.effective_log_level());
  const AdaptSummary summary = Adapt({.inputs = flags.run.batch.inputs,
                                      .output = output,
                                      .recipe = recipe,
                                      .masks = flags.masks,
                                      .rounds = flags.rounds,
                                      .learning = ParseLearning(flags, recipe),
                                      .read = flags.run.batch.read},
                                     console.Control(flags.run.jobs));
  if (summary.interrupted) {
    console.Info("interrupted; run the same command again to go on");
    return kExitInterrupted;
  }
  console.Info(fmt::format("the head is {}: use it with --objectness", Printable(output)));
  return summary.failed + summary.not_searched > 0 ? kExitFailed : kExitDone;
}

}  // namespace gradcut
