#include "gradcut/graphcut/contrast.h"

#include "gradcut/core/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <span>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr int kMaxSquaredDistance = 3 * 255 * 255;

void MatchSize(const cv::Mat& mat, const char* what, GridEnergy& energy) {
  if (energy.size() == 0) energy = MakeGridEnergy(mat.rows, mat.cols, /*neighbours=*/4);
  if (energy.rows == mat.rows && energy.cols == mat.cols) return;
  throw std::invalid_argument(fmt::format("{} is {}x{} but the energy is {}x{} (rows x columns)",
                                          what, mat.rows, mat.cols, energy.rows, energy.cols));
}

// Costs that the energy does not hold yet are zero.
void Complete(std::vector<std::int32_t>& costs, const char* what, const GridEnergy& energy) {
  if (costs.empty()) costs.resize(energy.size());
  if (costs.size() != energy.size())
    throw std::invalid_argument(fmt::format("the energy has {} {} for {}x{} pixels", costs.size(),
                                            what, energy.rows, energy.cols));
}

int DirectionsOf(const GraphcutOptions& options) {
  return options.neighbours == 4 ? GridEnergy::kSouth + 1 : GridEnergy::kDirections;
}

// Squared colour differences between neighbours.
class Differences {
 public:
  explicit Differences(const cv::Mat& image) : squared_(image.cols) { cv::split(image, channels_); }

  // Those of the pixels (row, first), (row, first + 1), ... and their neighbours in one direction,
  // where `first` is 1 if the first column has none.
  std::span<const std::int32_t> OfRow(int row, GridStep step) {
    if (row + step.row >= channels_[0].rows) return {};
    const int first = FirstColumn(step);
    const int count = channels_[0].cols - std::abs(step.col);
    std::fill_n(squared_.data(), count, 0);
    for (const cv::Mat& channel : channels_) {
      const std::uint8_t* a = channel.ptr(row) + first;
      const std::uint8_t* b = channel.ptr(row + step.row) + first + step.col;
      for (int k = 0; k < count; ++k) {
        const auto difference = static_cast<std::int16_t>(a[k] - b[k]);
        squared_[k] += difference * difference;
      }
    }
    return {squared_.data(), static_cast<std::size_t>(count)};
  }

  static int FirstColumn(GridStep step) { return std::max(0, -step.col); }

 private:
  std::array<cv::Mat, 3> channels_;
  std::vector<std::int32_t> squared_;
};

// The mean over all neighbour pairs; 0 without any.
double Mean(Differences& differences, int rows, int directions) {
  std::int64_t sum = 0;
  std::size_t count = 0;
  for (int row = 0; row < rows; ++row) {
    for (int d = 0; d < directions; ++d) {
      const auto squared = differences.OfRow(row, kGridSteps[d]);
      for (const std::int32_t value : squared) sum += value;
      count += squared.size();
    }
  }
  return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
}

}  // namespace

// The weight of each squared difference at that distance in pixels, found when it first occurs: few
// of them do in a small image.
class ContrastWeights::Table {
 public:
  Table(double smoothness, double beta, double distance_px)
      : scale_(smoothness * kCapacityScale),
        beta_(beta),
        distance_px_(distance_px),
        known_(1 + std::min<std::size_t>(kMaxSquaredDistance, Reach()), kUnknown) {}

  std::int32_t operator[](std::int32_t squared) {
    if (static_cast<std::size_t>(squared) >= known_.size()) return 0;
    std::int32_t& weight = known_[static_cast<std::size_t>(squared)];
    if (weight == kUnknown)
      weight = static_cast<std::int32_t>(
          std::lround(scale_ * std::exp(-beta_ * squared) / distance_px_));
    return weight;
  }

 private:
  static constexpr std::int32_t kUnknown = -1;

  // Beyond that, weights are below 1/4: they round to 0.
  std::size_t Reach() const {
    const double largest = scale_ / distance_px_;
    return largest < 0.25 ? 0
                          : static_cast<std::size_t>(std::log(4 * largest) / std::max(beta_, 1e-6));
  }

  double scale_, beta_, distance_px_;
  std::vector<std::int32_t> known_;
};

