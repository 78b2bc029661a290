#pragma once

#include "cli/commands/mask_flags.h"

namespace gradcut {

ExitStatus RunMaskCommand(const PhotoFlags& flags);

}  // namespace gradcut
