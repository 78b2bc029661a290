#include "gradcut/learn/minimise.h"

#include <deque>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <utility>

namespace gradcut {
namespace {

constexpr std::size_t kMemory = 8;  // Steps that the curvature is known from.
constexpr double kSufficient = 1e-4;
constexpr int kMaxHalvings = 30;

// A step, and how the gradient changed along it.
struct Curvature {
  cv::Mat step, change;
  double product;  // step . change > 0
};

// The inverse Hessian as far as it is known, times the gradient: the two-loop recursion.
cv::Mat Precondition(cv::Mat gradient, const std::deque<Curvature>& memory) {
  std::vector<double> shares(memory.size());
  for (std::size_t i = memory.size(); i-- > 0;) {
    shares[i] = memory[i].step.dot(gradient) / memory[i].product;
    cv::scaleAdd(memory[i].change, -shares[i], gradient, gradient);
  }
  if (!memory.empty())
    gradient *= memory.back().product / memory.back().change.dot(memory.back().change);
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const double share = memory[i].change.dot(gradient) / memory[i].product;
    cv::scaleAdd(memory[i].step, shares[i] - share, gradient, gradient);
  }
  return gradient;
}

}  // namespace

cv::Mat Minimise(const std::function<Slope(const cv::Mat& point)>& function, const cv::Mat& start,
                 const MinimiseOptions& options) {
  if (start.empty() || start.type() != CV_64FC1)
    throw std::invalid_argument("Minimise: the start must be a CV_64FC1 matrix");
  cv::Mat point = start.clone();
  Slope slope = function(point);
  std::deque<Curvature> memory;
  for (int step = 0; step < options.max_steps; ++step) {
    if (cv::norm(slope.gradient, cv::NORM_INF) <= options.tolerance) break;
    const cv::Mat direction = -Precondition(slope.gradient.clone(), memory);
    const double descent = direction.dot(slope.gradient);
    double length = memory.empty() ? 1 / cv::norm(slope.gradient) : 1;
    cv::Mat next;
    Slope there;
    bool lower = false;
    for (int halving = 0; halving < kMaxHalvings && !lower; ++halving, length /= 2) {
      next = point + length * direction;
      there = function(next);
      lower = there.value <= slope.value + kSufficient * length * descent;
    }
    if (!lower) break;  // As low as the arithmetic goes.
    Curvature curvature = {next - point, there.gradient - slope.gradient, 0};
    curvature.product = curvature.step.dot(curvature.change);
    if (curvature.product > 0) memory.push_back(std::move(curvature));
    if (memory.size() > kMemory) memory.pop_front();
    point = next;
    slope = std::move(there);
  }
  return point;
}

}  // namespace gradcut
