#include "cli/commands/report_command.h"

#include "cli/console.h"
#include "cli/flags/examples.h"
#include "cli/flags/option_flag.h"
#include "cli/flags/truth_flags.h"
#include "gradcut/core/in_order.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/report.h"

#include <fmt/format.h>

#include <memory>

namespace gradcut {
namespace {

struct ReportFlags {
  ReportOptions options;
  int jobs = 0;
  bool quiet = false;
};

ExitStatus Run(const ReportFlags& flags) {
  Console console(flags.quiet ? LogLevel::kWarning : LogLevel::kInfo);
  const ReportSummary summary = WriteReport(flags.options, console.Control(flags.jobs));
  if (summary.interrupted) {
    console.Info("interrupted: no page was written");
    return kExitInterrupted;
  }
  console.Info(fmt::format("{} image{}; open {} in a browser", summary.images,
                           summary.images == 1 ? "" : "s", Printable(summary.page)));
  return summary.failed > 0 ? kExitFailed : kExitDone;
}

}  // namespace

void AddReportCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App& report = *app.add_subcommand("report", "make one HTML page of a run");
  report.add_option("DIR", flags->options.folder, "folder of a run: what was given to -o")
      ->required();
  report
      .add_option(
          "--truth", flags->options.truth,
          "folder (or file) with ground truth, or a VOC devkit: shows the IoU of each image, "
          "the worst first")
      ->option_text("GT");
  AddSuffixFlag(report, flags->options.name_ends);
  report
      .add_option("-o,--output", flags->options.output,
                  "the page to write (default DIR/report.html)")
      ->option_text("FILE");
  AddChoice<Pictures>(
      report, "--pictures", flags->options.pictures,
      {{"auto", Pictures::kAuto}, {"inside", Pictures::kInside}, {"beside", Pictures::kBeside}},
      fmt::format("where the small pictures are: inside the page, beside it in a folder named "
                  "after it, or auto: inside for at most {} images",
                  kMostPicturesInside))
      ->option_text("WHERE");
  report.add_option("--jobs", flags->jobs, "images at a time; 0: one a core (default 0)")
      ->option_text("N")
      ->check(CLI::Range(0, kMaxJobs));
  report.add_flag("-q,--quiet", flags->quiet, "print warnings and errors only");
  AddExamples(report, {"gradcut report masks", "gradcut report masks --truth truth -o page.html"});
  report.callback([flags, &status] { status = Run(*flags); });
}

}  // namespace gradcut
