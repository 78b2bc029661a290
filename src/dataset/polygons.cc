#include "gradcut/dataset/polygons.h"

#include "dataset/label_values.h"
#include "gradcut/core/image.h"

#include <fmt/format.h>

#include <iterator>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// Inside the box of the region's pixels, so that it covers them and no others.
Polygon BoxOf(const std::vector<cv::Point>& contour) {
  constexpr float kMargin = 0.25F;
  const cv::Rect box = cv::boundingRect(contour);
  const float left = static_cast<float>(box.x) + kMargin;
  const float top = static_cast<float>(box.y) + kMargin;
  const float right = static_cast<float>(box.br().x) - kMargin;
  const float bottom = static_cast<float>(box.br().y) - kMargin;
  return {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

}  // namespace

std::vector<Polygon> Outlines(const cv::Mat& mask) {
  CheckMask(mask, "Outlines: mask");
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  std::vector<Polygon> outlines;
  for (const std::vector<cv::Point>& contour : contours) {
    // Two points may be a diagonal, whose box would hold more.
    const bool straight =
        contour.size() == 1 ||
        (contour.size() == 2 && (contour[0].x == contour[1].x || contour[0].y == contour[1].y));
    Polygon& outline = outlines.emplace_back();
    if (straight) outline = BoxOf(contour);
    // OpenCV goes counterclockwise on an axis that points down.
    for (auto corner = contour.rbegin(); !straight && corner != contour.rend(); ++corner)
      outline.emplace_back(static_cast<float>(corner->x) + 0.5F,
                           static_cast<float>(corner->y) + 0.5F);
    if (outline.size() == 2) outline.push_back(outline.front());
  }
  return outlines;
}

std::string YoloSegments(const cv::Mat& labels) {
  std::string text;
  for (const int label : ClassesIn(labels)) {
    for (const Polygon& outline : Outlines(labels == label)) {
      fmt::format_to(std::back_inserter(text), "{}", label - 1);
      for (const cv::Point2f& corner : outline)
        fmt::format_to(std::back_inserter(text), " {:.6f} {:.6f}",
                       corner.x / static_cast<float>(labels.cols),
                       corner.y / static_cast<float>(labels.rows));
      text += '\n';
    }
  }
  return text;
}

}  // namespace gradcut
