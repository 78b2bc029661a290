#pragma once

#include "gradcut/image/image_io.h"
#include "gradcut/run/batch.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// How much of each pixel of a photo is object.
struct PhotoAlpha {
  cv::Mat alpha;        ///< `CV_8UC1`, of the photo's size.
  bool turned = false;  ///< The mask was of the pixels as the photo's file holds them.
  bool scaled = false;  ///< It was of another size.
};

/// That of a mask file, for a photo that has that size when upright. A mask of the photo's shape in
/// another size is scaled: what is hard stays so. One of the photo's pixels before EXIF turns them
/// by a quarter is turned too. Throws `Error` for another shape, and like `ReadMaskAlpha`.
PhotoAlpha ReadPhotoAlpha(const std::filesystem::path& mask, cv::Size size,
                          const PhotoSource& photo, const ImageReadOptions& options);

}  // namespace gradcut
