#include "cli/commands/adapt_flags.h"
#include "cli/commands/cutout_command.h"
#include "cli/commands/docs_command.h"
#include "cli/commands/doctor_flags.h"
#include "cli/commands/edit_flags.h"
#include "cli/commands/eval_command.h"
#include "cli/commands/fit_flags.h"
#include "cli/commands/label_flags.h"
#include "cli/commands/mask_flags.h"
#include "cli/commands/merge_command.h"
#include "cli/commands/models_flags.h"
#include "cli/commands/plan_flags.h"
#include "cli/commands/refine_command.h"
#include "cli/commands/report_command.h"
#include "cli/commands/saliency_flags.h"
#include "cli/commands/tune_flags.h"
#include "cli/flags/flag_errors.h"
#include "cli/flags/option_flag.h"
#include "cli/help/help_formatter.h"
#include "cli/stop_signals.h"
#include "cli/torch_bodies.h"
#include "cli/torch_body.h"
#include "gradcut/core/error.h"
#include "gradcut/core/options.h"
#include "gradcut/core/version.h"
#include "gradcut/storage/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <opencv2/core/utility.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

namespace gradcut {
namespace {

// Unlike fmt::print, does not throw when nobody can be told.
void Say(const std::string& line) { std::fputs((Printable(line) + "\n").c_str(), stderr); }

ExitStatus Complain(const std::string& message, ExitStatus status) {
  Say("error: " + message);
  return status;
}

// CLI11 says of a misspelt command only that one is required.
void CheckCommandName(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return;
  const std::string& given = arguments.front();
  const std::vector<std::string> names = CommandNames(app);
  const std::vector<const CLI::App*> commands = app.get_subcommands(nullptr);
  if (std::any_of(commands.begin(), commands.end(),
                  [&](const CLI::App* command) { return command->get_name() == given; }))
    return;
  const std::string near = DidYouMean(given, names);
  throw UsageError(fmt::format(
      "unknown command '{}'{}", given,
      near.empty() ? fmt::format(": expected {}, --help or --version", fmt::join(names, ", "))
                   : near));
}

// CLI11 takes --quiet=false for --quiet, and a flag whose value is empty, a variable that nobody
// set, would be none. Options of stages know by themselves what they may be: some lists are empty.
void RefuseWrongValues(CLI::App& app) {
  const CLI::Validator has_value([](std::string& text) { return text.empty() ? "is empty" : ""; },
                                 "");
  for (CLI::Option* option : app.get_options()) {
    const std::vector<std::string>& names = option->get_lnames();
    const bool of_stage = std::any_of(names.begin(), names.end(), [](const std::string& name) {
      return name.find('.') != std::string::npos;
    });
    if (option->get_items_expected_max() == 0) option->disable_flag_override();
    if (option->nonpositional() && !of_stage) option->check(has_value);
  }
  for (CLI::App* command : app.get_subcommands(nullptr)) RefuseWrongValues(*command);
}

// CLI11 takes an input named "[a,b]" for two.
void ProtectBrackets(std::vector<std::string>& arguments) {
  for (std::string& argument : arguments)
    if (argument.starts_with('[') && argument.ends_with(']')) argument.insert(0, "./");
}

// Help and version go to stdout; what is wrong with the flags is one line, and where help is.
ExitStatus Report(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    // Not std::cout, which forgets that it could not write.
    std::ostringstream text;
    app.exit(error, text, text);
    std::fputs(text.str().c_str(), stdout);
    return kExitDone;
  }
  const CLI::App* command = &app;
  std::string name = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    name += " " + command->get_name();
  }
  Complain(WhatIsWrong(app, *command, error), kExitUsage);
  Say(fmt::format("`{} --help` lists what there is", name));
  return kExitUsage;
}

// Throws what is wrong with what the user asked for, unless CLI11 finds it.
ExitStatus RunCommand(std::vector<std::string> arguments) {
  CLI::App app(
      "Object masks of photos from an image classifier's gradient and a minimum cut; no "
      "segmentation training.",
      "gradcut");
  app.set_version_flag("--version", kVersionText, "print the version");
  // Commands inherit these.
  app.set_help_flag("-h,--help", "print this help");
  app.set_help_all_flag("--help-all", "print help on all flags, by stage");
  app.formatter(std::make_shared<HelpFormatter>());
  app.require_subcommand(1);
  ExitStatus status = kExitDone;
  AddMaskCommand(app, status);
  AddSaliencyCommand(app, status);
  AddEvalCommand(app, status);
  AddTuneCommand(app, status);
  AddReportCommand(app, status);
  AddEditCommand(app, status);
  AddModelsCommand(app, status);
  AddAdaptCommand(app, status);
  AddRefineCommand(app, status);
  AddCutoutCommand(app, status);
  AddFitCommand(app, status);
  AddLabelCommand(app, status);
  AddPlanCommand(app, status);
  AddMergeCommand(app, status);
  AddDoctorCommand(app, status);
  AddDocsCommand(app, status);
  RefuseWrongValues(app);
  CheckCommandName(app, arguments);
  ProtectBrackets(arguments);
  std::reverse(arguments.begin(), arguments.end());  // As CLI11 wants them.
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return Report(app, error);
  }
  return status;
}

ExitStatus Main(int argc, char** argv) {
  try {
    // Images are what is done in parallel. Once, before there are threads: OpenCV does not lock
    // this.
    cv::setNumThreads(1);
    SetProgramArguments(argv);
    DefineTorchBodies();
    return RunCommand({argv + std::min(argc, 1), argv + argc});
  } catch (const OptionError& error) {
    return Complain(BlameFlag(error.key(), error.what()), kExitUsage);
  } catch (const UsageError& error) {
    return Complain(error.what(), kExitUsage);
  } catch (const std::bad_alloc&) {
    return Complain("out of memory; fewer --jobs or smaller images need less", kExitFailed);
  } catch (const std::system_error& error) {
    const bool no_thread = error.code() == std::errc::resource_unavailable_try_again;
    return Complain(no_thread ? "no thread can be started; fewer --jobs or a higher limit on "
                                "processes (ulimit -u) may help"
                              : error.what(),
                    kExitFailed);
  } catch (const std::exception& error) {
    return Complain(error.what(), kExitFailed);
  }
}

// A network's activations are some megabytes each, and images of one size after another need the
// same memory again. Handing it back to the system between photos only to have it zeroed costs a
// twentieth of the processor time, of `eval` a quarter.
void KeepFreedMemory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
}

// Where a standard stream is closed, the next file that is opened takes its number, and what is
// said would be written into it. Results are not lost unnoticed: what takes the place of standard
// output cannot be written to.
void OpenStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0)
      ::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  gradcut::KeepFreedMemory();
  gradcut::OpenStandardStreams();
  gradcut::ListenToStopSignals();
  // Writing fails instead, and is reported: to a closed pipe, beyond the limit on file sizes.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const gradcut::ExitStatus status = gradcut::Main(argc, argv);
  // Not `return`: what LibTorch then takes apart costs 0.1 s and is the system's to free.
  if (std::fflush(stdout) == 0 || status != gradcut::kExitDone) std::_Exit(status);
  std::perror("error: standard output: cannot be written");
  std::_Exit(gradcut::kExitFailed);
}
