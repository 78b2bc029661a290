#include "gradcut/metrics/heat_map_scores.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "metrics/heat_pixels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr double kBetaSquared = 0.3;

// Pixels called object, by what they are.
struct Called {
  std::int64_t object = 0;
  std::int64_t background = 0;
};

double Ratio(double numerator, double denominator) {
  return denominator == 0 ? 0 : numerator / denominator;
}

double FMeasure(const Called& called, std::int64_t object) {
  const auto hits = static_cast<double>(called.object);
  const double precision = Ratio(hits, static_cast<double>(called.object + called.background));
  const double recall = Ratio(hits, static_cast<double>(object));
  return Ratio((1 + kBetaSquared) * precision * recall, kBetaSquared * precision + recall);
}

// Fan et al. 2018, eq. 4 and 5: how well one pixel agrees, both sides measured from their means.
double Alignment(double called, double truth) {
  const double aligned = 2 * called * truth / (called * called + truth * truth + kSpacing);
  return (1 + aligned) * (1 + aligned) / 4;
}

double EMeasure(const Called& called, std::int64_t object, std::int64_t scored) {
  const auto size = static_cast<double>(scored);
  const auto called_object = static_cast<double>(called.object + called.background);
  const double norm = std::max(1.0, size - 1 + kSpacing);
  if (object == 0) return (size - called_object) / norm;
  if (object == scored) return called_object / norm;
  const double called_mean = called_object / size;
  const double truth_mean = static_cast<double>(object) / size;
  const auto hits = static_cast<double>(called.object);
  const auto false_alarms = static_cast<double>(called.background);
  const double misses = static_cast<double>(object) - hits;
  const double rest = size - called_object - misses;
  return (hits * Alignment(1 - called_mean, 1 - truth_mean) +
          false_alarms * Alignment(1 - called_mean, -truth_mean) +
          misses * Alignment(-called_mean, 1 - truth_mean) +
          rest * Alignment(-called_mean, -truth_mean)) /
         norm;
}

double Iou(const Called& called, std::int64_t object) {
  const auto united = static_cast<double>(object + called.background);
  // As for masks: nothing there and nothing called is right.
  return united == 0 ? 1 : static_cast<double>(called.object) / united;
}

HeatMapCurves Curves(const HeatPixels& pixels) {
  std::array<Called, kThresholds> at_level = {};
  pixels.ForEach([&](double heat, bool is_object) {
    Called& level = at_level[static_cast<std::size_t>(heat * (kThresholds - 1))];
    ++(is_object ? level.object : level.background);
  });
  HeatMapCurves curves;
  Called called;
  for (int k = kThresholds - 1; k >= 0; --k) {
    called.object += at_level[k].object;
    called.background += at_level[k].background;
    const auto hits = static_cast<double>(called.object);
    curves.precision[k] = Ratio(hits, static_cast<double>(called.object + called.background));
    curves.recall[k] = Ratio(hits, static_cast<double>(pixels.object));
    curves.f[k] = FMeasure(called, pixels.object);
    curves.e[k] = EMeasure(called, pixels.object, pixels.scored);
    curves.iou[k] = Iou(called, pixels.object);
  }
  return curves;
}

double MeanAbsoluteError(const HeatPixels& pixels) {
  double sum = 0;
  pixels.ForEach([&](double heat, bool is_object) { sum += is_object ? 1 - heat : heat; });
  return sum / static_cast<double>(pixels.scored);
}

Called CallAbove(const HeatPixels& pixels, double threshold) {
  Called called;
  pixels.ForEach([&](double heat, bool is_object) {
    called.object += heat >= threshold && is_object;
    called.background += heat >= threshold && !is_object;
  });
  return called;
}

void AddTo(Curve& sum, const Curve& other) {
  for (int k = 0; k < kThresholds; ++k) sum[k] += other[k];
}

// The largest value of the file format, so that value / range is in [0, 1].
double RangeOf(const cv::Mat& heat) {
  switch (heat.type()) {
    case CV_8UC1:
      return 255;
    case CV_16UC1:
      return 65535;
    case CV_32FC1:
    case CV_64FC1:
      return 1;
    default:
      throw std::invalid_argument(fmt::format("heat map: expected one channel of numbers, got {}",
                                              cv::typeToString(heat.type())));
  }
}

}  // namespace

HeatMapCurves& HeatMapCurves::operator+=(const HeatMapCurves& other) {
  AddTo(precision, other.precision);
  AddTo(recall, other.recall);
  AddTo(f, other.f);
  AddTo(e, other.e);
  AddTo(iou, other.iou);
  return *this;
}

HeatPixels::HeatPixels(const cv::Mat& heat_map, const cv::Mat& labels)
    : heat(heat_map.isContinuous() ? heat_map : heat_map.clone()) {
  CheckMask(labels, "truth");
  CheckSameSize(heat_map, "heat map", labels, "truth");
  if (heat_map.type() != CV_64FC1 ||
      !cv::checkRange(heat_map, true, nullptr, 0, std::nextafter(1.0, 2.0)))
    throw std::invalid_argument("heat map: expected CV_64FC1 in [0, 1]");
  truth = cv::min(labels, 1);
  truth.setTo(kVoid, labels == kVoid);
  double sum = 0;
  ForEach([&](double value, bool is_object) {
    ++scored;
    object += is_object;
    sum += value;
  });
  if (scored == 0) throw std::invalid_argument("heat map: every pixel of the truth is void");
  mean = sum / static_cast<double>(scored);
}

cv::Mat StretchHeatMap(const cv::Mat& heat, const cv::Mat& truth) {
  const double range = RangeOf(heat);
  CheckMask(truth, "truth");
  CheckSameSize(heat, "heat map", truth, "truth");
  cv::Mat stretched;
  heat.convertTo(stretched, CV_64F);
  Require(cv::checkRange(stretched), "the heat map has values that are not finite");
  const cv::Mat is_void = truth == kVoid;
  double low = 0;
  double high = 0;
  cv::minMaxLoc(stretched, &low, &high, nullptr, nullptr, ~is_void);
  low /= range;
  high /= range;
  // Divisions, never products with a reciprocal: values on a threshold must stay on it.
  stretched.forEach<double>([&](double& value, const int*) {
    value /= range;
    if (high > low) value = (value - low) / (high - low);
    value = std::clamp(value, 0.0, 1.0);
  });
  stretched.setTo(0, is_void);
  return stretched;
}

HeatMapScores ScoreHeatMap(const cv::Mat& heat, const cv::Mat& truth) {
  const HeatPixels pixels(heat, truth);
  const Called adaptive = CallAbove(pixels, std::min(2 * pixels.mean, 1.0));
  return {.mae = MeanAbsoluteError(pixels),
          .adaptive_f = FMeasure(adaptive, pixels.object),
          .adaptive_e = EMeasure(adaptive, pixels.object, pixels.scored),
          .weighted_f = WeightedFMeasure(pixels),
          .s = StructureMeasure(pixels),
          .curves = Curves(pixels)};
}

}  // namespace gradcut
