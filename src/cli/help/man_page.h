#pragma once

#include "cli/help/command_doc.h"

#include <string>

namespace gradcut {

/// A page for `man`, in roff.
std::string ManPage(const CommandDoc& program, const std::string& version);

}  // namespace gradcut
