#pragma once

#include "cli/commands/fit_flags.h"

namespace gradcut {

ExitStatus RunFitCommand(const FitFlags& flags);

}  // namespace gradcut
