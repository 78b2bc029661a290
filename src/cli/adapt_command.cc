#include "cli/adapt_flags.h"
#include "cli/adapt_run.h"
#include "cli/engine.h"
#include "cli/output_paths.h"

namespace gradcut {
namespace {

ExitStatus Run(const AdaptFlags& flags) {
  if (flags.run.output.empty()) throw UsageError("-o FILE is required");
  CheckOutputFile(flags.run.output);
  const Recipe recipe = ResolveRecipe(flags.recipe);
  if (recipe.options.location.slope == 0 || recipe.options.location.objectness == 0)
    throw UsageError(
        "adapt: the recipe must have location.slope > 0 and location.objectness > 0, as the "
        "presets fast and best do");
  if (recipe.objectness != "default" && recipe.objectness != "none")
    throw UsageError("adapt: begins without a head; leave out objectness");
  const auto classifier = LoadClassifier(recipe);
  return RunAdapt(flags.run, flags.adapt, recipe, classifier, ResolveClasses(recipe, *classifier));
}

[[maybe_unused]] const bool kDefined = adapt_body.Define(Run);

}  // namespace
}  // namespace gradcut
