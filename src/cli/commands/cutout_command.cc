#include "cli/commands/cutout_command.h"

#include "cli/commands/batch_ending.h"
#include "cli/flags/batch_flags.h"
#include "cli/flags/examples.h"
#include "cli/flags/stage_flags.h"
#include "gradcut/workflow/cutout.h"
#include "gradcut/workflow/kinds.h"

#include <memory>

namespace gradcut {
namespace {

struct CutoutFlags {
  BatchFlags batch;
  std::string photos;
  std::string masks;
  StagesGiven stages;
};

RenderOptions RenderOptionsOf(const CutoutFlags& flags) {
  return SettingsOf<RenderOptions>(
      flags.stages, [](auto& settings, OptionList& list) { DescribeCutout(settings, list); });
}

ExitStatus Run(const CutoutFlags& flags) {
  CutoutOptions options = {
      .batch = flags.batch.batch, .masks = flags.masks, .render = RenderOptionsOf(flags)};
  options.batch.inputs = {flags.photos};
  Console console(flags.batch.effective_log_level());
  return EndBatch(MakeCutouts(options, console.Control(flags.batch.jobs)), console);
}

}  // namespace

void AddCutoutCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<CutoutFlags>();
  CLI::App& cutout =
      *app.add_subcommand("cutout", "make cut-outs of photos by masks that exist; runs no network");
  cutout
      .add_option("PHOTOS", flags->photos,
                  "photo, folder (searched recursively), VOC devkit, @list.txt, or - (photo on "
                  "stdin, result on stdout)")
      ->option_text(" ")
      ->required();
  cutout
      .add_option("MASKS", flags->masks,
                  "folder with a mask for each photo, by path and stem, VOC devkit, or one file: "
                  "gradcut's own, hand-made (soft greys become alpha), palette, ids, a cut-out's "
                  "alpha, .npy; of the photo's size or shape")
      ->option_text(" ")
      ->required();
  AddFolderFlags(cutout, flags->batch);
  RenderOptions defaults;
  OptionList list;
  DescribeCutout(defaults, list);
  AddStages(cutout, list, flags->stages);
  AddExamples(cutout, {"gradcut cutout photos masks -o cut --feather 0.1%",
                       "gradcut cutout photos masks -o shop --background white --crop object:5% "
                       "--format jpeg"});
  cutout.callback([flags, &status] { status = Run(*flags); });
}

}  // namespace gradcut
