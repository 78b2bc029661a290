#include "render/matting_system.h"

#include "gradcut/core/image.h"
#include "render/colour_window.h"

#include <Eigen/IterativeLinearSolvers>
#include <Eigen/SparseCore>
#include <algorithm>
#include <array>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace gradcut {
namespace {

using Matrix = Eigen::SparseMatrix<double>;
using Vector = Eigen::VectorXd;

constexpr int kWindow = ColourWindow::kPixels;
// Pixels that share a window with one and do not come before it, row by row.
constexpr int kForward = 13;

constexpr int ForwardOf(int rows, int cols) { return 5 * rows + cols; }

// The equations of the unknown pixels, which are counted row by row.
class Equations {
 public:
  Equations(const cv::Mat& image, const cv::Mat& trimap)
      : trimap_(trimap), numbers_(trimap.size(), CV_32SC1, cv::Scalar(kKnown)) {
    for (int row = 0; row < trimap.rows; ++row)
      for (int col = 0; col < trimap.cols; ++col)
        if (IsUnknown(trimap.at<std::uint8_t>(row, col))) {
          numbers_.at<int>(row, col) = static_cast<int>(pixels_.size());
          pixels_.emplace_back(col, row);
        }
    stencils_.resize(pixels_.size());
    right_ = Vector::Zero(static_cast<Eigen::Index>(pixels_.size()));
    AddWindows(image);
  }

  const std::vector<cv::Point>& pixels() const { return pixels_; }
  const Vector& right() const { return right_; }

  // The lower triangle.
  Matrix Left() const {
    const auto count = static_cast<Eigen::Index>(pixels_.size());
    Matrix left(count, count);
    left.reserve(count * kForward);
    for (int i = 0; i < count; ++i) {
      left.startVec(i);
      for (int k = 0; k < kForward; ++k) {
        const int j = NumberAt(pixels_[i] + cv::Point((k + 2) % 5 - 2, (k + 2) / 5));
        if (j >= 0) left.insertBack(j, i) = stencils_[i][k];
      }
    }
    left.finalize();
    return left;
  }

 private:
  static constexpr int kKnown = -1;
  using Stencil = std::array<double, kForward>;

  static bool IsUnknown(std::uint8_t value) {
    return value != kMaskBackground && value != kMaskForeground;
  }

  int NumberAt(const cv::Point& pixel) const {
    return cv::Rect({0, 0}, numbers_.size()).contains(pixel) ? numbers_.at<int>(pixel) : kKnown;
  }

  void AddWindows(const cv::Mat& image) {
    cv::Mat near;
    cv::dilate(numbers_ != kKnown, near, {});
    for (int row = 1; row < image.rows - 1; ++row)
      for (int col = 1; col < image.cols - 1; ++col)
        if (near.at<std::uint8_t>(row, col) != 0) AddWindow(image, row, col);
  }

  void AddWindow(const cv::Mat& image, int row, int col) {
    const ColourWindow window(image, row, col);
    std::array<int, kWindow> number;
    std::array<bool, kWindow> is_object;
    for (int i = 0; i < kWindow; ++i) {
      number[i] = numbers_.at<int>(row + i / 3 - 1, col + i % 3 - 1);
      is_object[i] = trimap_.at<std::uint8_t>(row + i / 3 - 1, col + i % 3 - 1) == kMaskForeground;
    }
    for (int i = 0; i < kWindow; ++i) {
      const auto white =
          window.Whitened(window.deviation(0, i), window.deviation(1, i), window.deviation(2, i));
      if (number[i] >= 0) stencils_[number[i]][0] += 1;
      for (int j = i; j < kWindow; ++j) {
        const double affinity =
            (1 + white[0] * window.deviation(0, j) + white[1] * window.deviation(1, j) +
             white[2] * window.deviation(2, j)) /
            kWindow;
        if (number[i] >= 0 && number[j] >= 0)
          stencils_[number[i]][ForwardOf(j / 3 - i / 3, j % 3 - i % 3)] -= affinity;
        else if (number[i] >= 0 && is_object[j])
          right_[number[i]] += affinity;
        else if (number[j] >= 0 && is_object[i])
          right_[number[j]] += affinity;
      }
    }
  }

  const cv::Mat& trimap_;
  cv::Mat numbers_;
  std::vector<cv::Point> pixels_;
  std::vector<Stencil> stencils_;
  Vector right_;
};

}  // namespace

void SolveAlpha(const cv::Mat& image, const cv::Mat& trimap, cv::Mat& alpha) {
  const Equations equations(image, trimap);
  const auto count = static_cast<Eigen::Index>(equations.pixels().size());
  Vector guess(count);
  for (int i = 0; i < count; ++i) guess[i] = alpha.at<float>(equations.pixels()[i]);
  // Incomplete Cholesky factors would spare steps, but take longer to make than those do. More
  // exact solutions are not closer to the truth (eval/README.md, "Matting").
  constexpr double kTolerance = 1e-3;
  const Matrix left = equations.Left();
  Eigen::ConjugateGradient<Matrix, Eigen::Lower> solver;
  solver.setTolerance(kTolerance);
  const Vector solution = solver.compute(left).solveWithGuess(equations.right(), guess);
  for (int i = 0; i < count; ++i)
    alpha.at<float>(equations.pixels()[i]) = static_cast<float>(std::clamp(solution[i], 0.0, 1.0));
}

cv::Mat ColourLines(const cv::Mat& image, const cv::Mat& alpha, const cv::Mat& where) {
  cv::Mat lines(image.size(), CV_32FC4, cv::Scalar::all(0));
  for (int row = 0; row < image.rows; ++row)
    for (int col = 0; col < image.cols; ++col) {
      if (where.at<std::uint8_t>(row, col) == 0) continue;
      // At the border: the line of the nearest window.
      const int centre_row = std::clamp(row, 1, image.rows - 2),
                centre_col = std::clamp(col, 1, image.cols - 2);
      const ColourWindow window(image, centre_row, centre_col);
      std::array<double, 3> covariance = {};
      double mean = 0;
      for (int i = 0; i < kWindow; ++i) {
        const double value = alpha.at<float>(centre_row + i / 3 - 1, centre_col + i % 3 - 1);
        mean += value / kWindow;
        for (int k = 0; k < 3; ++k) covariance[k] += window.deviation(k, i) * value / kWindow;
      }
      const auto a = window.Whitened(covariance[0], covariance[1], covariance[2]);
      const double b = mean - a[0] * window.mean(0) - a[1] * window.mean(1) - a[2] * window.mean(2);
      lines.at<cv::Vec4f>(row, col) = cv::Vec4f(static_cast<float>(a[0]), static_cast<float>(a[1]),
                                                static_cast<float>(a[2]), static_cast<float>(b));
    }
  return lines;
}

}  // namespace gradcut
