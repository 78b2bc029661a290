#include "gradcut/learn/objectness.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "learn/standardise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <span>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr int kMaxSteps = 25;
constexpr double kConverged = 1e-4;  // Largest change of a standardised weight; of a bias.
constexpr double kMaxShift = 4;      // Of a bias in one step.
constexpr char kFormat[] = "gradcut-objectness-1";

// How the inputs are spread over all images, each image weighing alike.
struct Standard {
  cv::Mat mean, deviation;  // CV_64FC1, 1 x inputs.
};

Standard MeasureSpread(std::size_t count,
                       const std::function<ObjectnessSample(std::size_t)>& read) {
  cv::Mat sum, squares;
  for (std::size_t i = 0; i < count; ++i) {
    const cv::Mat inputs = read(i).inputs;
    cv::Mat mean, square;
    cv::reduce(inputs, mean, 0, cv::REDUCE_AVG, CV_64F);
    cv::reduce(inputs.mul(inputs), square, 0, cv::REDUCE_AVG, CV_64F);
    sum = sum.empty() ? mean : cv::Mat(sum + mean);
    squares = squares.empty() ? square : cv::Mat(squares + square);
  }
  const double images = static_cast<double>(count);
  Standard standard = {sum / images, {}};
  cv::Mat variance = squares / images - standard.mean.mul(standard.mean);
  cv::sqrt(cv::max(variance, 1e-12), standard.deviation);
  return standard;
}

cv::Mat StandardDesign(const cv::Mat& inputs, const Standard& standard) {
  cv::Mat mean, deviation;
  standard.mean.convertTo(mean, CV_32F);
  standard.deviation.convertTo(deviation, CV_32F);
  return DesignOf(inputs, mean, deviation);
}

// Gradient and Hessian of the mean cross entropy.
struct Slope {
  cv::Mat gradient, hessian;  // CV_64FC1.
};

Slope MeasureSlope(std::size_t count, const std::function<ObjectnessSample(std::size_t)>& read,
                   const Standard& standard, const cv::Mat& theta) {
  Slope slope = {cv::Mat::zeros(theta.rows, 1, CV_64F),
                 cv::Mat::zeros(theta.rows, theta.rows, CV_64F)};
  cv::Mat weights;
  theta.convertTo(weights, CV_32F);
  for (std::size_t i = 0; i < count; ++i) {
    const ObjectnessSample sample = read(i);
    const cv::Mat x = StandardDesign(sample.inputs, standard);
    const cv::Mat p = Probability(x * weights);
    const double share = 1.0 / (static_cast<double>(count) * x.rows);
    const cv::Mat curvature = p.mul(1.0 - p);
    const cv::Mat bent = x.mul(cv::repeat(curvature, 1, x.cols));
    const cv::Mat gradient = x.t() * (p - sample.targets);
    const cv::Mat hessian = bent.t() * x;
    cv::scaleAdd(cv::Mat_<double>(gradient), share, slope.gradient, slope.gradient);
    cv::scaleAdd(cv::Mat_<double>(hessian), share, slope.hessian, slope.hessian);
  }
  return slope;
}

}  // namespace

cv::Mat ObjectnessInputs(const FeatureMap& features) {
  const int channels = features.values.cols;
  cv::Mat inputs(features.values.rows, 2 * channels, CV_32FC1);
  for (int row = 0; row < features.rows; ++row) {
    for (int col = 0; col < features.cols; ++col) {
      const int cell = row * features.cols + col;
      float* const own = inputs.ptr<float>(cell);
      float* const around = own + channels;
      std::copy_n(features.values.ptr<float>(cell), channels, own);
      std::fill_n(around, channels, 0.0F);
      int cells = 0;
      for (int r = std::max(0, row - 1); r <= std::min(features.rows - 1, row + 1); ++r) {
        for (int c = std::max(0, col - 1); c <= std::min(features.cols - 1, col + 1);
             ++c, ++cells) {
          const float* const value = features.values.ptr<float>(r * features.cols + c);
          for (int i = 0; i < channels; ++i) around[i] += value[i];
        }
      }
      for (int i = 0; i < channels; ++i) around[i] /= static_cast<float>(cells);
    }
  }
  return inputs;
}

