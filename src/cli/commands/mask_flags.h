#pragma once

#include "cli/commands/photo_flags.h"

#include <CLI/CLI.hpp>

namespace gradcut {

/// Makes object masks.
extern TorchBody<PhotoFlags> mask_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddMaskCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
