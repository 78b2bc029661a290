#pragma once

namespace gradcut {

/// Gives the commands that run LibTorch their bodies, in the program that has them; see
/// torch_body.h.
void DefineTorchBodies();

}  // namespace gradcut