cv::Mat ObjectnessProbability(const ObjectnessHead& head, const FeatureMap& features) {
  if (features.empty() || head.weights.type() != CV_32FC1 || head.weights.rows != 1 ||
      head.weights.cols != 2 * features.values.cols)
    throw std::invalid_argument(
        fmt::format("ObjectnessProbability: a head of {} inputs for {} channels", head.weights.cols,
                    features.values.cols));
  const cv::Mat log_odds = ObjectnessInputs(features) * head.weights.t() + head.bias;
  return Probability(log_odds).reshape(1, features.rows);
}

ObjectnessHead LearnObjectness(std::size_t count,
                               const std::function<ObjectnessSample(std::size_t)>& read,
                               double penalty) {
  if (count == 0) throw std::invalid_argument("LearnObjectness: no images");
  if (!(penalty >= 0)) throw std::invalid_argument("LearnObjectness: penalty must be >= 0");
  const Standard standard = MeasureSpread(count, read);
  const int inputs = standard.mean.cols;
  cv::Mat theta = cv::Mat::zeros(inputs + 1, 1, CV_64F);
  for (int step = 0; step < kMaxSteps; ++step) {
    Slope slope = MeasureSlope(count, read, standard, theta);
    cv::Mat strength(inputs + 1, 1, CV_64F, cv::Scalar(2 * penalty));
    strength.at<double>(inputs) = 1e-9;  // The bias is free.
    slope.hessian += cv::Mat::diag(strength);
    slope.gradient += strength.mul(theta);
    cv::Mat change;
    cv::solve(slope.hessian, slope.gradient, change, cv::DECOMP_CHOLESKY);
    theta -= change;
    if (cv::norm(change, cv::NORM_INF) < kConverged) break;
  }
  ObjectnessHead head;
  const cv::Mat weights = theta.rowRange(0, inputs).t() / standard.deviation;
  weights.convertTo(head.weights, CV_32F);
  head.bias = static_cast<float>(theta.at<double>(inputs) - weights.dot(standard.mean));
  return head;
}

void CalibrateBias(std::size_t count, const std::function<ObjectnessSample(std::size_t)>& read,
                   double share, ObjectnessHead& head) {
  if (count == 0) throw std::invalid_argument("CalibrateBias: no images");
  if (!(share > 0 && share < 1))
    throw std::invalid_argument("CalibrateBias: share must be in (0, 1)");
  const auto logit = [](double p) { return std::log(p / (1 - p)); };
  double bias = head.bias;
  for (int step = 0; step < kMaxSteps; ++step) {  // Newton's method on the logit of the mean.
    double mean = 0, slope = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const cv::Mat p = Probability(read(i).inputs * head.weights.t() + bias);
      mean += cv::mean(p)[0] / static_cast<double>(count);
      slope += cv::mean(p.mul(1.0 - p))[0] / static_cast<double>(count);
    }
    mean = std::clamp(mean, 1e-6, 1 - 1e-6);
    const double change = (logit(share) - logit(mean)) * mean * (1 - mean) / std::max(slope, 1e-6);
    bias += std::clamp(change, -kMaxShift, kMaxShift);
    if (std::abs(change) < kConverged) break;
  }
  head.bias = static_cast<float>(bias);
}

void WriteObjectness(const ObjectnessHead& head, const std::filesystem::path& path) {
  const StoredTensors tensors = {
      {"weights",
       {"F32",
        {head.weights.cols},
        std::as_bytes(std::span(head.weights.ptr<float>(), head.weights.total()))}},
      {"bias", {"F32", {1}, std::as_bytes(std::span(&head.bias, 1))}}};
  WriteSafetensors(path, tensors, {{"format", kFormat}, {"architecture", head.architecture}});
}

ObjectnessHead ReadObjectness(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::Open(path);
  const cv::Mat weights = file.Matrix("weights", 1);
  const cv::Mat bias = file.Matrix("bias", 1);
  Require(file.Field("format") == kFormat && weights.type() == CV_32FC1 &&
              bias.type() == CV_32FC1 && bias.total() == 1,
          "{}: not an objectness head: make one with gradcut adapt", Printable(path));
  ObjectnessHead head = {file.Field("architecture"), weights, bias.at<float>(0)};
  Require(cv::checkRange(head.weights) && std::isfinite(head.bias), "{}: a weight is not finite",
          Printable(path));
  return head;
}

}  // namespace gradcut
