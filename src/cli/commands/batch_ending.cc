#include "cli/commands/batch_ending.h"

#include "gradcut/storage/file.h"
#include "gradcut/storage/shell_word.h"

#include <fmt/format.h>

#include <filesystem>
#include <string>

namespace gradcut {
namespace {

// What of the results is worth a look.
std::string Doubts(const RunTotals& totals) {
  std::string doubts;
  if (totals.empty > 0)
    doubts += fmt::format("; {} mask{} empty", totals.empty, totals.empty == 1 ? " is" : "s are");
  if (totals.unsure > 0)
    doubts += fmt::format("{} {} {} a confidence below {}", doubts.empty() ? ";" : ",",
                          totals.unsure, totals.unsure == 1 ? "has" : "have", kLowConfidence);
  return doubts;
}

void Say(const BatchSummary& summary, Console& console) {
  const RunTotals& totals = summary.totals;
  const std::size_t unsearched = summary.not_searched;
  std::string counts =
      fmt::format("{} done, {} skipped, {} failed", totals.ok, totals.skipped, summary.failed);
  if (unsearched > 0)
    counts += fmt::format(", {} folder{} not searched", unsearched, unsearched == 1 ? "" : "s");
  std::error_code ignored;
  const bool is_there = std::filesystem::exists(summary.folder, ignored);
  console.Info(fmt::format("{}{} in {:.1f} s; {} {}{}", summary.interrupted ? "interrupted: " : "",
                           counts, summary.seconds, is_there ? "results are in" : "nothing is in",
                           Printable(summary.folder), Doubts(totals)));
  if (summary.failed > 0)
    console.Info(fmt::format("why they failed: {}", Printable(summary.manifest)));
  if (summary.interrupted)
    console.Info("run the same command again to go on");
  else if (totals.ok + totals.skipped > 0 && std::filesystem::is_directory(summary.folder))
    console.Info(
        fmt::format("to look at them: gradcut report {}", ShellWord(summary.folder.string())));
  if (!summary.unreadable.empty()) console.Warning(summary.unreadable);
}

}  // namespace

ExitStatus EndBatch(const BatchSummary& summary, Console& console) {
  if (!summary.folder.empty()) Say(summary, console);
  if (summary.interrupted) return kExitInterrupted;
  return summary.failed + summary.not_searched + summary.problems > 0 ? kExitFailed : kExitDone;
}

}  // namespace gradcut
