#pragma once

#include "cli/commands/photo_flags.h"

#include <CLI/CLI.hpp>

namespace gradcut {

/// Makes heat maps.
extern TorchBody<PhotoFlags> saliency_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddSaliencyCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
