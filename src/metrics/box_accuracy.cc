#include "gradcut/metrics/box_accuracy.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
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

// The connected pieces of a growing set of pixels, each with its box and its grade: how many of the
// wanted overlaps the box has with a box of the truth. Pieces that meet are joined (a union-find
// forest), so all thresholds together cost one visit a pixel instead of one labelling each.
//
// Pixels are indices into the image with a frame of one pixel around, which is never in the set.
class GrowingPieces {
 public:
  GrowingPieces(const cv::Size& size, std::vector<Box> truth)
      : stride_(size.width + 2),
        ring_{1, 1 - stride_, -stride_, -stride_ - 1, -1, stride_ - 1, stride_, stride_ + 1},
        truth_(std::move(truth)),
        piece_of_(static_cast<std::size_t>(stride_) * (size.height + 2), kNone) {}

  int IndexOf(int row, int col) const { return (row + 1) * stride_ + col + 1; }

  void Add(int pixel) {
    int piece = JoinNeighbours(pixel);
    if (piece == kNone) piece = NewPiece();
    piece_of_[pixel] = piece;
    const int row = pixel / stride_ - 1;
    const int col = pixel % stride_ - 1;
    pieces_[piece].box = Around(pieces_[piece].box, {row, col, row, col});
    Ungrade(pieces_[piece]);
  }

  // Grades the piece of a pixel anew if it has changed.
  void Grade(int pixel) {
    Piece& piece = pieces_[Root(piece_of_[pixel])];
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
  static constexpr int kNone = -1;
  static constexpr int kUngraded = -1;

  struct Piece {
    int parent;  // A piece that is its own parent is a root and has not been joined to another.
    Box box;
    int grade;
  };

  int NewPiece() {
    const int piece = static_cast<int>(pieces_.size());
    constexpr int kMax = std::numeric_limits<int>::max();
    pieces_.push_back({piece, {kMax, kMax, 0, 0}, kUngraded});
    return piece;
  }

  // The piece that the pixel's neighbours belong to when it has joined them; or kNone.
  int JoinNeighbours(int pixel) {
    // Neighbours that follow each other around the pixel are neighbours themselves: one will do.
    int piece = kNone;
    int previous = piece_of_[pixel + ring_.back()];
    for (const int step : ring_) {
      const int neighbour = piece_of_[pixel + step];
      if (neighbour != kNone && previous == kNone)
        piece = piece == kNone ? Root(neighbour) : Join(piece, Root(neighbour));
      previous = neighbour;
    }
    const bool all_eight = piece == kNone && previous != kNone;
    return all_eight ? Root(previous) : piece;
  }

  int Root(int piece) {
    while (pieces_[piece].parent != piece) {
      pieces_[piece].parent = pieces_[pieces_[piece].parent].parent;
      piece = pieces_[piece].parent;
    }
    return piece;
  }

  int Join(int root, int other) {
    if (root == other) return root;
    Ungrade(pieces_[other]);
    pieces_[other].parent = root;
    pieces_[root].box = Around(pieces_[root].box, pieces_[other].box);
    return root;
  }

  void Ungrade(Piece& piece) {
    if (piece.grade != kUngraded) --with_grade_[piece.grade];
    piece.grade = kUngraded;
  }

  int stride_;
  std::array<int, 8> ring_;  // Steps to the neighbours, in their order around a pixel.
  std::vector<Box> truth_;
  std::vector<int> piece_of_;
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

std::vector<std::int64_t> BoxAccuracy::Counts() const {
  std::vector<std::int64_t> counts = {images_};
  for (const auto& found : found_) counts.insert(counts.end(), found.begin(), found.end());
  return counts;
}

void BoxAccuracy::AddCounts(std::span<const std::int64_t> counts) {
  if (counts.size() != 1 + kOverlaps * kLevels) throw std::invalid_argument("BoxAccuracy: counts");
  images_ += counts[0];
  for (int i = 0; i < kOverlaps; ++i)
    for (int level = 0; level < kLevels; ++level)
      found_[i][level] += counts[1 + i * kLevels + level];
}

std::optional<double> BoxAccuracy::Value() const {
  if (images_ == 0) return std::nullopt;
  double sum = 0;
  for (const auto& found : found_)
    sum += static_cast<double>(*std::max_element(found.begin(), found.end()));
  return sum / static_cast<double>(kOverlaps) / static_cast<double>(images_);
}

}  // namespace gradcut
