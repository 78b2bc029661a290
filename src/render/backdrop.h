#pragma once

#include "gradcut/image/image_io.h"

#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace gradcut {

// A colour as people write it: "#rrggbb" or a name of `ColourNames`; nothing for another text.
std::optional<cv::Vec3b> ColourOf(std::string_view text);

// The 17 names of CSS 2.1, and "grey".
std::vector<std::string_view> ColourNames();

// What is behind an object: one colour, or a picture that is there in another size.
class Backdrop {
 public:
  explicit Backdrop(const cv::Vec3b& colour) : colour_(colour) {}

  // The picture scaled to cover a cut-out of that size, its middle shown.
  static Backdrop Covering(const cv::Mat& picture, cv::Size size);

  // The photo out of focus, of which the cut-out shows the part `crop`. The object (`alpha`,
  // `CV_8UC1`) is left out of the average, or it would shine around itself.
  static Backdrop OutOfFocus(const cv::Mat& photo, const cv::Mat& alpha, const cv::Rect& crop);

  // Some rows of it in the cut-out's size: RGB `CV_8UC3`.
  cv::Mat Rows(const cv::Range& rows, int cols) const;

 private:
  // The cut-out's pixel (x, y) shows the picture's at `scale` (x, y) + `shift`.
  Backdrop(cv::Mat picture, const cv::Vec2d& scale, const cv::Vec2d& shift)
      : picture_(std::move(picture)), scale_(scale), shift_(shift) {}

  cv::Vec3b colour_;
  cv::Mat picture_;
  cv::Vec2d scale_, shift_;
};

}  // namespace gradcut
