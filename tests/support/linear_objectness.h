#pragma once

#include "objectness/linear_objectness.h"

#include <memory>
#include <string>

namespace gradcut {

/// A linear head for a classifier of that architecture.
inline std::shared_ptr<const ObjectnessHead> LinearObjectnessOf(const std::string& architecture,
                                                                const cv::Mat& weights,
                                                                float bias) {
  return std::make_shared<LinearObjectness>(architecture, weights, bias);
}

}  // namespace gradcut
