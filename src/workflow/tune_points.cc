#include "workflow/tune_points.h"

#include "gradcut/storage/file.h"

namespace gradcut {

Recipe RecipeAt(const TunePlan& plan, std::size_t point, Recipe recipe) {
  OptionList list;
  Describe(recipe.options, list);
  for (std::size_t i = 0; i < plan.keys.size(); ++i)
    SetOption(list, plan.keys[i], plan.points[point][i]);
  return recipe;
}

TuningTable WriteTuning(const TunePlan& plan, std::span<const TunedImage> images,
                        const Recipe& recipe, const std::filesystem::path& folder) {
  TuningTable table = {plan.keys, plan.points, plan.candidates, plan.given,
                       Choose(images, plan.candidates, plan.given, {.seed = recipe.seed})};
  WriteFileAtomically(folder / kTableFile, ToCsv(table));
  WriteFileAtomically(folder / kBestFile,
                      RecipeToToml(RecipeAt(plan, table.tuning.chosen, recipe)));
  return table;
}

}  // namespace gradcut
