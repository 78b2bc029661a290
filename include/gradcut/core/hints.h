#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// What a person or a detector said of one image. Coordinates are pixels of the upright image, x to
/// the right and y down; (0, 0) is its upper left corner, so pixel (row, col) covers [col, col + 1)
/// by [row, row + 1).

/// The id of a box that has none yet; ids are not negative.
inline constexpr std::int64_t kUnnumbered = -1;

/// A box around one object.
struct HintBox {
  std::int64_t id = 0;  ///< Unique among the boxes of the image.
  cv::Rect2d box;
  std::string class_name = {};  ///< "": not said.

  bool operator==(const HintBox&) const = default;
};

/// A line through points as wide as twice its radius, or a disc where it is one point. At least the
/// pixels that the points lie in belong to it.
struct HintStroke {
  std::vector<cv::Point2d> points;
  double radius = 0;  ///< Pixels.
  bool object = true;
  std::string class_name = {};           ///< Of an object; "": not said.
  std::optional<std::int64_t> box = {};  ///< The id of the box whose object is meant.

  bool operator==(const HintStroke&) const = default;
};

struct Hints {
  std::vector<HintBox> boxes = {};
  std::vector<HintStroke> strokes = {};  ///< Where two cross, the later one counts.
  cv::Mat trimap = {};  ///< A trimap of the image's size, or empty. Strokes count more.
  /// Class indices of a data set (`CV_8UC1`, of the image's size; `kVoid`: not said), or empty.
  cv::Mat labels = {};
  /// What a person wants of the finished mask, or of each box's: first holes filled, then only the
  /// largest part kept. Strokes count more.
  bool fill_holes = false;
  bool keep_largest = false;

  /// Whether anything says where the object is.
  bool drawn() const {
    return !boxes.empty() || !strokes.empty() || !trimap.empty() || !labels.empty();
  }
  bool empty() const { return !drawn() && !fill_holes && !keep_largest; }
};

/// Whether the line through the stroke's points, whatever its radius, comes into the box, both in
/// an image of that size. Points on the image's far edges belong to its last pixels.
bool Enters(const HintStroke& stroke, const HintBox& box, cv::Size image);

/// Gives each box without an id the smallest one from 1 that none has, in their order.
void NumberBoxes(std::vector<HintBox>& boxes);

/// The boxes with what lies outside the image cut off. Throws `Error` naming the first thing that
/// cannot be meant in an image of that size: a box without area or outside, an id given twice, a
/// stroke without points, with a point outside, a radius that is negative, above 16,000 or not a
/// number, the id of no box, a point of two classes, a map of another size; with boxes, an object
/// stroke that enters none.
Hints CheckedHints(Hints hints, cv::Size image);

/// What strokes and `trimap` say of each pixel of an image of that size: a trimap. Of the strokes
/// that name a box only those of `box`. Points may lie outside.
cv::Mat DrawnHints(const Hints& hints, cv::Size image, std::optional<std::int64_t> box = {});

}  // namespace gradcut
