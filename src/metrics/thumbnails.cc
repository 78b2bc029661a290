#include "metrics/thumbnails.h"

#include "gradcut/core/image.h"
#include "gradcut/io/base64.h"
#include "gradcut/io/image_io.h"
#include "metrics/read_pair.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kLongSide = 160;
constexpr std::uint8_t kGrey = 128;

// Labels must not be blended.
cv::Mat Shrink(const cv::Mat& mat) {
  const double scale = static_cast<double>(kLongSide) / std::max(mat.cols, mat.rows);
  if (scale >= 1) return mat;
  const cv::Size size(std::max(1, static_cast<int>(mat.cols * scale)),
                      std::max(1, static_cast<int>(mat.rows * scale)));
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
