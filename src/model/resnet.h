#pragma once

#include "model/architecture.h"

#include <vector>

namespace gradcut {

std::vector<Architecture> ResNetFamily();

}  // namespace gradcut
