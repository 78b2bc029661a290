#include "gradcut/dataset/polygon_runs.h"

#include "gradcut/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

constexpr int kFiner = 5;
// The middle of a column lies between these two of its five finer ones.
constexpr int kBeforeMiddle = 2;
constexpr int kBehindMiddle = 3;

constexpr std::size_t kMaxCrossings = std::size_t{1} << 26;

bool InRange(double value) { return std::abs(value) <= kMaxCoordinate; }  // Not for NaN.

// Towards zero, as COCO's own code rounds: it differs from rounding down left of and above the
// image, where it moves what comes in.
int Rounded(double value) {
  constexpr double kHalf = 0.5;
  return static_cast<int>(value + kHalf);
}

cv::Point Fine(const cv::Point2d& corner) {
  return {Rounded(kFiner * corner.x), Rounded(kFiner * corner.y)};
}

// A side of the polygon on the finer grid: a point for each step along its longer direction.
class Side {
 public:
  Side(cv::Point from, cv::Point to)
      : wide_(std::abs(to.x - from.x) >= std::abs(to.y - from.y)), from_(from) {
    if (wide_ ? from.x > to.x : from.y > to.y) {
      std::swap(from, to);
      from_ = from;
    }
    steps_ = wide_ ? to.x - from.x : to.y - from.y;
    if (steps_ > 0) slope_ = static_cast<double>(wide_ ? to.y - from.y : to.x - from.x) / steps_;
  }

  int steps() const { return steps_; }

  cv::Point At(int step) const {
    return wide_ ? cv::Point(from_.x + step, Rounded(from_.y + slope_ * step))
                 : cv::Point(Rounded(from_.x + slope_ * step), from_.y + step);
  }

 private:
  bool wide_;
  cv::Point from_;
  int steps_ = 0;
  double slope_ = 0;
};

// The row from which on the pixels of a column change sides, where the outline crosses its middle
// between two points of which `y` is the upper one's.
int CrossedRow(int y, int rows) {
  const double row = (y + 0.5) / kFiner - 0.5;
  return static_cast<int>(std::ceil(std::clamp(row, 0.0, static_cast<double>(rows))));
}

// Where the side crosses the middles of columns, counted in pixels down the columns.
void AddCrossings(const Side& side, int rows, int cols, std::vector<std::uint32_t>& crossings) {
  const int first_x = side.At(0).x;
  const int last_x = side.At(side.steps()).x;
  const bool rightwards = first_x <= last_x;
  const auto [left, right] = std::minmax(first_x, last_x);
  const int first = left <= kBeforeMiddle ? 0 : (left - kBeforeMiddle + kFiner - 1) / kFiner;
  const int last = right < kBehindMiddle ? -1 : (right - kBehindMiddle) / kFiner;
  for (int col = first; col <= std::min(last, cols - 1); ++col) {
    const int middle = kFiner * col + kBehindMiddle;
    // The first point on the other side of the middle.
    int before = 0;
    for (int behind = side.steps(); before < behind;) {
      const int step = std::midpoint(before, behind);
      if ((side.At(step).x >= middle) == rightwards)
        behind = step;
      else
        before = step + 1;
    }
    const int y = std::min(side.At(before - 1).y, side.At(before).y);
    crossings.push_back(static_cast<std::uint32_t>(col) * static_cast<std::uint32_t>(rows) +
                        static_cast<std::uint32_t>(CrossedRow(y, rows)));
  }
}

// A mask that changes sides at each of these; twice at one place is not at all.
RunLengths RunsBetween(std::vector<std::uint32_t> crossings, int rows, int cols) {
  const std::uint32_t pixels = static_cast<std::uint32_t>(rows) * static_cast<std::uint32_t>(cols);
  std::sort(crossings.begin(), crossings.end());
  RunLengths runs = {rows, cols, {}};
  std::uint32_t begin = 0;
  for (auto place = crossings.begin(); place != crossings.end() && *place < pixels;) {
    const auto next = std::find_if(place, crossings.end(), [&](auto p) { return p != *place; });
    if ((next - place) % 2 == 1) {
      runs.counts.push_back(*place - begin);
      begin = *place;
    }
    place = next;
  }
  runs.counts.push_back(pixels - begin);
  return runs;
}

}  // namespace

RunLengths FillPolygon(std::span<const cv::Point2d> corners, int rows, int cols) {
  Expect(rows > 0 && cols > 0 && static_cast<std::uint64_t>(rows) * cols <= UINT32_MAX,
         "FillPolygon: an image of {}x{} pixels", cols, rows);
  Expect(std::all_of(corners.begin(), corners.end(),
                     [](const cv::Point2d& each) { return InRange(each.x) && InRange(each.y); }),
         "FillPolygon: a corner out of range");
  std::vector<std::uint32_t> crossings;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    AddCrossings(Side(Fine(corners[i]), Fine(corners[(i + 1) % corners.size()])), rows, cols,
                 crossings);
    Require(crossings.size() <= kMaxCrossings, "a polygon of {} corners winds too often",
            corners.size());
  }
  return RunsBetween(std::move(crossings), rows, cols);
}

}  // namespace gradcut
