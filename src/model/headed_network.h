#pragma once

#include "gradcut/learn/linear_head.h"
#include "model/network.h"

#include <memory>

namespace gradcut {

/// A network whose logits are a head's: the mean of the last activations, times its weights.
/// `network` must have layers, and the head the channels of the last one.
std::unique_ptr<Network> PutHeadOn(std::shared_ptr<const Network> network, const LinearHead& head);

}  // namespace gradcut
