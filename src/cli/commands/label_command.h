#pragma once

#include "cli/commands/label_flags.h"

namespace gradcut {

ExitStatus RunLabelCommand(const LabelFlags& flags);

}  // namespace gradcut
