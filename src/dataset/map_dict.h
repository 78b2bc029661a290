#pragma once

#include "gradcut/dataset/class_maps.h"
#include "gradcut/tensor/npy.h"

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

// The dict of maps that `numpy.save` pickled: see `ReadClassMaps`. Throws `Error` "NAME: cause".
ClassMaps ReadMapDict(std::span<const std::uint8_t> pickle, const std::string& name,
                      const ImageReadOptions& options);

// One map a channel of an array of channels x rows x columns. Throws likewise.
std::vector<cv::Mat> SplitChannels(const NpyArray& array, const std::string& name,
                                   const ImageReadOptions& options);

// Without axes of length 1, as long as there are more dimensions than these.
NpyArray Squeezed(NpyArray array, std::size_t dimensions);

}  // namespace gradcut
