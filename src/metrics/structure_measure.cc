#include "gradcut/metrics/structure_measure.h"

#include "metrics/spacing.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// Sums over a set of pixels. The heat is summed as its difference to the first one, so that an even
// set has a variance of exactly 0.
struct Moments {
  double count = 0;
  double object = 0;
  double first = 0;
  double heat = 0;
  double heat_squared = 0;
  double object_heat = 0;

  void Add(double value, bool is_object) {
    if (count == 0) first = value;
    const double difference = value - first;
    ++count;
    object += is_object;
    heat += difference;
    heat_squared += difference * difference;
    if (is_object) object_heat += difference;
  }

  double mean() const { return first + heat / count; }
  double squared_deviations() const { return std::max(0.0, heat_squared - heat * heat / count); }
};

// Fan et al. 2017, eq. 4: how bright and how even the heat is.
double Evenness(const Moments& pixels) {
  const double mean = pixels.mean();
  const double deviation =
      pixels.count > 1 ? std::sqrt(pixels.squared_deviations() / (pixels.count - 1)) : 0;
  return 2 * mean / (mean * mean + 1 + deviation + kSpacing);
}

// Eq. 5: bright on the object, dark on the background.
double ObjectSimilarity(const HeatPixels& pixels) {
  Moments object;
  Moments background;
  pixels.ForEach([&](double heat, bool is_object) {
    if (is_object)
      object.Add(heat, true);
    else
      background.Add(1 - heat, false);
  });
  const double share = object.count / (object.count + background.count);
  return share * Evenness(object) + (1 - share) * Evenness(background);
}

// Structural similarity (Wang et al. 2004) without constants, of heat and truth in a block.
double BlockSimilarity(const Moments& block) {
  if (block.count == 0) return 0;
  const double x = block.mean();
  const double y = block.object / block.count;
  const double degrees = block.count - 1 + kSpacing;
  const double variances = (block.squared_deviations() + block.object * (1 - y)) / degrees;
  const double covariance = (block.object_heat - block.heat * y) / degrees;
  const double numerator = 4 * x * y * covariance;
  const double denominator = (x * x + y * y) * variances;
  if (numerator != 0) return numerator / (denominator + kSpacing);
  return denominator == 0 ? 1 : 0;
}

// The object's centre of mass, rounded, halves to even as NumPy rounds them.
cv::Point ObjectCentre(const HeatPixels& pixels) {
  const cv::Moments moments = cv::moments(pixels.truth() == 1, /*binaryImage=*/true);
  return {static_cast<int>(std::nearbyint(moments.m10 / moments.m00)),
          static_cast<int>(std::nearbyint(moments.m01 / moments.m00))};
}

// Eq. 7: the blocks left, right, above and below of the object's centre, weighted by their size.
double RegionSimilarity(const HeatPixels& pixels) {
  const cv::Point centre = ObjectCentre(pixels);
  Moments blocks[2][2];
  for (int row = 0; row < pixels.heat().rows; ++row) {
    const auto* heat = pixels.heat().ptr<double>(row);
    const auto* truth = pixels.truth().ptr<std::uint8_t>(row);
    Moments* half = blocks[row > centre.y];
    for (int col = 0; col < pixels.heat().cols; ++col)
      if (truth[col] <= 1) half[col > centre.x].Add(heat[col], truth[col] == 1);
  }
  double similarity = 0;
  for (const auto& half : blocks)
    for (const Moments& block : half)
      similarity += block.count / static_cast<double>(pixels.scored()) * BlockSimilarity(block);
  return similarity;
}

}  // namespace

double StructureMeasure(const HeatPixels& pixels) {
  if (pixels.object() == 0) return 1 - pixels.mean();
  if (pixels.object() == pixels.scored()) return pixels.mean();
  return std::max(0.0, 0.5 * ObjectSimilarity(pixels) + 0.5 * RegionSimilarity(pixels));
}

}  // namespace gradcut
