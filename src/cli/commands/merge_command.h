#pragma once

#include "cli/exit_status.h"

#include <CLI/CLI.hpp>

namespace gradcut {

/// Adds `gradcut merge` to the program.
void AddMergeCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
