#include "cli/commands/tune_flags.h"

#include "cli/flags/examples.h"
#include "cli/flags/truth_flags.h"
#include "gradcut/core/sweep.h"

#include <memory>

namespace gradcut {

constinit TorchBody<TuneFlags> tune_body;

void AddTuneCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<TuneFlags>();
  flags->pairing.kind = PredictionKind::kPhotos;
  CLI::App& tune = *app.add_subcommand("tune", "sweep options on labelled photos");
  tune.add_option("IMAGES", flags->pairing.predictions, "folder (or file) with photos")
      ->option_text(" ")
      ->required();
  tune.add_option("GT", flags->pairing.truth,
                  "folder (or file) with masks, or a VOC devkit (holds SegmentationClass/)")
      ->option_text(" ")
      ->required();
  tune.add_option("--sweep", flags->sweeps,
                  "values of an option of any stage, repeatable: key=first:last:step, or "
                  "key=v1,v2,...")
      ->option_text("KEY=VALUES")
      ->required()
      ->allow_extra_args(false);
  tune.add_option("--budget", flags->budget,
                  "try only N of all combinations, drawn at random; 0: all (default 0)")
      ->option_text("N")
      ->check(CLI::Range(std::size_t{0}, kMaxSweepPoints));
  AddPairingFlags(tune, flags->pairing);
  AddTruthFlags(tune, flags->reading);
  AddShardFlag(tune, flags->run.batch.shard,
               "score only share I of N of the photos, I from 0; gradcut merge makes the table");
  AddRunFlags(tune, flags->run);
  AddRecipeFlags(tune, flags->recipe, [](std::string_view key) {
    return key != "saliency.epsilon" && !key.starts_with("hints.");
  });
  AddExamples(tune, {"gradcut tune photos truth -o tuned --sweep colour.bins=16,32",
                     "gradcut tune photos truth -o drawn --sweep graphcut.smoothness=10:30:10 "
                     "--sweep colour.clip=2,3 --budget 2",
                     "gradcut mask photos -o better --config tuned/best.toml"});
  tune.callback([flags, &status] { status = tune_body(*flags); });
}

}  // namespace gradcut
