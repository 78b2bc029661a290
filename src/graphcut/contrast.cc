#include "gradcut/graphcut/contrast.h"

#include "gradcut/core/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

int DirectionsOf(const GraphcutOptions& options) {
  return options.neighbours == 4 ? GridEnergy::kSouth + 1 : GridEnergy::kDirections;
}

// Squared colour differences between the pixels of one row and their neighbours in one direction;
// `distances[k]` belongs to pixel (row, first_col + k).
struct RowPairs {
  int first_col = 0;
  std::vector<std::int32_t> distances;
};

void MeasureRow(const cv::Mat& image, int row, GridStep step, RowPairs& pairs) {
  pairs.first_col = std::max(0, -step.col);
  const bool outside = row + step.row >= image.rows;
  pairs.distances.resize(outside ? 0 : image.cols - std::abs(step.col));
  if (pairs.distances.empty()) return;
  const std::uint8_t* a = image.ptr(row) + 3 * pairs.first_col;
  const std::uint8_t* b = image.ptr(row + step.row) + 3 * (pairs.first_col + step.col);
  for (std::int32_t& distance : pairs.distances) {
    const int red = a[0] - b[0];
    const int green = a[1] - b[1];
    const int blue = a[2] - b[2];
    distance = red * red + green * green + blue * blue;
    a += 3;
    b += 3;
  }
}

// The mean over all neighbour pairs; 0 without any.
double MeanSquaredDistance(const cv::Mat& image, int directions) {
  std::int64_t sum = 0;
  std::size_t count = 0;
  RowPairs pairs;
  for (int d = 0; d < directions; ++d) {
    for (int row = 0; row < image.rows; ++row) {
      MeasureRow(image, row, kGridSteps[d], pairs);
      for (const std::int32_t distance : pairs.distances) sum += distance;
      count += pairs.distances.size();
    }
  }
  return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
}

// The weight of each squared difference at that distance in pixels, up to the first weight that
// rounds to 0; the last entry is for all larger differences.
std::vector<std::int32_t> WeightTable(double smoothness, double beta, double distance_px) {
  std::vector<std::int32_t> table;
  for (int d2 = 0; d2 <= kMaxSquaredDistance; ++d2) {
    const double weight = smoothness * kCapacityScale * std::exp(-beta * d2) / distance_px;
    table.push_back(static_cast<std::int32_t>(std::lround(weight)));
    if (table.back() == 0) break;
  }
  return table;
}

void AddDirection(const cv::Mat& image, GridStep step, const std::vector<std::int32_t>& table,
                  std::vector<std::int32_t>& weights) {
  const auto last = static_cast<std::int32_t>(table.size() - 1);
  RowPairs pairs;
  for (int row = 0; row < image.rows; ++row) {
    MeasureRow(image, row, step, pairs);
    std::int32_t* out = weights.data() + std::size_t(row) * image.cols + pairs.first_col;
    for (const std::int32_t distance : pairs.distances) {
      *out = std::min(*out + table[std::min(distance, last)], kMaxPairwise);
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
}

void AddContrastWeights(const cv::Mat& image, const GraphcutOptions& options, GridEnergy& energy) {
  CheckImage(image, "image");
  Validate(options);
  MatchSize(image, "image", energy);
  const int directions = DirectionsOf(options);
  const double mean = MeanSquaredDistance(image, directions);
  const double beta = mean > 0 ? 1 / (2 * mean) : 0;
  for (int d = 0; d < directions; ++d) {
    const GridStep step = kGridSteps[d];
    energy.pairwise[d].resize(energy.size());
    AddDirection(image, step, WeightTable(options.smoothness, beta, std::hypot(step.row, step.col)),
                 energy.pairwise[d]);
  }
}

void SetUnary(const cv::Mat& log_odds, GridEnergy& energy) {
  CheckHeatMap(log_odds, "log odds");
  MatchSize(log_odds, "log odds", energy);
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
