#include "cli/commands/merge_command.h"

#include "cli/console.h"
#include "cli/flags/examples.h"
#include "gradcut/metrics/report.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace gradcut {
namespace {

struct MergeFlags {
  MergeOptions options;
  bool quiet = false;
};

void Say(const MergeSummary& summary, const MergeOptions& options, Console& console) {
  for (const std::string& problem : summary.problems) console.Warning(problem);
  if (summary.inputs > 0)
    console.Info(fmt::format("{} photos: {} done, {} failed, {} missing, {} doubled",
                             summary.inputs, summary.done, summary.failed, summary.missing,
                             summary.doubled));
  if (summary.doubled > 0)
    console.Info(
        fmt::format("{} of them were done in several folders; the first one's results are taken",
                    summary.doubled));
  if (!summary.shards.empty())
    console.Info(fmt::format("run again: --shard {}", fmt::join(summary.shards, ", --shard ")));
  if (!summary.again.empty())
    console.Info(fmt::format("photos to do again are in {}", Printable(summary.again)));
  console.Info(
      summary.complete()
          ? fmt::format("complete: the results are in {}", Printable(options.output))
          : fmt::format("NOT complete: {} holds what there is", Printable(options.output)));
}

ExitStatus Run(const MergeFlags& flags) {
  Console console(flags.quiet ? LogLevel::kWarning : LogLevel::kInfo);
  const MergeSummary summary = Merge(flags.options, console.Control(1));
  if (summary.interrupted) {
    console.Info("interrupted: run the same command again");
    return kExitInterrupted;
  }
  if (summary.table) fmt::print("{}", ToText(*summary.table));
  if (summary.evaluation) {
    for (const std::string& failure : summary.evaluation->failures) console.Error(failure);
    for (const std::string& warning : summary.evaluation->warnings) console.Warning(warning);
    fmt::print("{}", ToTable(*summary.evaluation));
  }
  Say(summary, flags.options, console);
  const bool failed = summary.evaluation && !summary.evaluation->failures.empty();
  return summary.complete() && !failed ? kExitDone : kExitFailed;
}

}  // namespace

void AddMergeCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<MergeFlags>();
  CLI::App& merge = *app.add_subcommand(
      "merge", "join what shards have made, and say whether anything is missing");
  merge
      .add_option("DIR", flags->options.inputs,
                  "folders that shards of one run wrote to (one or several), or files of gradcut "
                  "eval --counts")
      ->option_text("...")
      ->required();
  merge
      .add_option("-o,--output", flags->options.output,
                  "folder for the whole, made if missing; may be one of those")
      ->option_text("DIR");
  merge.add_flag("-q,--quiet", flags->quiet, "print warnings and errors only");
  AddExamples(merge, {"gradcut mask photos -o parts --shard 0/2",
                      "gradcut mask photos -o parts --shard 1/2", "gradcut merge parts -o parts"});
  merge.callback([flags, &status] { status = Run(*flags); });
}

}  // namespace gradcut
