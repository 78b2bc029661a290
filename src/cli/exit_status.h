#pragma once

#include "gradcut/core/error.h"

#include <string_view>

namespace gradcut {

/// What the process returns; see the contract in README.md.
enum ExitStatus : int {
  kExitDone = 0,
  kExitFailed = 1,         ///< Something failed; it was said which.
  kExitUsage = 2,          ///< The command line asks for something that cannot be.
  kExitInterrupted = 130,  ///< Stopped by a signal; what was finished is kept.
};

/// The command line is at fault: flags, values, or outputs that would collide.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// Does something with what the user wrote. An `Error` is then the command line's fault; `flag` is
/// put in front of its message unless it is empty.
template <class Action>
auto AsUsage(std::string_view flag, const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    throw UsageError(flag.empty() ? error.what() : fmt::format("{}: {}", flag, error.what()));
  }
}

}  // namespace gradcut
