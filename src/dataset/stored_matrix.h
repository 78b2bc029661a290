#pragma once

#include "gradcut/tensor/npy.h"
#include "image/codec.h"
#include "image/format.h"

#include <filesystem>
#include <opencv2/core.hpp>
#include <optional>
#include <string>

namespace gradcut {

// What readers of masks and of heat maps share. Names in messages are printable already.

// Rows and columns of a matrix to which axes of size 1 may have been added.
cv::Size MatrixSize(const NpyArray& array, const std::string& name,
                    const ImageReadOptions& options);

// The first channel, when all three are the same.
std::optional<cv::Mat> GreyOf(const cv::Mat& rgb);

// The first one to three channels.
cv::Mat FirstChannels(const cv::Mat& pixels, int count);

// What `of_array(array, name)` makes of a .npy file, and `of_image(bytes, name)` of any other.
template <class OfArray, class OfImage>
auto ReadArrayOrImage(const std::filesystem::path& path, const OfArray& of_array,
                      const OfImage& of_image) {
  const std::string name = Printable(path);
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return WithForeignErrors(name, [&] {
    return RecogniseFormat(bytes) == FileFormat::kNpy
               ? of_array(DecodeNpy(bytes, path.native()), name)
               : of_image(bytes, name);
  });
}

}  // namespace gradcut
