#pragma once

#include "cli/help/command_doc.h"

#include <string>

namespace gradcut {

/// What the shell must read to complete the program's commands, flags and their values.
std::string BashCompletion(const CommandDoc& program);
std::string ZshCompletion(const CommandDoc& program);
std::string FishCompletion(const CommandDoc& program);

}  // namespace gradcut
