#include "gradcut/metrics/heat_map_scores.h"

#include "metrics/spacing.h"

#include <algorithm>
#include <cstdint>

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

Called CallFrom(const HeatPixels& pixels, double threshold) {
  Called called;
  pixels.ForEach([&](double heat, bool is_object) {
    called.object += heat >= threshold && is_object;
    called.background += heat >= threshold && !is_object;
  });
  return called;
}

// Pixels by level.
std::array<Called, kThresholds> Histogram(const HeatPixels& pixels) {
  std::array<Called, kThresholds> histogram = {};
  for (int row = 0; row < pixels.levels().rows; ++row) {
    const auto* level = pixels.levels().ptr<std::uint8_t>(row);
    const auto* truth = pixels.truth().ptr<std::uint8_t>(row);
    for (int col = 0; col < pixels.levels().cols; ++col) {
      histogram[level[col]].object += truth[col] == 1;
      histogram[level[col]].background += truth[col] == 0;
    }
  }
  return histogram;
}

void AddTo(Curve& sum, const Curve& other) {
  for (int k = 0; k < kThresholds; ++k) sum[k] += other[k];
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

double MeanAbsoluteError(const HeatPixels& pixels) {
  double sum = 0;
  pixels.ForEach([&](double heat, bool is_object) { sum += is_object ? 1 - heat : heat; });
  return sum / static_cast<double>(pixels.scored());
}

AdaptiveScores ScoreAdaptiveThreshold(const HeatPixels& pixels) {
  const Called called = CallFrom(pixels, std::min(2 * pixels.mean(), 1.0));
  return {.f = FMeasure(called, pixels.object()),
          .e = EMeasure(called, pixels.object(), pixels.scored())};
}

HeatMapCurves ScoreThresholds(const HeatPixels& pixels) {
  const std::array<Called, kThresholds> histogram = Histogram(pixels);
  HeatMapCurves curves;
  Called called;
  for (int k = kThresholds - 1; k >= 0; --k) {
    called.object += histogram[k].object;
    called.background += histogram[k].background;
    const auto hits = static_cast<double>(called.object);
    curves.precision[k] = Ratio(hits, static_cast<double>(called.object + called.background));
    curves.recall[k] = Ratio(hits, static_cast<double>(pixels.object()));
    curves.f[k] = FMeasure(called, pixels.object());
    curves.e[k] = EMeasure(called, pixels.object(), pixels.scored());
    curves.iou[k] = Iou(called, pixels.object());
  }
  return curves;
}

}  // namespace gradcut
