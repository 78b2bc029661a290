#pragma once

#include "gradcut/image/image_io.h"
#include "gradcut/tensor/npy.h"

#include <string>

namespace gradcut {

// What `ReadHeatMap` makes of a .npy array; `name` is printable.
cv::Mat HeatMapOf(const NpyArray& array, const std::string& name, const ImageReadOptions& options);

}  // namespace gradcut
