#include "gradcut/priors/colour_model.h"

#include "gradcut/core/image.h"
#include "priors/lab.h"
#include "priors/smoothing.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

constexpr double kDeviations = 3;  // Where the smoothing ends.

ColourOptions Validated(const ColourOptions& options) {
  Validate(options);
  return options;
}

}  // namespace

void PrepareColours() { LabOf(cv::Mat::zeros(1, 1, CV_8UC3)); }

void Describe(ColourOptions& o, OptionList& list) {
  list.Number("colour.weight", o.weight, 0, 100, "weight of the colour log ratio in the cost");
  list.Number("colour.sharpness", o.sharpness, 0, 100,
              "how strongly a pixel's heat decides how much it counts in the colour models");
  list.Integer("colour.bins", o.bins, 2, 64, "histogram bins a Lab channel");
  list.Number("colour.smoothing", o.smoothing, 0, 16,
              "standard deviation of the histogram's smoothing, bins");
  list.Number("colour.local", o.local, 0, 100,
              "how many times as much colours count place by place, after the first round and "
              "along the outline; 0: rounds are all alike");
  list.Number("colour.clip", o.clip, 0, 100, "greatest colour log ratio, nats");
}

ColourModel::ColourModel(const cv::Mat& image, const ColourOptions& options)
    : options_(Validated(options)),
      kernel_(GaussianKernel<double>(options.smoothing, kDeviations)),
      cells_(image.size(), CV_32SC1) {
  CheckImage(image, "ColourModel: image");
  const cv::Mat lab = LabOf(image);
  std::array<int, 256> bin;
  for (int value = 0; value < 256; ++value) bin[value] = value * options.bins / 256;

  cv::Mat least, greatest;  // Of the columns, then of all.
  cv::reduce(lab, least, 0, cv::REDUCE_MIN);
  cv::reduce(lab, greatest, 0, cv::REDUCE_MAX);
  cv::reduce(least, least, 1, cv::REDUCE_MIN);
  cv::reduce(greatest, greatest, 1, cv::REDUCE_MAX);
  const int radius = static_cast<int>(kernel_.size() / 2);
  std::array<int, 3> first;
  for (int k = 0; k < 3; ++k) {
    first[k] = std::max(0, bin[least.at<cv::Vec3b>(0)[k]] - radius);
    size_[k] =
        std::min(options.bins - 1, bin[greatest.at<cv::Vec3b>(0)[k]] + radius) + 1 - first[k];
  }
  for (int row = 0; row < lab.rows; ++row) {
    const auto* const pixel = lab.ptr<cv::Vec3b>(row);
    int* const cell = cells_.ptr<int>(row);
    for (int col = 0; col < lab.cols; ++col)
      cell[col] =
          ((bin[pixel[col][0]] - first[0]) * size_[1] + bin[pixel[col][1]] - first[1]) * size_[2] +
          bin[pixel[col][2]] - first[2];
  }
}

// Weight of each cell; the sum is the side's whole weight.
ColourModel::Histogram ColourModel::Count(const cv::Mat& weight) const {
  Histogram histogram(static_cast<std::size_t>(size_[0]) * size_[1] * size_[2]);
  for (int row = 0; row < cells_.rows; ++row) {
    const int* const cell = cells_.ptr<int>(row);
    const float* const share = weight.ptr<float>(row);
    for (int col = 0; col < cells_.cols; ++col) histogram[cell[col]] += share[col];
  }
  return histogram;
}

// Smoothed, summing to 1; empty if there was nothing to count.
ColourModel::Histogram ColourModel::Density(const cv::Mat& weight) const {
  Histogram histogram = Count(weight);
  int stride = 1;
  for (const int axis : {2, 1, 0}) {
    SmoothAxis(histogram, size_[axis], stride, kernel_);
    stride *= size_[axis];
  }
  double sum = 0;
  for (const double value : histogram) sum += value;
  if (!(sum > 0)) return {};
  for (double& value : histogram) value /= sum;
  return histogram;
}

cv::Mat ColourModel::LogOdds(const cv::Mat& object_weight, const cv::Mat& background_weight) const {
  CheckHeatMap(object_weight, "ColourModel: object weight");
  CheckHeatMap(background_weight, "ColourModel: background weight");
  CheckSameSize(cells_, "ColourModel: image", object_weight, "object weight");
  CheckSameSize(cells_, "ColourModel: image", background_weight, "background weight");
  const Histogram object = Density(object_weight);
  const Histogram background = Density(background_weight);
  cv::Mat log_odds = cv::Mat::zeros(cells_.size(), CV_32FC1);
  if (object.empty() || background.empty()) return log_odds;

  // Far below any cell that one pixel's smoothed weight reaches.
  constexpr double kFloor = 1e-9;
  std::vector<float> table(object.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double ratio = std::log((object[i] + kFloor) / (background[i] + kFloor));
    table[i] =
        static_cast<float>(options_.weight * std::clamp(ratio, -options_.clip, options_.clip));
  }
  for (int row = 0; row < log_odds.rows; ++row) {
    const int* const cell = cells_.ptr<int>(row);
    float* const value = log_odds.ptr<float>(row);
    for (int col = 0; col < log_odds.cols; ++col) value[col] = table[cell[col]];
  }
  return log_odds;
}

}  // namespace gradcut
