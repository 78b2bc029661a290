#pragma once

#include "cli/commands/saliency_flags.h"

namespace gradcut {

ExitStatus RunSaliencyCommand(const PhotoFlags& flags);

}  // namespace gradcut
