#include "render/thumbnails.h"

#include "gradcut/core/image.h"
#include "gradcut/image/image_io.h"
#include "gradcut/render/base64.h"
#include "metrics/read_pair.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kThumbnailSide = 160;
constexpr std::uint8_t kGrey = 128;

// Labels must not be blended.
cv::Mat Shrink(const cv::Mat& mat) {
  const cv::Size size = ThumbnailSize(mat.size(), kThumbnailSide);
  if (size == mat.size()) return mat;
  cv::Mat small;
  cv::resize(mat, small, size, 0, 0, cv::INTER_NEAREST);
  return small;
}

std::string Address(const std::vector<std::uint8_t>& png) {
  return "data:image/png;base64," + EncodeBase64(png);
}

std::string ObjectPicture(const cv::Mat& labels) {
  const cv::Mat small = Shrink(labels);
  cv::Mat picture = small > 0;
  picture.setTo(kGrey, small == kVoid);
  return Address(EncodePng(picture));
}

std::string ClassPicture(const cv::Mat& labels) {
  return Address(EncodeIndexedPng(Shrink(labels), VocPalette()));
}

std::string HeatPicture(const cv::Mat& heat) {
  cv::Mat grey;
  heat.convertTo(grey, CV_8U, heat.depth() == CV_8U ? 1 : 255);
  return Address(EncodePng(Shrink(grey)));
}

}  // namespace

cv::Size ThumbnailSize(cv::Size size, int long_side) {
  const double scale =
      std::min(1.0, static_cast<double>(long_side) / std::max(size.width, size.height));
  return {std::max(1, cvRound(size.width * scale)), std::max(1, cvRound(size.height * scale))};
}

Thumbnails MakeThumbnails(const Pair& pair, const EvaluateOptions& options) {
  if (options.pairing.kind == PredictionKind::kHeatMaps) {
    const HeatPair read = ReadHeat(pair, options);
    return {HeatPicture(read.heat), ObjectPicture(read.truth)};
  }
  if (options.protocol == Protocol::kVoc) {
    const LabelPair read = ReadClasses(pair, options);
    return {ClassPicture(read.prediction), ClassPicture(read.truth)};
  }
  const LabelPair read = ReadObjects(pair, options);
  return {ObjectPicture(read.prediction), ObjectPicture(read.truth)};
}

}  // namespace gradcut
