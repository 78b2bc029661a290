#pragma once

#include <string>

namespace gradcut {

/// A file name as one pastes it into a shell: quoted where it must be, and with "./" before a dash.
std::string ShellWord(const std::string& word);

}  // namespace gradcut