namespace {

template <class Table>
void AddDirection(Differences& differences, GridStep step, Table& table, const GridEnergy& energy,
                  std::vector<std::int32_t>& weights) {
  for (int row = 0; row < energy.rows; ++row) {
    std::int32_t* out =
        weights.data() + std::size_t(row) * energy.cols + Differences::FirstColumn(step);
    for (const std::int32_t squared : differences.OfRow(row, step)) {
      *out = std::min(*out + table[squared], kMaxPairwise);
      ++out;
    }
  }
}

}  // namespace

void Describe(GraphcutOptions& options, OptionList& list) {
  list.Number("graphcut.smoothness", options.smoothness, 0, kMaxSmoothness,
              "cost of parting two neighbours of equal colour, in nats");
  list.Choice("graphcut.neighbours", options.neighbours, {{"4", 4}, {"8", 8}},
              "how many pixels a pixel is tied to");
  list.Choice("graphcut.solver", options.solver,
              {{"boost", Solver::kBoost}, {"grid", Solver::kGrid}},
              "who finds the minimum cut: Boost.Graph, or the faster own solver; same masks");
  list.Integer("graphcut.coarse_levels", options.coarse_levels, 0, 8,
               "masks of one object: above 0, cut 1/2^N of the size, then near the outline only");
}

double MeanSquaredContrast(const cv::Mat& image, const GraphcutOptions& options) {
  CheckImage(image, "image");
  Differences differences(image);
  return Mean(differences, image.rows, DirectionsOf(options));
}

ContrastWeights::ContrastWeights(const GraphcutOptions& options, double mean_squared)
    : directions_(DirectionsOf(options)) {
  Validate(options);
  const double beta = mean_squared > 0 ? 1 / (2 * mean_squared) : 0;
  for (const double distance_px : {1.0, std::numbers::sqrt2})
    tables_.emplace_back(options.smoothness, beta, distance_px);
}

ContrastWeights::~ContrastWeights() = default;

void ContrastWeights::Add(const cv::Mat& part, GridEnergy& energy) {
  CheckImage(part, "image");
  MatchSize(part, "image", energy);
  Differences differences(part);
  for (int d = 0; d < directions_; ++d) {
    const bool over_corners = d > GridEnergy::kSouth;
    Complete(energy.pairwise[d], "weights of a direction", energy);
    AddDirection(differences, kGridSteps[d], tables_[over_corners], energy, energy.pairwise[d]);
  }
}

void AddContrastWeights(const cv::Mat& image, const GraphcutOptions& options, GridEnergy& energy) {
  ContrastWeights(options, MeanSquaredContrast(image, options)).Add(image, energy);
}

void SetUnary(const cv::Mat& log_odds, GridEnergy& energy) {
  CheckHeatMap(log_odds, "log odds");
  MatchSize(log_odds, "log odds", energy);
  Complete(energy.unary, "unary costs", energy);
  std::int32_t* out = energy.unary.data();
  bool all_numbers = true;
  for (int row = 0; row < log_odds.rows; ++row) {
    const float* in = log_odds.ptr<float>(row);
    for (int col = 0; col < log_odds.cols; ++col) {
      const double nats = std::clamp<double>(in[col], -kMaxLogOdds, kMaxLogOdds);
      const bool number = !std::isnan(nats);
      all_numbers = all_numbers && number;
      *out++ = number ? static_cast<std::int32_t>(std::lround(nats * kCapacityScale)) : 0;
    }
  }
  if (!all_numbers) throw std::invalid_argument("log odds: a value is not a number");
}

void ApplySeeds(const cv::Mat& trimap, GridEnergy& energy) {
  CheckMask(trimap, "trimap");
  MatchSize(trimap, "trimap", energy);
  Complete(energy.unary, "unary costs", energy);
  std::int32_t* out = energy.unary.data();
  for (int row = 0; row < trimap.rows; ++row) {
    const std::uint8_t* in = trimap.ptr(row);
    for (int col = 0; col < trimap.cols; ++col, ++out) {
      if (in[col] == kTrimapUnknown) continue;
      if (in[col] != kMaskForeground && in[col] != kMaskBackground) {
        throw std::invalid_argument(
            fmt::format("trimap: value {} at ({}, {}), must be {}, {} or {}", in[col], row, col,
                        kMaskBackground, kTrimapUnknown, kMaskForeground));
      }
      *out = in[col] == kMaskForeground ? kHardForeground : kHardBackground;
    }
  }
}

}  // namespace gradcut
