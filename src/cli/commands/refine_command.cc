#include "cli/commands/refine_command.h"

#include "cli/commands/batch_ending.h"
#include "cli/flags/batch_flags.h"
#include "cli/flags/examples.h"
#include "cli/flags/hints_flag.h"
#include "cli/flags/stage_flags.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/kinds.h"
#include "gradcut/workflow/refine.h"

#include <memory>

namespace gradcut {
namespace {

struct RefineFlags {
  BatchFlags batch;
  std::string images;
  std::string heat_maps;
  std::vector<std::filesystem::path> hints;
  StagesGiven stages;
};

RefineSettings ResolveSettings(const RefineFlags& flags) {
  return SettingsOf<RefineSettings>(
      flags.stages, [](auto& settings, OptionList& list) { Describe(settings, list); });
}

ExitStatus Run(const RefineFlags& flags) {
  RefineOptions options = {.batch = flags.batch.batch,
                           .heat_maps = flags.heat_maps,
                           .hints = flags.hints,
                           .settings = ResolveSettings(flags),
                           .save = ParseOutputs(flags.batch.save, RefineKinds())};
  options.batch.inputs = {flags.images};
  Console console(flags.batch.effective_log_level());
  return EndBatch(RefineMaps(options, console.Control(flags.batch.jobs)), console);
}

}  // namespace

void AddRefineCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<RefineFlags>();
  flags->batch.save = {std::string(OutputName(RefineKinds().front()))};
  CLI::App& refine = *app.add_subcommand(
      "refine", "refine heat maps or probabilities of any method into masks that follow the image");
  refine
      .add_option("IMAGES", flags->images,
                  "image, folder (searched recursively), VOC devkit, @list.txt, or - (image on "
                  "stdin, result on stdout)")
      ->option_text(" ")
      ->required();
  refine
      .add_option(
          "HEATMAPS", flags->heat_maps,
          "folder with a heat map for each image, by path and stem, or one file: grey image, "
          ".npy array (rows x columns, or channels first), or .npy dict of IRN, PSA, CLIP-ES or "
          "PuzzleCAM; values in [0, 1]; a map of another size is stretched over the upright image, "
          "and one with the sides of the file before EXIF turns it is turned too (half turns and "
          "square photos cannot be told)")
      ->option_text(" ")
      ->required();
  AddHintsFlag(refine, flags->hints, "STEM.png: trimap, 0 background, 255 object");
  AddOutputFlags(refine, flags->batch, RefineKinds());
  RefineSettings defaults;
  OptionList list;
  Describe(defaults, list);
  AddStages(refine, list, flags->stages);
  AddExamples(refine, {"gradcut refine photos numbers -o refined"});
  refine.callback([flags, &status] { status = Run(*flags); });
}

}  // namespace gradcut
