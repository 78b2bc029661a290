#include "cli/flags/recipe_flags.h"

#include "cli/flags/option_flag.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gradcut {
namespace {

// A run.json has the options of its preset one by one: another preset would change nothing.
void CheckPresets(const RecipeFlags& flags, const RecipeSettings& config) {
  if (!flags.given.preset || !config.preset || *flags.given.preset == *config.preset ||
      config.options.empty())
    return;
  Fail(
      "--preset {}: {} has options for preset {}; leave out --preset, or take `preset` and what is "
      "not to be kept out of the file",
      *flags.given.preset, Printable(flags.config), *config.preset);
}

}  // namespace

void AddRecipeFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses) {
  WithChoices(
      command.add_option(
          "--preset", flags.given.preset,
          fmt::format("recipe to start from: {}, of which {}'s values are shown by --help-all "
                      "(default {})",
                      fmt::join(PresetNames(), ", "), PresetNames().front(),
                      PresetNames().front())),
      PresetNames())
      ->option_text("NAME");
  command
      .add_option(
          "--model", flags.given.model,
          fmt::format("classifier: a name out of `gradcut models list`, or a .safetensors or .pt "
                      "file (default {})",
                      ClassifierOptions().model))
      ->option_text("NAME|FILE");
  if (uses("class"))
    command
        .add_option(
            "--class", flags.given.classes,
            "class to look for, repeatable: a name, the name of a group (--class-map), a "
            "WordNet id, an index, a range such as 281-285, or several with commas; `gradcut "
            "models classes` lists them (default: the best-scoring ones of each image, "
            "--saliency.top_classes)")
        ->option_text("CLASS")
        ->allow_extra_args(false);
  command
      .add_option("--class-map", flags.given.class_map,
                  "groups of classes by a name of their own: a table of name, tab, indices such as "
                  "7-24 80 (default: PASCAL VOC's classes)")
      ->option_text("FILE")
      ->group(kMoreFlags);
  if (uses("objectness"))
    command
        .add_option("--objectness", flags.given.objectness,
                    "where objects are: a head from gradcut adapt, none, or the default one of the "
                    "classifier (default default)")
        ->option_text("default|none|FILE");
  command
      .add_option("--head", flags.given.head,
                  "classes of one's own in place of the classifier's: none, or a head from gradcut "
                  "fit (default none)")
      ->option_text("none|FILE");
  command.add_option("--device", flags.given.device, "auto, cpu, cuda or cuda:N (default auto)")
      ->option_text("DEVICE");
  AddSeedFlag(
      command, [&flags](std::uint64_t seed) { flags.given.seed = seed; },
      "seed of whatever is random; same seed, same bytes (default 0)")
      ->group(kMoreFlags);
  AddConfigFlag(command, flags.config);

  SegmenterOptions defaults = PresetOptions(PresetNames().front());
  OptionList list;
  Describe(defaults, list);
  AddStageFlags(command, list, flags.given.options, uses);
  AddShortFlags(command, list, flags.short_options, uses);
}

void AddRenderFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses) {
  RenderOptions defaults;
  OptionList list;
  Describe(defaults, list);
  AddStageFlags(command, list, flags.given.options, uses);
  AddShortFlags(command, list, flags.short_options, uses);
}

Recipe ResolveRecipe(const RecipeFlags& flags) {
  return AsUsage("", [&] {
    RecipeSettings given = flags.given;
    given.options = BothNames(given.options, flags.short_options);
    if (flags.config.empty()) return MakeRecipe(given);
    const RecipeSettings config = ReadRecipeSettings(flags.config);
    CheckPresets(flags, config);
    if (config.preset && !given.preset)
      AsUsage(Printable(flags.config), [&] { PresetOptions(*config.preset); });
    return MakeRecipe(Over(std::move(given), config));
  });
}

}  // namespace gradcut
