#include "cli/commands/plan_command.h"

#include "cli/console.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/render/cutout.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/plan.h"

#include <fmt/core.h>

namespace gradcut {

ExitStatus RunPlanCommand(const PlanFlags& flags) {
  const PhotoFlags& given = flags.photos;
  const Recipe recipe = ResolveRecipe(given.recipe);
  std::vector<std::filesystem::path> read = FilesNamed(recipe);
  read.emplace_back(given.recipe.config);
  read.insert(read.end(), given.hints.begin(), given.hints.end());
  read.insert(read.end(), given.batch.batch.inputs.begin(), given.batch.batch.inputs.end());
  CheckOutputOfKind(flags.json, ".json", read);
  PlanOptions options = {.photos = {.batch = given.batch.batch,
                                    .recipe = recipe,
                                    .save = ParseOutputs(given.batch.save, given.kinds),
                                    .hints = given.hints},
                         .sample = flags.sample,
                         .task_minutes = flags.task_minutes};
  options.photos.save =
      WithCutoutFormat(std::move(options.photos.save), options.photos.recipe.render.format);
  Console console(given.batch.effective_log_level());
  const PlanEstimate estimate = EstimateRun(options, console.Control(given.batch.jobs));
  if (estimate.interrupted) return kExitInterrupted;
  if (!flags.json.empty()) WriteFileAtomically(flags.json, ToJson(estimate));
  fmt::print("{}", ToText(estimate, flags.task_minutes));
  return kExitDone;
}

}  // namespace gradcut
