#include "gradcut/core/image.h"
#include "gradcut/metrics/localization.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace gradcut {
namespace {

constexpr int kLevels = 256;
constexpr std::array<double, 3> kOverlapsWanted = {0.3, 0.5, 0.7};

struct Box {
  int top;
  int left;
  int bottom;  // Inclusive, as is right.
  int right;
};

Box Around(const Box& a, const Box& b) {
  return {std::min(a.top, b.top), std::min(a.left, b.left), std::max(a.bottom, b.bottom),
          std::max(a.right, b.right)};
}

double Area(const Box& box) { return (box.bottom - box.top + 1.0) * (box.right - box.left + 1.0); }

double BoxIou(const Box& a, const Box& b) {
  const double rows = std::min(a.bottom, b.bottom) - std::max(a.top, b.top) + 1.0;
  const double cols = std::min(a.right, b.right) - std::max(a.left, b.left) + 1.0;
  if (rows <= 0 || cols <= 0) return 0;
  return rows * cols / (Area(a) + Area(b) - rows * cols);
}

// The boxes of the truth's connected pieces.
std::vector<Box> TruthBoxes(const cv::Mat& truth) {
  cv::Mat labels;
  cv::Mat stats;
  cv::Mat centroids;
  const int count = cv::connectedComponentsWithStats(truth == 1, labels, stats, centroids, 8);
  std::vector<Box> boxes;
  for (int i = 1; i < count; ++i) {
    const int top = stats.at<int>(i, cv::CC_STAT_TOP);
    const int left = stats.at<int>(i, cv::CC_STAT_LEFT);
    boxes.push_back({top, left, top + stats.at<int>(i, cv::CC_STAT_HEIGHT) - 1,
                     left + stats.at<int>(i, cv::CC_STAT_WIDTH) - 1});
  }
  return boxes;
}

// The connected pieces of a growing set of pixels (a union-find forest), each with its box and its
// grade: how many of the wanted overlaps the box has with a box of the truth. All thresholds
// together then cost one visit a pixel instead of one labelling of the image each.
//
// Pixels are indices into the image with a frame of one pixel around, which is never in the set.
class GrowingPieces {
 public:
  GrowingPieces(const cv::Size& size, std::vector<Box> truth)
      : stride_(size.width + 2),
        ring_{1, 1 - stride_, -stride_, -stride_ - 1, -1, stride_ - 1, stride_, stride_ + 1},
        truth_(std::move(truth)),
        parents_(static_cast<std::size_t>(stride_) * (size.height + 2), kOutside),
        pieces_(parents_.size()) {}

  int IndexOf(int row, int col) const { return (row + 1) * stride_ + col + 1; }

  void Add(int pixel) {
    parents_[pixel] = pixel;
    const int row = pixel / stride_ - 1;
    const int col = pixel % stride_ - 1;
    pieces_[pixel] = {.box = {row, col, row, col}, .grade = kUngraded};
    // Neighbours that follow each other around the pixel are neighbours themselves: one will do.
    bool previous = InSet(pixel + ring_.back());
    int joins = 0;
    for (const int step : ring_) {
      const bool in_set = InSet(pixel + step);
      if (in_set && !previous) {
        Join(pixel, pixel + step);
        ++joins;
      }
      previous = in_set;
    }
    const bool all_eight = previous && joins == 0;
    if (all_eight) Join(pixel, pixel + ring_.front());
  }

  // Grades the piece of a pixel anew if it has changed.
  void Grade(int pixel) {
    Piece& piece = pieces_[Root(pixel)];
    if (piece.grade != kUngraded) return;
    double best = 0;
    for (const Box& box : truth_) best = std::max(best, BoxIou(piece.box, box));
    const auto reached = std::upper_bound(kOverlapsWanted.begin(), kOverlapsWanted.end(), best);
    piece.grade = static_cast<int>(reached - kOverlapsWanted.begin());
    ++with_grade_[piece.grade];
  }

  // The best grade of any piece.
  int BestGrade() const {
    int grade = static_cast<int>(kOverlapsWanted.size());
    while (grade > 0 && with_grade_[grade] == 0) --grade;
    return grade;
  }

 private:
  static constexpr int kOutside = -1;
  static constexpr int kUngraded = -1;

  struct Piece {
    Box box = {};
    int grade = kUngraded;
  };

  bool InSet(int pixel) const { return parents_[pixel] != kOutside; }

  int Root(int pixel) {
    while (parents_[pixel] != pixel) {
      parents_[pixel] = parents_[parents_[pixel]];
      pixel = parents_[pixel];
    }
    return pixel;
  }

  void Ungrade(Piece& piece) {
    if (piece.grade != kUngraded) --with_grade_[piece.grade];
    piece.grade = kUngraded;
  }

  void Join(int a, int b) {
    const auto [keep, drop] = std::minmax({Root(a), Root(b)});
    Ungrade(pieces_[keep]);
    if (keep == drop) return;
    Ungrade(pieces_[drop]);
    parents_[drop] = keep;
    pieces_[keep].box = Around(pieces_[keep].box, pieces_[drop].box);
  }

  int stride_;
  std::array<int, 8> ring_;  // Steps to the neighbours, in their order around a pixel.
  std::vector<Box> truth_;
  std::vector<int> parents_;
  std::vector<Piece> pieces_;
  std::array<std::int64_t, kOverlapsWanted.size() + 1> with_grade_ = {};
};

}  // namespace

void BoxAccuracy::Add(const HeatPixels& pixels) {
  if (pixels.object() == 0) return;
  ++images_;
  const cv::Mat& levels = pixels.levels();
  GrowingPieces pieces(levels.size(), TruthBoxes(pixels.truth()));
  std::array<std::vector<int>, kLevels> by_level;
  for (int row = 0; row < levels.rows; ++row)
    for (int col = 0; col < levels.cols; ++col)
      if (pixels.truth().at<std::uint8_t>(row, col) != kVoid)
        by_level[levels.at<std::uint8_t>(row, col)].push_back(pieces.IndexOf(row, col));
  for (int level = kLevels - 1; level >= 0; --level) {
    for (const int pixel : by_level[level]) pieces.Add(pixel);
    for (const int pixel : by_level[level]) pieces.Grade(pixel);
    for (int i = 0; i < pieces.BestGrade(); ++i) ++found_[i][level];
  }
}

BoxAccuracy& BoxAccuracy::operator+=(const BoxAccuracy& other) {
  for (int i = 0; i < kOverlaps; ++i)
    for (int level = 0; level < kLevels; ++level) found_[i][level] += other.found_[i][level];
  images_ += other.images_;
  return *this;
}

std::optional<double> BoxAccuracy::Value() const {
  if (images_ == 0) return std::nullopt;
  double sum = 0;
  for (const auto& found : found_)
    sum += static_cast<double>(*std::max_element(found.begin(), found.end()));
  return sum / static_cast<double>(kOverlaps) / static_cast<double>(images_);
}

}  // namespace gradcut
