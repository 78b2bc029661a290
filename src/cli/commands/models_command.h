#pragma once

#include "cli/commands/models_flags.h"

namespace gradcut {

ExitStatus RunModelsCommand(const ModelsFlags& flags);

}  // namespace gradcut
