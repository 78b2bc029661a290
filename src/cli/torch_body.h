#pragma once

#include "cli/exit_status.h"

#include <stdexcept>

namespace gradcut {

// LibTorch takes 0.2 s to load, which is too long for `--help`, and its symbols must come first in
// the process (see CMakeLists.txt). So there are two programs of the same commands:
// `gradcut` has the flags of all of them and the bodies of those that run no network;
// lib/gradcut/gradcut-torch, linked with LibTorch, has the rest and takes the place of `gradcut` in
// its process once the flags are known to be right.

/// The body of a command that runs LibTorch.
template <class Flags>
class TorchBody {
 public:
  using Function = ExitStatus (*)(const Flags& flags);

  void Define(Function function) { function_ = function; }

  ExitStatus operator()(const Flags& flags) const;

 private:
  Function function_ = nullptr;  // Null in the program without LibTorch.
};

/// Keeps what `main` was called with for `ContinueWithTorch`.
void SetProgramArguments(char** arguments);

/// Replaces the program in this process by the one with LibTorch, with the same arguments. Throws
/// `std::runtime_error` naming the file where that can't be done.
[[noreturn]] void ContinueWithTorch();

// ---- Implementation

template <class Flags>
ExitStatus TorchBody<Flags>::operator()(const Flags& flags) const {
  if (function_ == nullptr) ContinueWithTorch();
  return function_(flags);
}

}  // namespace gradcut
