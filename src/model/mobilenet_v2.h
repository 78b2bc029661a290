#pragma once

#include "model/architecture.h"

#include <vector>

namespace gradcut {

std::vector<Architecture> MobileNetV2Family();

}  // namespace gradcut
