#include "gradcut/metrics/localization.h"
#include "metrics/heat_pixels.h"

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
class GrowingPieces {
 public:
  GrowingPieces(const cv::Size& size, std::vector<Box> truth)
      : rows_(size.height),
        cols_(size.width),
        truth_(std::move(truth)),
        pieces_(static_cast<std::size_t>(size.area())) {}

  void Add(int pixel) {
    const int row = pixel / cols_;
    const int col = pixel % cols_;
    pieces_[pixel] = {.parent = pixel, .box = {row, col, row, col}, .grade = kUngraded};
    for (int r = std::max(0, row - 1); r <= std::min(rows_ - 1, row + 1); ++r)
      for (int c = std::max(0, col - 1); c <= std::min(cols_ - 1, col + 1); ++c)
        if (pieces_[r * cols_ + c].parent != kOutside) Join(pixel, r * cols_ + c);
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
    int parent = kOutside;
    Box box = {};
    int grade = kUngraded;
  };

  int Root(int pixel) {
    while (pieces_[pixel].parent != pixel) {
      pieces_[pixel].parent = pieces_[pieces_[pixel].parent].parent;
      pixel = pieces_[pixel].parent;
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
    pieces_[drop].parent = keep;
    pieces_[keep].box = Around(pieces_[keep].box, pieces_[drop].box);
  }

  int rows_;
  int cols_;
  std::vector<Box> truth_;
  std::vector<Piece> pieces_;
  std::array<std::int64_t, kOverlapsWanted.size() + 1> with_grade_ = {};
};

// The scored pixels by level, `floor(255 heat)`: a counting sort.
std::array<std::vector<int>, kLevels> PixelsByLevel(const HeatPixels& pixels) {
  std::array<std::vector<int>, kLevels> by_level;
  for (int row = 0; row < pixels.heat.rows; ++row)
    for (int col = 0; col < pixels.heat.cols; ++col) {
      if (pixels.truth.at<std::uint8_t>(row, col) > 1) continue;
      const auto level = static_cast<std::size_t>(pixels.heat.at<double>(row, col) * (kLevels - 1));
      by_level[level].push_back(row * pixels.heat.cols + col);
    }
  return by_level;
}

}  // namespace

void BoxAccuracy::Add(const cv::Mat& heat, const cv::Mat& truth) {
  const HeatPixels pixels(heat, truth);
  if (pixels.object == 0) return;
  ++images_;
  const auto by_level = PixelsByLevel(pixels);
  GrowingPieces pieces(heat.size(), TruthBoxes(pixels.truth));
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
