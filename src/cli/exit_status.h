#pragma once

namespace gradcut {

/// What the process returns; see the contract in README.md beside this file.
enum ExitStatus : int {
  kExitDone = 0,
  kExitFailed = 1,         ///< Something failed; it was said which.
  kExitUsage = 2,          ///< The command line asks for something that cannot be.
  kExitInterrupted = 130,  ///< Stopped by a signal; what was finished is kept.
};

}  // namespace gradcut
