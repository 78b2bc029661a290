#include "cli/commands/tune_command.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/tune.h"

#include <fmt/format.h>

namespace gradcut {

ExitStatus RunTuneCommand(const TuneFlags& flags) {
  const BatchOptions& batch = flags.run.batch;
  if (batch.output.empty()) throw UsageError("-o DIR is required");
  Console console(flags.run.effective_log_level());
  const TuneSummary summary = Tune({.pairing = flags.pairing,
                                    .reading = flags.reading,
                                    .sweeps = flags.sweeps,
                                    .budget = flags.budget,
                                    .recipe = ResolveRecipe(flags.recipe),
                                    .output = batch.output,
                                    .shard = batch.shard,
                                    .existing = batch.existing,
                                    .read = batch.read},
                                   console.Control(flags.run.jobs));
  if (summary.interrupted) {
    console.Info(
        fmt::format("interrupted: {} of {} images done; run the same command again to go on",
                    summary.done, summary.images));
    return kExitInterrupted;
  }
  const ExitStatus status = summary.failed + summary.problems > 0 ? kExitFailed : kExitDone;
  if (!summary.table) {
    console.Info(fmt::format("{} of {} images scored; gradcut merge makes the table of all shards",
                             summary.done - summary.failed, summary.images));
    return status;
  }
  fmt::print("{}", ToText(*summary.table));
  console.Info(fmt::format("the chosen recipe is {}, all points are in {}",
                           Printable(summary.best_file), Printable(summary.table_file)));
  return status;
}

}  // namespace gradcut
