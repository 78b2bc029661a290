#include "image/colours.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

template <class Sample>
cv::Mat DividedByAlpha(const cv::Mat& pixels, double white) {
  cv::Mat straight = pixels.clone();
  const int channels = pixels.channels();
  for (int row = 0; row < pixels.rows; ++row) {
    auto* pixel = straight.ptr<Sample>(row);
    for (int col = 0; col < pixels.cols; ++col, pixel += channels) {
      const double alpha = pixel[channels - 1];
      for (int i = 0; alpha > 0 && i < channels - 1; ++i)
        pixel[i] = cv::saturate_cast<Sample>(std::min(white, pixel[i] * white / alpha));
    }
  }
  return straight;
}

}  // namespace

cv::Mat Coloured(const cv::Mat& indices, std::span<const cv::Vec3b> palette) {
  std::array<bool, 256> occurs = {};
  std::for_each(indices.begin<std::uint8_t>(), indices.end<std::uint8_t>(),
                [&occurs](std::uint8_t index) { occurs[index] = true; });
  cv::Mat table(1, 256, CV_8UC3, cv::Scalar::all(0));
  bool grey = true;
  for (std::size_t i = 0; i < std::min<std::size_t>(palette.size(), 256); ++i) {
    const cv::Vec3b& colour = table.at<cv::Vec3b>(0, static_cast<int>(i)) = palette[i];
    grey = grey && (!occurs[i] || (colour[0] == colour[1] && colour[0] == colour[2]));
  }
  cv::Mat pixels;
  if (grey)
    cv::extractChannel(table, table, 0);
  else
    cv::cvtColor(indices, pixels, cv::COLOR_GRAY2RGB);
  cv::LUT(grey ? indices : pixels, table, pixels);
  return pixels;
}

cv::Mat CmykToRgb(const cv::Mat& cmyk, bool inverted) {
  cv::Mat rgb(cmyk.size(), CV_8UC3);
  const int flip = inverted ? 0 : 255;
  for (int row = 0; row < cmyk.rows; ++row) {
    const auto* from = cmyk.ptr<cv::Vec4b>(row);
    auto* to = rgb.ptr<cv::Vec3b>(row);
    for (int col = 0; col < cmyk.cols; ++col)
      for (int i = 0; i < 3; ++i)
        to[col][i] =
            static_cast<std::uint8_t>(((from[col][i] ^ flip) * (from[col][3] ^ flip) + 127) / 255);
  }
  return rgb;
}

cv::Mat Straight(const cv::Mat& pixels, double white) {
  switch (pixels.depth()) {
    case CV_8U:
      return DividedByAlpha<std::uint8_t>(pixels, white);
    case CV_16U:
      return DividedByAlpha<std::uint16_t>(pixels, white);
    case CV_32F:
      return DividedByAlpha<float>(pixels, white);
    default:
      return DividedByAlpha<double>(pixels, white);
  }
}

}  // namespace gradcut
