#include "simulated_user.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

cv::Mat ObjectOf(const cv::Mat& truth) { return (truth != 0) & (truth != kVoid); }

// The largest wrong region and which side it belongs to.
struct Wrong {
  cv::Mat region;
  bool object = true;
};

std::optional<Wrong> LargestWrong(const cv::Mat& mask, const cv::Mat& truth) {
  const cv::Mat object = ObjectOf(truth);
  Wrong largest;
  int most = 0;
  for (const bool missing : {true, false}) {
    const cv::Mat wrong = missing ? cv::Mat(object & ~mask) : cv::Mat((truth == 0) & mask);
    cv::Mat labels, statistics, centres;
    const int count = cv::connectedComponentsWithStats(wrong, labels, statistics, centres, 8);
    for (int part = 1; part < count; ++part) {
      const int area = statistics.at<int>(part, cv::CC_STAT_AREA);
      if (area <= most) continue;
      most = area;
      largest = {labels == part, missing};
    }
  }
  if (most == 0) return std::nullopt;
  return largest;
}

// How far each pixel of a region is from its border.
cv::Mat DepthOf(const cv::Mat& region) {
  cv::Mat padded, depth;
  cv::copyMakeBorder(region, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
  cv::distanceTransform(padded, depth, cv::DIST_L2, 5);
  return depth(cv::Rect({1, 1}, region.size())).clone();
}

// One of the two passes of Zhang and Suen's thinning. Returns whether a pixel went.
bool Thin(cv::Mat& image, bool second) {
  constexpr int kRow[8] = {-1, -1, 0, 1, 1, 1, 0, -1}, kCol[8] = {0, 1, 1, 1, 0, -1, -1, -1};
  std::vector<cv::Point> going;
  for (int row = 0; row < image.rows; ++row)
    for (int col = 0; col < image.cols; ++col) {
      if (image.at<std::uint8_t>(row, col) == 0) continue;
      bool p[8];
      for (int k = 0; k < 8; ++k) {
        const int y = row + kRow[k], x = col + kCol[k];
        p[k] = y >= 0 && x >= 0 && y < image.rows && x < image.cols &&
               image.at<std::uint8_t>(y, x) != 0;
      }
      const int neighbours = static_cast<int>(std::count(p, p + 8, true));
      int changes = 0;
      for (int k = 0; k < 8; ++k) changes += !p[k] && p[(k + 1) % 8];
      const bool first_rule = second ? !(p[0] && p[2] && p[6]) : !(p[0] && p[2] && p[4]);
      const bool other_rule = second ? !(p[0] && p[4] && p[6]) : !(p[2] && p[4] && p[6]);
      if (neighbours >= 2 && neighbours <= 6 && changes == 1 && first_rule && other_rule)
        going.emplace_back(col, row);
    }
  for (const cv::Point& point : going) image.at<std::uint8_t>(point) = 0;
  return !going.empty();
}

// The pixels of a thin line that can be reached from `start`, in the order of their distance; and
// from where each was reached.
struct Walk {
  cv::Mat from;  // CV_32SC2
  cv::Point last;
};

Walk WalkFrom(const cv::Mat& line, cv::Point start) {
  Walk walk = {cv::Mat(line.size(), CV_32SC2, cv::Scalar(-1, -1)), start};
  std::vector<cv::Point> queue = {start};
  walk.from.at<cv::Point>(start) = start;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    walk.last = queue[next];
    for (int y = -1; y <= 1; ++y)
      for (int x = -1; x <= 1; ++x) {
        const cv::Point to = queue[next] + cv::Point(x, y);
        if (!cv::Rect({0, 0}, line.size()).contains(to) || line.at<std::uint8_t>(to) == 0 ||
            walk.from.at<cv::Point>(to).x >= 0)
          continue;
        walk.from.at<cv::Point>(to) = queue[next];
        queue.push_back(to);
      }
  }
  return walk;
}

}  // namespace

double IouOf(const cv::Mat& mask, const cv::Mat& truth) {
  const cv::Mat object = ObjectOf(truth), seen = mask & (truth != kVoid);
  const int both = cv::countNonZero(object & seen), either = cv::countNonZero(object | seen);
  return either > 0 ? static_cast<double>(both) / either : 1;
}

std::optional<Correction> NextClick(const cv::Mat& mask, const cv::Mat& truth) {
  const auto wrong = LargestWrong(mask, truth);
  if (!wrong) return std::nullopt;
  cv::Point deepest;
  cv::minMaxLoc(DepthOf(wrong->region), nullptr, nullptr, nullptr, &deepest);
  return Correction{{deepest}, wrong->object};
}

std::optional<Correction> NextStroke(const cv::Mat& mask, const cv::Mat& truth) {
  const auto wrong = LargestWrong(mask, truth);
  if (!wrong) return std::nullopt;
  const cv::Mat depth = DepthOf(wrong->region);
  double most = 0;
  cv::Point deepest;
  cv::minMaxLoc(depth, nullptr, &most, nullptr, &deepest);
  cv::Mat line = wrong->region.clone();
  for (bool changed = true; changed;) {
    changed = Thin(line, false);
    changed = Thin(line, true) || changed;
  }
  line &= depth >= 0.5 * most;
  cv::Point start = deepest;  // The pixel of the line that is nearest.
  double nearest = 1e9;
  std::vector<cv::Point> pixels;
  cv::findNonZero(line, pixels);
  for (const cv::Point& pixel : pixels)
    if (const double distance = cv::norm(pixel - deepest); distance < nearest) {
      nearest = distance;
      start = pixel;
    }
  if (pixels.empty()) return Correction{{deepest}, wrong->object};
  const cv::Point end = WalkFrom(line, start).last;
  const Walk back = WalkFrom(line, end);
  Correction stroke = {{}, wrong->object};
  for (cv::Point at = back.last;; at = back.from.at<cv::Point>(at)) {
    stroke.points.push_back(at);
    if (at == end) break;
  }
  return stroke;
}

std::optional<cv::Rect> BoxOf(const cv::Mat& truth) {
  cv::Mat labels, statistics, centres;
  if (cv::connectedComponentsWithStats(ObjectOf(truth), labels, statistics, centres, 8) != 2)
    return std::nullopt;
  const double share = statistics.at<int>(1, cv::CC_STAT_AREA) / static_cast<double>(truth.total());
  if (share < 0.01 || share > 0.8) return std::nullopt;
  return cv::Rect(statistics.at<int>(1, cv::CC_STAT_LEFT), statistics.at<int>(1, cv::CC_STAT_TOP),
                  statistics.at<int>(1, cv::CC_STAT_WIDTH),
                  statistics.at<int>(1, cv::CC_STAT_HEIGHT));
}

}  // namespace gradcut
