#include "cli/commands/label_command.h"

#include "cli/commands/batch_ending.h"
#include "gradcut/core/error.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/kinds.h"
#include "gradcut/workflow/label.h"

#include <fmt/format.h>

namespace gradcut {

ExitStatus RunLabelCommand(const LabelFlags& flags) {
  const BatchOptions& batch = flags.batch.batch;
  if (batch.output.empty()) throw UsageError("-o DIR is required");
  CheckOutputFolder(batch.output);
  const LabelOptions options = {.dataset = flags.dataset,
                                .batch = batch,
                                .hints = flags.hints,
                                .recipe = ResolveRecipe(flags.recipe),
                                .certainty = flags.certainty,
                                .min_confidence = flags.min_confidence,
                                .exports = ParseLabelExports(flags.exports),
                                .rounds = flags.rounds,
                                .save = ParseOutputs(flags.batch.save, LabelKinds())};
  Console console(flags.batch.effective_log_level());
  const LabelSummary summary = LabelImages(options, console.Control(flags.batch.jobs));
  const ExitStatus status = EndBatch(summary.batch, console);
  const bool is_shard = batch.shard && batch.shard->count > 1;
  if (status != kExitInterrupted && !is_shard)
    console.Info(fmt::format("{} of {} images are in {}", summary.in_list, summary.images,
                             Printable(std::filesystem::path(batch.output) / "train.txt")));
  return status;
}

}  // namespace gradcut
