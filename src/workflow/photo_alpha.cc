#include "workflow/photo_alpha.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/mask_alpha.h"
#include "gradcut/image/turned_map.h"
#include "gradcut/storage/file.h"

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// From 5 on, turning exchanges the sides.
bool IsTurnedByAQuarter(int orientation) { return orientation >= 5; }

// But for the rows or columns that rounding made of either.
bool HaveOneShape(cv::Size a, cv::Size b) {
  return HasAspectOf(a.height, a.width, b) || HasAspectOf(b.height, b.width, a);
}

cv::Mat Scaled(const MaskAlpha& mask, cv::Size size) {
  const cv::Mat scaled = Resize(mask.alpha, size);
  return mask.soft ? scaled : scaled > kMaskForeground / 2;
}

}  // namespace

PhotoAlpha ReadPhotoAlpha(const fs::path& mask, cv::Size size, const PhotoSource& photo,
                          const ImageReadOptions& options) {
  MaskAlpha read = ReadMaskAlpha(mask, options);
  PhotoAlpha result;
  if (HasSidesExchanged(read.alpha.size(), size)) {
    const int orientation = OrientationOf(photo.bytes, photo.path.native(), options);
    result.turned = IsTurnedByAQuarter(orientation);
    if (result.turned) read.alpha = TurnUpright(read.alpha, orientation);
  }
  Require(HaveOneShape(read.alpha.size(), size),
          "{}: has {}x{} pixels, but {} has {}x{}: expected a mask of the photo's size or shape",
          Printable(mask), read.alpha.cols, read.alpha.rows, Printable(photo.path), size.width,
          size.height);
  result.scaled = read.alpha.size() != size;
  result.alpha = result.scaled ? Scaled(read, size) : read.alpha;
  return result;
}

}  // namespace gradcut
