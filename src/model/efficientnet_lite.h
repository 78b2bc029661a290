#pragma once

#include "model/architecture.h"

#include <vector>

namespace gradcut {

std::vector<Architecture> EfficientNetLiteFamily();

}  // namespace gradcut
