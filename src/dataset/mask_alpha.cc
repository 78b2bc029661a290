#include "gradcut/dataset/mask_alpha.h"

#include "dataset/mask_values.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/mask_io.h"

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

cv::Mat AlphaOf(const MaskFile& file, const std::filesystem::path& path) {
  const ReadLabels read = ToObjects(file, {}, path);
  switch (read.how) {
    case ReadAs::kAlpha:
      return file.alpha;
    case ReadAs::kFractions:
      return file.labels;
    case ReadAs::kBright:
    case ReadAs::kSoft: {
      cv::Mat alpha;
      file.labels.convertTo(alpha, CV_8UC1, static_cast<double>(kMaskForeground) / file.white);
      return alpha;
    }
    default:
      return (read.labels != 0) & (read.labels != kVoid);
  }
}

bool IsSoft(const cv::Mat& alpha) {
  cv::Mat between;
  cv::inRange(alpha, kMaskBackground + 1, kMaskForeground - 1, between);
  return cv::countNonZero(between) > 0;
}

}  // namespace

MaskAlpha ReadMaskAlpha(const std::filesystem::path& path, const ImageReadOptions& options) {
  const cv::Mat alpha = AlphaOf(ReadMask(path, options), path);
  return {alpha, IsSoft(alpha)};
}

}  // namespace gradcut
