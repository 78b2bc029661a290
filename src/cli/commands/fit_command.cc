#include "cli/commands/fit_command.h"

#include "gradcut/core/error.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/fit.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace gradcut {
namespace {

std::string PrecisionText(double precision) {
  return std::isnan(precision) ? "-" : fmt::format("{:.3f}", precision);
}

void PrintTable(const HeadFit& fit) {
  fmt::print("{:<20} {:>8} {:>18}\n", "class", "images", "average precision");
  for (std::size_t c = 0; c < fit.classes.size(); ++c)
    fmt::print("{:<20} {:>8} {:>18}\n", Printable(fit.head.classes[c]), fit.classes[c].examples,
               PrecisionText(fit.classes[c].average_precision));
  fmt::print("{:<20} {:>8} {:>18}\n", "mean", "", PrecisionText(fit.mean_average_precision));
}

}  // namespace

ExitStatus RunFitCommand(const FitFlags& flags) {
  if (flags.output.empty()) throw UsageError("-o FILE is required");
  CheckOutputOfKind(flags.output, ".safetensors",
                    {flags.labels.labels, flags.labels.list, flags.extra, flags.classifier.model});
  Console console(flags.run.effective_log_level());
  const FitSummary summary = FitClasses({.labels = flags.labels,
                                         .extra = flags.extra,
                                         .extra_images = flags.extra_images,
                                         .output = flags.output,
                                         .classifier = flags.classifier,
                                         .head = flags.head,
                                         .size = flags.size,
                                         .read = flags.run.batch.read},
                                        console.Control(flags.run.jobs));
  if (summary.interrupted) {
    console.Info("interrupted: nothing was written");
    return kExitInterrupted;
  }
  PrintTable(summary.fit);
  console.Info(fmt::format("the head is {}: use it with --head", Printable(flags.output)));
  return summary.failed + summary.problems > 0 ? kExitFailed : kExitDone;
}

}  // namespace gradcut
