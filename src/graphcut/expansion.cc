#include "gradcut/graphcut/expansion.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace gradcut {
namespace {

void CheckLabelCount(int labels) {
  Expect(labels >= 1 && labels <= kMaxLabels, "MultiLabelEnergy: {} labels, must be in [1, {}]",
         labels, kMaxLabels);
}

// Calls `visit(i, j, direction)` for every pair that has a weight.
template <class Visit>
void ForEachPair(const MultiLabelEnergy& energy, const Visit& visit) {
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    const auto& weights = energy.pairwise[d];
    const std::ptrdiff_t offset =
        static_cast<std::ptrdiff_t>(kGridSteps[d].row) * energy.cols + kGridSteps[d].col;
    // Pairs that leave the grid have weight 0.
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (weights[i] != 0) visit(i, i + offset, d);
  }
}

std::int64_t Sum(const MultiLabelEnergy& energy, const std::vector<std::uint8_t>& labels) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i)
    sum += energy.unary[labels[i] * energy.size() + i];
  ForEachPair(energy, [&](std::size_t i, std::size_t j, int d) {
    if (labels[i] != labels[j]) sum += energy.pairwise[d][i];
  });
  return sum;
}

std::vector<std::uint8_t> CheapestLabels(const MultiLabelEnergy& energy) {
  std::vector<std::uint8_t> labels(energy.size(), 0);
  for (int label = 1; label < energy.labels; ++label)
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (energy.unary[label * energy.size() + i] < energy.unary[labels[i] * energy.size() + i])
        labels[i] = static_cast<std::uint8_t>(label);
  return labels;
}

// The choice of each pixel between its label (0) and `alpha` (1), all costs twice as large; the
// part that no choice changes is left out. `move` has the energy's size and directions.
void SetMove(const MultiLabelEnergy& energy, const std::vector<std::uint8_t>& labels, int alpha,
             GridEnergy& move) {
  const std::int32_t* const switched = energy.unary.data() + alpha * energy.size();
  for (std::size_t i = 0; i < labels.size(); ++i)
    move.unary[i] = 2 * (energy.unary[labels[i] * energy.size() + i] - switched[i]);
  ForEachPair(energy, [&](std::size_t i, std::size_t j, int d) {
    const std::int32_t weight = energy.pairwise[d][i];
    const bool i_has = labels[i] == alpha, j_has = labels[j] == alpha;
    if (labels[i] == labels[j]) {
      move.pairwise[d][i] = i_has ? 0 : 2 * weight;
    } else if (i_has || j_has) {
      move.pairwise[d][i] = 0;
      move.unary[i_has ? j : i] += 2 * weight;
    } else {
      move.pairwise[d][i] = weight;
      move.unary[i] += weight;
      move.unary[j] += weight;
    }
  });
}

GridEnergy EmptyMove(const MultiLabelEnergy& energy) {
  GridEnergy move;
  move.rows = energy.rows;
  move.cols = energy.cols;
  move.unary.resize(energy.size());
  for (int d = 0; d < GridEnergy::kDirections; ++d)
    move.pairwise[d].resize(energy.pairwise[d].size());
  return move;
}

}  // namespace

MultiLabelEnergy MakeMultiLabelEnergy(const GridEnergy& weights, int labels) {
  CheckLabelCount(labels);
  MultiLabelEnergy energy;
  energy.rows = weights.rows;
  energy.cols = weights.cols;
  energy.labels = labels;
  energy.unary.resize(static_cast<std::size_t>(labels) * energy.size());
  energy.pairwise = weights.pairwise;
  for (auto& direction : energy.pairwise)
    for (std::int32_t& weight : direction) weight = std::min(weight, kMaxPottsWeight);
  return energy;
}

void Check(const MultiLabelEnergy& energy) {
  GridEnergy weights = {energy.rows, energy.cols, {}, energy.pairwise};
  if (energy.rows >= 0 && energy.cols >= 0 && energy.size() <= kMaxPixels)
    weights.unary.resize(energy.size());
  Check(weights);
  if (energy.size() > 0) CheckLabelCount(energy.labels);
  Expect(energy.unary.size() == energy.labels * energy.size(),
         "MultiLabelEnergy: {} unary costs for {} labels of {} x {} pixels", energy.unary.size(),
         energy.labels, energy.rows, energy.cols);
  for (const std::int32_t cost : energy.unary)
    Expect(cost >= -kMaxLabelCost && cost <= kMaxLabelCost,
           "MultiLabelEnergy: unary cost {}, must be within +-{}", cost, kMaxLabelCost);
  ForEachPair(energy, [&](std::size_t i, std::size_t, int d) {
    Expect(energy.pairwise[d][i] <= kMaxPottsWeight,
           "MultiLabelEnergy: weight {}, must be at most {}", energy.pairwise[d][i],
           kMaxPottsWeight);
  });
}

std::int64_t Evaluate(const MultiLabelEnergy& energy, const std::vector<std::uint8_t>& labels) {
  Check(energy);
  Expect(labels.size() == energy.size(), "MultiLabelEnergy: {} labels for {} x {} pixels",
         labels.size(), energy.rows, energy.cols);
  for (const std::uint8_t label : labels)
    Expect(label < energy.labels, "MultiLabelEnergy: label {} of {}", label, energy.labels);
  return Sum(energy, labels);
}

Labelling Expand(const MultiLabelEnergy& energy, Solver solver) {
  Check(energy);
  Labelling result;
  // Of two labels, one expansion from the first one everywhere is exact.
  const bool exact = energy.labels == 2;
  result.labels = exact ? std::vector<std::uint8_t>(energy.size(), 0) : CheapestLabels(energy);
  result.energy = Sum(energy, result.labels);
  if (energy.size() == 0 || energy.labels == 1) return result;
  GridEnergy move = EmptyMove(energy);
  // Done when every label has been tried since the last improvement.
  for (int alpha = exact, idle = 0; idle < energy.labels; alpha = (alpha + 1) % energy.labels) {
    SetMove(energy, result.labels, alpha, move);
    const Cut cut = MinCut(move, solver);
    ++result.moves;
    ++idle;
    std::vector<std::uint8_t> labels = result.labels;
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (cut.labels[i] != 0) labels[i] = static_cast<std::uint8_t>(alpha);
    const std::int64_t lower = Sum(energy, labels);
    if (lower > result.energy) throw std::logic_error("Expand: a move raised the energy");
    if (lower < result.energy) {
      result.labels = std::move(labels);
      result.energy = lower;
      idle = 1;  // The same label again would change nothing.
    }
    if (exact) return result;
  }
  return result;
}

}  // namespace gradcut
