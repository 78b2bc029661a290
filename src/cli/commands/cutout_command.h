#pragma once

#include "cli/exit_status.h"

#include <CLI/CLI.hpp>

namespace gradcut {

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddCutoutCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
