#pragma once

#include "gradcut/io/image_io.h"
#include "gradcut/io/npy.h"

#include <string>

namespace gradcut {

// What `ReadHeatMap` makes of a .npy array; `name` is printable.
cv::Mat HeatMapOf(const NpyArray& array, const std::string& name, const ImageReadOptions& options);

}  // namespace gradcut
