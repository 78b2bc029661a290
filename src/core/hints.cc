#include "gradcut/core/hints.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <set>
#include <utility>

namespace gradcut {
namespace {

// Fractions of a pixel that OpenCV draws with, as bits.
constexpr int kShift = 4;

bool Inside(cv::Point2d point, cv::Size image) {
  return point.x >= 0 && point.y >= 0 && point.x <= image.width && point.y <= image.height;
}

// Points on the far edges, moved into the last pixels.
cv::Point2d Within(cv::Point2d point, cv::Size image) {
  return {std::min(point.x, std::nextafter(image.width, 0.0)),
          std::min(point.y, std::nextafter(image.height, 0.0))};
}

// Whether the line from one point to another comes into a box, whose far edges are not of it.
bool Crosses(cv::Point2d from, cv::Point2d to, const cv::Rect2d& box) {
  double first = 0, last = 1;  // The part of the line that is inside, as far as is known.
  const auto clip = [&](double start, double way, double least, double length) {
    const double most = std::nextafter(least + length, least);
    if (way == 0) return least <= start && start <= most;
    const auto [enters, leaves] = std::minmax({(least - start) / way, (most - start) / way});
    first = std::max(first, enters);
    last = std::min(last, leaves);
    return first <= last;
  };
  return clip(from.x, to.x - from.x, box.x, box.width) &&
         clip(from.y, to.y - from.y, box.y, box.height);
}

cv::Point PixelOf(cv::Point2d point, cv::Size image) {
  return {std::min(static_cast<int>(point.x), image.width - 1),
          std::min(static_cast<int>(point.y), image.height - 1)};
}

void CheckBox(HintBox& each, cv::Size image) {
  const cv::Rect2d& box = each.box;
  Require(std::isfinite(box.x) && std::isfinite(box.y) && box.width > 0 && box.height > 0 &&
              std::isfinite(box.width) && std::isfinite(box.height),
          "box {}: {}x{} at ({}, {}) has no area", each.id, box.width, box.height, box.x, box.y);
  const cv::Rect2d within = box & cv::Rect2d(0, 0, image.width, image.height);
  Require(within.area() > 0, "box {}: {}x{} at ({}, {}) lies outside the {}x{} image", each.id,
          box.width, box.height, box.x, box.y, image.width, image.height);
  each.box = within;
}

void CheckStroke(const HintStroke& stroke, const Hints& hints, cv::Size image) {
  Require(!stroke.points.empty(), "a stroke has no points");
  constexpr double kWidest = 16'000;  // OpenCV draws no line that is wider than 32,767.
  Require(stroke.radius >= 0 && stroke.radius <= kWidest,
          "a stroke's radius is {}, must be a number of pixels up to {}", stroke.radius, kWidest);
  for (const cv::Point2d& point : stroke.points)
    Require(Inside(point, image), "the point ({}, {}) lies outside the {}x{} image", point.x,
            point.y, image.width, image.height);
  if (stroke.box) {
    const bool known = std::any_of(hints.boxes.begin(), hints.boxes.end(),
                                   [&](const HintBox& box) { return box.id == *stroke.box; });
    Require(known, "a stroke is for box {}, which the image does not have", *stroke.box);
  }
  if (!stroke.object || hints.boxes.empty()) return;
  const bool held = std::any_of(hints.boxes.begin(), hints.boxes.end(), [&](const HintBox& box) {
    return (!stroke.box || *stroke.box == box.id) && Enters(stroke, box, image);
  });
  Require(held, "the object's stroke at ({}, {}) lies outside {}", stroke.points[0].x,
          stroke.points[0].y, stroke.box ? "its box" : "every box");
}

// No pixel can be of two classes.
void CheckClasses(const std::vector<HintStroke>& strokes, cv::Size image) {
  std::map<std::pair<int, int>, std::string> known;
  for (const HintStroke& stroke : strokes) {
    if (!stroke.object || stroke.class_name.empty()) continue;
    for (const cv::Point2d& point : stroke.points) {
      const cv::Point pixel = PixelOf(point, image);
      const std::string& name =
          known.emplace(std::pair(pixel.x, pixel.y), stroke.class_name).first->second;
      Require(name == stroke.class_name, "the point ({}, {}) is of two classes, {} and {}", point.x,
              point.y, name, stroke.class_name);
    }
  }
}

void Draw(const HintStroke& stroke, cv::Mat& trimap) {
  const cv::Scalar value(stroke.object ? kMaskForeground : kMaskBackground);
  const auto fixed = [](cv::Point2d point) {
    return cv::Point(static_cast<int>(std::lround((point.x - 0.5) * (1 << kShift))),
                     static_cast<int>(std::lround((point.y - 0.5) * (1 << kShift))));
  };
  const auto radius = static_cast<int>(std::lround(stroke.radius * (1 << kShift)));
  const int thickness = std::max(1, static_cast<int>(std::lround(2 * stroke.radius)));
  for (std::size_t i = 0; i < stroke.points.size(); ++i) {
    if (stroke.radius >= 1)
      cv::circle(trimap, fixed(stroke.points[i]), radius, value, cv::FILLED, cv::LINE_8, kShift);
    if (i > 0)
      cv::line(trimap, fixed(stroke.points[i - 1]), fixed(stroke.points[i]), value, thickness,
               cv::LINE_8, kShift);
    if (Inside(stroke.points[i], trimap.size()))
      trimap.at<std::uint8_t>(PixelOf(stroke.points[i], trimap.size())) =
          static_cast<std::uint8_t>(value[0]);
  }
}

}  // namespace

bool Enters(const HintStroke& stroke, const HintBox& box, cv::Size image) {
  cv::Point2d from = Within(stroke.points.front(), image);
  return std::any_of(stroke.points.begin(), stroke.points.end(), [&](const cv::Point2d& point) {
    const cv::Point2d to = Within(point, image);
    return Crosses(std::exchange(from, to), to, box.box);
  });
}

void NumberBoxes(std::vector<HintBox>& boxes) {
  std::set<std::int64_t> taken;
  for (const HintBox& box : boxes) taken.insert(box.id);
  std::int64_t next = 1;
  for (HintBox& box : boxes) {
    if (box.id != kUnnumbered) continue;
    while (taken.contains(next)) ++next;
    box.id = next++;
  }
}

Hints CheckedHints(Hints hints, cv::Size image) {
  std::set<std::int64_t> ids;
  for (HintBox& box : hints.boxes) {
    Require(ids.insert(box.id).second, "two boxes have the id {}", box.id);
    CheckBox(box, image);
  }
  for (const HintStroke& stroke : hints.strokes) CheckStroke(stroke, hints, image);
  CheckClasses(hints.strokes, image);
  for (const cv::Mat* const map : {&hints.trimap, &hints.labels})
    Require(map->empty() || map->size() == image,
            "a map of hints has {}x{} pixels, the image {}x{}", map->cols, map->rows, image.width,
            image.height);
  return hints;
}

cv::Mat DrawnHints(const Hints& hints, cv::Size image, std::optional<std::int64_t> box) {
  cv::Mat trimap = hints.trimap.empty() ? cv::Mat(image, CV_8UC1, cv::Scalar(kTrimapUnknown))
                                        : hints.trimap.clone();
  for (const HintStroke& stroke : hints.strokes)
    if (!stroke.box || stroke.box == box) Draw(stroke, trimap);
  return trimap;
}

}  // namespace gradcut
