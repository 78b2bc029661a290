#pragma once

#include "dataset/label_rows.h"

#include <cstdint>

namespace gradcut {

// `cls_labels.npy` of IRN and AffinityNet: a dict that `numpy.save` pickled, with a vector of 0 and
// 1 a class for each image, whose key is its name or, for "2007_000032", the number 2007000032.
// Classes are the `known` ones in their order, or VOC's. Throws `Error` "NAME: cause".
LabelRows ReadLabelVectors(std::span<const std::uint8_t> npy, const std::string& name,
                           std::span<const std::string> known);

}  // namespace gradcut
