#pragma once

#include "cli/torch_body.h"

#include <CLI/CLI.hpp>

namespace gradcut {

/// It has none.
struct DoctorFlags {};

/// Says what this machine and build can do.
extern TorchBody<DoctorFlags> doctor_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddDoctorCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
