#include "gradcut/metrics/nearest.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

constexpr int kNoRow = -1;

// The row of the nearest set pixel in the same column, the upper one of two.
cv::Mat NearestInColumn(const cv::Mat& set) {
  cv::Mat nearest(set.size(), CV_32S);
  for (int row = 0; row < set.rows; ++row) {
    const auto* in_set = set.ptr<std::uint8_t>(row);
    const auto* above = row > 0 ? nearest.ptr<int>(row - 1) : nullptr;
    auto* out = nearest.ptr<int>(row);
    for (int col = 0; col < set.cols; ++col)
      out[col] = in_set[col] != 0 ? row : (above != nullptr ? above[col] : kNoRow);
  }
  for (int row = set.rows - 2; row >= 0; --row) {
    const auto* below = nearest.ptr<int>(row + 1);
    auto* out = nearest.ptr<int>(row);
    for (int col = 0; col < set.cols; ++col) {
      if (below[col] <= row) continue;  // Not below: the same pixel as seen from above, or none.
      if (out[col] == kNoRow || below[col] - row < row - out[col]) out[col] = below[col];
    }
  }
  return nearest;
}

// A column whose nearest pixel is the row's nearest from column `start` on.
struct Parabola {
  std::int64_t col;
  std::int64_t height;  // Squared distance within the column.
  std::int64_t start;
};

// The first column where the parabola at `col` lies below `left`, which stands further left.
std::int64_t FirstBelow(const Parabola& left, std::int64_t col, std::int64_t height) {
  const std::int64_t numerator = (col - left.col) * (col + left.col) + height - left.height;
  const std::int64_t denominator = 2 * (col - left.col);
  const std::int64_t quotient = numerator / denominator;
  const bool round_down = numerator % denominator < 0;
  return quotient - (round_down ? 1 : 0) + 1;
}

void FindLowerEnvelope(const int* nearest_row, int row, int cols, std::vector<Parabola>& envelope) {
  envelope.clear();
  for (int col = 0; col < cols; ++col) {
    if (nearest_row[col] == kNoRow) continue;
    const std::int64_t distance = nearest_row[col] - row;
    const std::int64_t height = distance * distance;
    std::int64_t start = 0;
    while (!envelope.empty()) {
      start = FirstBelow(envelope.back(), col, height);
      if (start > envelope.back().start) break;
      envelope.pop_back();
      start = 0;
    }
    if (start < cols) envelope.push_back({col, height, start});
  }
}

}  // namespace

cv::Mat NearestInSet(const cv::Mat& set) {
  CheckMask(set, "NearestInSet");
  const cv::Mat nearest_row = NearestInColumn(set);
  cv::Mat nearest(set.size(), CV_32SC2, cv::Scalar::all(kNoRow));
  std::vector<Parabola> envelope;
  for (int row = 0; row < set.rows; ++row) {
    const auto* in_column = nearest_row.ptr<int>(row);
    FindLowerEnvelope(in_column, row, set.cols, envelope);
    auto* out = nearest.ptr<cv::Vec2i>(row);
    for (std::size_t i = 0; i < envelope.size(); ++i) {
      const auto col = static_cast<int>(envelope[i].col);
      const std::int64_t end = i + 1 < envelope.size() ? envelope[i + 1].start : set.cols;
      std::fill(out + envelope[i].start, out + end, cv::Vec2i(in_column[col], col));
    }
  }
  return nearest;
}

}  // namespace gradcut
