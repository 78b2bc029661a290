#pragma once

#include "model/network.h"
#include "model/torchscript_settings.h"

#include <filesystem>
#include <memory>

namespace gradcut {

/// A classifier that somebody saved as a TorchScript program (`torch.jit.save`). Its `forward`
/// takes N x 3 x H x W and returns the scores before the softmax (N x classes), or a tuple of them
/// and one activation for each of `settings.layers`. Activations that it does not return cannot be
/// asked for. The program is run as it is, with the rights of this one: use files you trust.
///
/// Throws `Error` naming the file: not readable, not such a `forward`, scores that cannot be
/// derived by the input, or that differ from call to call (saved in training mode).
std::unique_ptr<Network> LoadTorchScript(const std::filesystem::path& file,
                                         const TorchScriptSettings& settings, at::Device device);

}  // namespace gradcut
