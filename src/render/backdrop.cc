#include "render/backdrop.h"

#include "gradcut/core/image.h"
#include "gradcut/core/rects.h"

#include <algorithm>
#include <charconv>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace gradcut {
namespace {

constexpr std::pair<std::string_view, unsigned> kColours[] = {
    {"white", 0xffffff},   {"grey", 0x808080},   {"black", 0x000000}, {"gray", 0x808080},
    {"silver", 0xc0c0c0},  {"maroon", 0x800000}, {"red", 0xff0000},   {"purple", 0x800080},
    {"fuchsia", 0xff00ff}, {"green", 0x008000},  {"lime", 0x00ff00},  {"olive", 0x808000},
    {"yellow", 0xffff00},  {"orange", 0xffa500}, {"navy", 0x000080},  {"blue", 0x0000ff},
    {"teal", 0x008080},    {"aqua", 0x00ffff}};

cv::Vec3b Colour(unsigned rgb) {
  return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
          static_cast<std::uint8_t>(rgb)};
}

}  // namespace

std::optional<cv::Vec3b> ColourOf(std::string_view text) {
  for (const auto& [name, rgb] : kColours)
    if (name == text) return Colour(rgb);
  if (text.size() != 7 || text.front() != '#') return std::nullopt;
  unsigned rgb = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), rgb, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Colour(rgb);
}

std::vector<std::string_view> ColourNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, rgb] : kColours) names.push_back(name);
  return names;
}

Backdrop Backdrop::Covering(const cv::Mat& picture, cv::Size size) {
  const double scale = std::max(static_cast<double>(size.width) / picture.cols,
                                static_cast<double>(size.height) / picture.rows);
  // Shrinking averages, as interpolation would not.
  const cv::Size covering(std::max(size.width, cvRound(picture.cols * scale)),
                          std::max(size.height, cvRound(picture.rows * scale)));
  const cv::Mat shown = scale < 1 ? Resize(picture, covering) : picture;
  const cv::Vec2d step(static_cast<double>(shown.cols) / covering.width,
                       static_cast<double>(shown.rows) / covering.height);
  const cv::Vec2d corner((covering.width - size.width) / 2, (covering.height - size.height) / 2);
  return {shown, step, step.mul(corner)};
}

Backdrop Backdrop::OutOfFocus(const cv::Mat& photo, const cv::Mat& alpha, const cv::Rect& crop) {
  constexpr int kBlurredSide = 320;  // A blur hides that it is computed on a small copy.
  constexpr double kSigma = 8;
  const double scale = std::min(1.0, static_cast<double>(kBlurredSide) / LongerSide(photo.size()));
  const cv::Size size(std::max(1, cvRound(photo.cols * scale)),
                      std::max(1, cvRound(photo.rows * scale)));
  cv::Mat colours, share, weights;
  OverWhite(Resize(photo, size)).convertTo(colours, CV_32FC3);
  Resize(alpha, size).convertTo(share, CV_32FC1, 1.0 / kMaskForeground);
  cv::cvtColor(cv::Mat(1.001F - share), weights, cv::COLOR_GRAY2RGB);
  cv::Mat sum, count, blurred;
  cv::GaussianBlur(colours.mul(weights), sum, {}, kSigma);
  cv::GaussianBlur(weights, count, {}, kSigma);
  cv::Mat(sum / count).convertTo(blurred, CV_8UC3);
  const cv::Vec2d step(static_cast<double>(size.width) / photo.cols,
                       static_cast<double>(size.height) / photo.rows);
  return {blurred, step, step.mul(cv::Vec2d(crop.x, crop.y))};
}

cv::Mat Backdrop::Rows(const cv::Range& rows, int cols) const {
  if (picture_.empty()) return {rows.size(), cols, CV_8UC3, cv::Scalar(colour_)};
  // Pixels are squares: the middle of the first one lies at 0.5.
  const cv::Matx23d map(scale_[0], 0, 0.5 * scale_[0] - 0.5 + shift_[0],  //
                        0, scale_[1], (rows.start + 0.5) * scale_[1] - 0.5 + shift_[1]);
  cv::Mat shown;
  cv::warpAffine(picture_, shown, map, cv::Size(cols, rows.size()),
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return shown;
}

}  // namespace gradcut
