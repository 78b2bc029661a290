#include "cli/engine.h"
#include "cli/output_paths.h"
#include "cli/tune_flags.h"
#include "cli/tune_run.h"
#include "gradcut/io/file.h"

#include <limits>

namespace gradcut {
namespace {

// Everything but the recipe that decides the result.
nlohmann::json MadeBy(const TuneFlags& flags, const Recipe& recipe, const TunePlan& plan,
                      const ClassifierInfo& info, const ObjectnessHead* head) {
  nlohmann::json made_by = MadeBy("tune", recipe, info, head);
  made_by["images"] = CanonicalPath(flags.pairing.predictions).string();
  made_by["truth"] = CanonicalPath(flags.pairing.truth).string();
  made_by["split"] = flags.pairing.split;
  made_by["list"] = flags.pairing.list.empty() ? "" : CanonicalPath(flags.pairing.list).string();
  made_by["ignore"] = flags.reading.ignore;
  made_by["background"] = flags.reading.background;
  made_by["mask_values"] = flags.reading.values;
  made_by["suffix"] = flags.pairing.name_ends;
  made_by["options"] = plan.keys;
  made_by["points"] = plan.points;
  return made_by;
}

ExitStatus Run(const TuneFlags& flags) {
  if (flags.run.output.empty()) throw UsageError("-o DIR is required");
  CheckOutputFolder(flags.run.output);
  const Recipe recipe = ResolveRecipe(flags.recipe);
  if (recipe.seed > std::numeric_limits<std::int64_t>::max())
    throw UsageError("--seed: must be below 2^63, the most that a TOML file holds");
  const TunePlan plan = PlanTune(flags.sweeps, flags.budget, recipe);
  Pairing pairing = FindPairs(flags.pairing);
  MaskReading reading = flags.reading;
  if (pairing.voc && reading.values == MaskValues::kAuto) reading.values = MaskValues::kIndex;
  const auto classifier = LoadClassifier(recipe);
  const auto head = LoadObjectness(recipe, classifier->info());
  const PointSegmenters segmenters(plan, recipe, classifier, ResolveClasses(recipe, *classifier),
                                   head);
  const TuneJob job = {recipe, plan, MadeBy(flags, recipe, plan, classifier->info(), head.get()),
                       std::move(pairing), reading};
  return RunTune(flags.run, job, segmenters);
}

[[maybe_unused]] const bool kDefined = tune_body.Define(Run);

}  // namespace
}  // namespace gradcut
