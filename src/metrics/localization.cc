#include "gradcut/metrics/localization.h"

#include "gradcut/core/image.h"
#include "gradcut/metrics/nearest.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

template <std::size_t kSize>
void AddTo(std::array<std::int64_t, kSize>& sum, const std::array<std::int64_t, kSize>& other) {
  for (std::size_t i = 0; i < kSize; ++i) sum[i] += other[i];
}

// The largest i with i / 1000 <= value, whatever the rounding of the product says.
int BinOf(double value, int bins) {
  int bin = std::min(static_cast<int>(value * (bins - 1)), bins - 1);
  constexpr double kStep = 0.001;
  if (bin + 1 < bins && value >= (bin + 1) * kStep) ++bin;
  if (bin > 0 && value < bin * kStep) --bin;
  return bin;
}

}  // namespace

void PixelAveragePrecision::Add(const HeatPixels& pixels) {
  pixels.ForEach([&](double value, bool is_object) {
    ++(is_object ? object_ : background_)[BinOf(value, kBins)];
  });
}

PixelAveragePrecision& PixelAveragePrecision::operator+=(const PixelAveragePrecision& other) {
  AddTo(object_, other.object_);
  AddTo(background_, other.background_);
  return *this;
}

std::vector<std::int64_t> PixelAveragePrecision::Counts() const {
  std::vector<std::int64_t> counts(object_.begin(), object_.end());
  counts.insert(counts.end(), background_.begin(), background_.end());
  return counts;
}

void PixelAveragePrecision::AddCounts(std::span<const std::int64_t> counts) {
  if (counts.size() != std::size_t{2} * kBins)
    throw std::invalid_argument("PixelAveragePrecision: counts");
  for (int bin = 0; bin < kBins; ++bin) {
    object_[bin] += counts[bin];
    background_[bin] += counts[kBins + bin];
  }
}

std::optional<double> PixelAveragePrecision::Value() const {
  std::int64_t all = 0;
  for (const std::int64_t count : object_) all += count;
  if (all == 0) return std::nullopt;
  std::int64_t hits = 0;
  std::int64_t called = 0;
  double area = 0;
  for (int bin = kBins - 1; bin >= 0; --bin) {
    hits += object_[bin];
    called += object_[bin] + background_[bin];
    if (object_[bin] == 0) continue;
    const double precision = static_cast<double>(hits) / static_cast<double>(called);
    area += precision * static_cast<double>(object_[bin]) / static_cast<double>(all);
  }
  return area;
}

std::optional<double> PointingGame(const HeatPixels& pixels, const cv::Mat& nearest,
                                   int tolerance_px) {
  if (pixels.object() == 0) return std::nullopt;
  double highest = 0;
  pixels.ForEach([&](double value, bool) { highest = std::max(highest, value); });
  std::int64_t near = 0;
  std::int64_t maxima = 0;
  for (int row = 0; row < nearest.rows; ++row) {
    const auto* heat = pixels.heat().ptr<double>(row);
    const auto* truth = pixels.truth().ptr<std::uint8_t>(row);
    for (int col = 0; col < nearest.cols; ++col) {
      if (heat[col] < highest || truth[col] == kVoid) continue;
      ++maxima;
      near += SquaredDistance(nearest.at<cv::Vec2i>(row, col), row, col) <=
              std::int64_t{tolerance_px} * tolerance_px;
    }
  }
  return static_cast<double>(near) / static_cast<double>(maxima);
}

std::optional<double> EnergyOnObject(const cv::Mat& heat, const cv::Mat& truth,
                                     std::optional<int> class_index) {
  CheckMask(truth, "truth");
  CheckSameSize(heat, "heat map", truth, "truth");
  cv::Mat energy;
  heat.convertTo(energy, CV_64F);
  bool has_object = false;
  double on_object = 0;
  double all = 0;
  for (int row = 0; row < heat.rows; ++row) {
    for (int col = 0; col < heat.cols; ++col) {
      const int label = truth.at<std::uint8_t>(row, col);
      if (label == kVoid) continue;
      const double value = std::max(0.0, energy.at<double>(row, col));
      const bool is_object = class_index ? label == *class_index : label != 0;
      has_object |= is_object;
      all += value;
      if (is_object) on_object += value;
    }
  }
  if (!has_object || all == 0) return std::nullopt;
  return on_object / all;
}

}  // namespace gradcut
