#pragma once

#include "cli/commands/photo_flags.h"

#include <filesystem>

namespace gradcut {

/// What the user wrote.
struct PlanFlags {
  PhotoFlags photos = {};
  std::size_t sample = 200;
  double task_minutes = 60;
  std::filesystem::path json = {};
};

extern TorchBody<PlanFlags> plan_body;

/// Adds the command with its flags to the program.
void AddPlanCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
