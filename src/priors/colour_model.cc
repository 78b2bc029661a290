#include "gradcut/priors/colour_model.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

using Histogram = std::vector<double>;

// Weight of each cell; the sum is the side's whole weight.
Histogram Count(const ColourCells& colours, const cv::Mat& weight) {
  Histogram histogram(static_cast<std::size_t>(colours.bins) * colours.bins * colours.bins);
  for (int row = 0; row < colours.cells.rows; ++row) {
    const int* const cell = colours.cells.ptr<int>(row);
    const float* const share = weight.ptr<float>(row);
    for (int col = 0; col < colours.cells.cols; ++col) histogram[cell[col]] += share[col];
  }
  return histogram;
}

// Gaussian weights for offsets -radius..radius.
std::vector<double> Kernel(double sigma) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<double> kernel;
  for (int offset = -radius; offset <= radius; ++offset)
    kernel.push_back(std::exp(-0.5 * offset * offset / (sigma * sigma)));
  return kernel;
}

// Convolves along the axis whose neighbouring cells lie `stride` apart. What would leave the cube
// is lost, for both sides alike.
void SmoothAxis(Histogram& histogram, int bins, int stride, const std::vector<double>& kernel) {
  const int radius = static_cast<int>(kernel.size() / 2);
  const int block = bins * stride;
  Histogram smoothed(histogram.size());
  for (int start = 0; start < static_cast<int>(histogram.size()); start += block) {
    for (int i = 0; i < bins; ++i) {
      double* const to = &smoothed[start + i * stride];
      for (int j = std::max(0, i - radius); j <= std::min(bins - 1, i + radius); ++j) {
        const double weight = kernel[j - i + radius];
        const double* const from = &histogram[start + j * stride];
        for (int k = 0; k < stride; ++k) to[k] += weight * from[k];
      }
    }
  }
  histogram.swap(smoothed);
}

// Smoothed, summing to 1; empty if there was nothing to count.
Histogram Density(const ColourCells& colours, const cv::Mat& weight, double smoothing) {
  Histogram histogram = Count(colours, weight);
  if (smoothing > 0) {
    const std::vector<double> kernel = Kernel(smoothing);
    for (const int stride : {1, colours.bins, colours.bins * colours.bins})
      SmoothAxis(histogram, colours.bins, stride, kernel);
  }
  double sum = 0;
  for (const double value : histogram) sum += value;
  if (!(sum > 0)) return {};
  for (double& value : histogram) value /= sum;
  return histogram;
}

}  // namespace

void Describe(ColourOptions& o, OptionList& list) {
  list.Number("colour.weight", o.weight, 0, 100, "weight of the colour log ratio in the cost");
  list.Number("colour.sharpness", o.sharpness, 0, 100,
              "how strongly a pixel's heat decides how much it counts in the colour models");
  list.Integer("colour.bins", o.bins, 2, 64, "histogram bins a Lab channel");
  list.Number("colour.smoothing", o.smoothing, 0, 16,
              "standard deviation of the histogram's smoothing, bins");
  list.Number("colour.clip", o.clip, 0, 100, "greatest colour log ratio, nats");
}

ColourCells QuantiseColours(const cv::Mat& image, int bins) {
  CheckImage(image, "QuantiseColours: image");
  cv::Mat lab;
  cv::cvtColor(image, lab, cv::COLOR_RGB2Lab);
  ColourCells colours = {cv::Mat(image.size(), CV_32SC1), bins};
  std::array<int, 256> bin;
  for (int value = 0; value < 256; ++value) bin[value] = value * bins / 256;
  for (int row = 0; row < lab.rows; ++row) {
    const auto* const pixel = lab.ptr<cv::Vec3b>(row);
    int* const cell = colours.cells.ptr<int>(row);
    for (int col = 0; col < lab.cols; ++col)
      cell[col] = (bin[pixel[col][0]] * bins + bin[pixel[col][1]]) * bins + bin[pixel[col][2]];
  }
  return colours;
}

cv::Mat ColourLogOdds(const ColourCells& colours, const cv::Mat& object_weight,
                      const cv::Mat& background_weight, const ColourOptions& options) {
  CheckHeatMap(object_weight, "ColourLogOdds: object weight");
  CheckHeatMap(background_weight, "ColourLogOdds: background weight");
  CheckSameSize(colours.cells, "ColourLogOdds: cells", object_weight, "object weight");
  CheckSameSize(colours.cells, "ColourLogOdds: cells", background_weight, "background weight");
  const Histogram object = Density(colours, object_weight, options.smoothing);
  const Histogram background = Density(colours, background_weight, options.smoothing);
  cv::Mat log_odds = cv::Mat::zeros(colours.cells.size(), CV_32FC1);
  if (object.empty() || background.empty()) return log_odds;

  // Far below any cell that one pixel's smoothed weight reaches.
  constexpr double kFloor = 1e-9;
  std::vector<float> table(object.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double ratio = std::log((object[i] + kFloor) / (background[i] + kFloor));
    table[i] = static_cast<float>(options.weight * std::clamp(ratio, -options.clip, options.clip));
  }
  for (int row = 0; row < log_odds.rows; ++row) {
    const int* const cell = colours.cells.ptr<int>(row);
    float* const value = log_odds.ptr<float>(row);
    for (int col = 0; col < log_odds.cols; ++col) value[col] = table[cell[col]];
  }
  return log_odds;
}

}  // namespace gradcut
