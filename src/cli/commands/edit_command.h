#pragma once

#include "cli/commands/edit_flags.h"

namespace gradcut {

ExitStatus RunEditCommand(const EditFlags& flags);

}  // namespace gradcut
