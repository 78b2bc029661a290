#pragma once

#include "cli/exit_status.h"

#include <CLI/CLI.hpp>

namespace gradcut {

/// Each adds one subcommand to the program. When the subcommand was given, `status` receives what
/// the process should return.
void AddMaskCommand(CLI::App& app, ExitStatus& status);
void AddSaliencyCommand(CLI::App& app, ExitStatus& status);
void AddEvalCommand(CLI::App& app, ExitStatus& status);
void AddTuneCommand(CLI::App& app, ExitStatus& status);
void AddReportCommand(CLI::App& app, ExitStatus& status);
void AddModelsCommand(CLI::App& app, ExitStatus& status);
void AddAdaptCommand(CLI::App& app, ExitStatus& status);
void AddRefineCommand(CLI::App& app, ExitStatus& status);
void AddFitCommand(CLI::App& app, ExitStatus& status);
void AddLabelCommand(CLI::App& app, ExitStatus& status);
void AddDoctorCommand(CLI::App& app, ExitStatus& status);
void AddDocsCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
