#pragma once

#include "gradcut/core/error.h"

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

}  // namespace gradcut
