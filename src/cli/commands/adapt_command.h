#pragma once

#include "cli/commands/adapt_flags.h"

namespace gradcut {

ExitStatus RunAdaptCommand(const AdaptFlags& flags);

}  // namespace gradcut
