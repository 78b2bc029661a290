#pragma once

#include "cli/commands/tune_flags.h"

namespace gradcut {

ExitStatus RunTuneCommand(const TuneFlags& flags);

}  // namespace gradcut
