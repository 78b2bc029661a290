#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradcut {

/// The eight arcs of a pixel in the order in which the neighbours lie in memory: NW, N, NE, W, E,
/// SW, S, SE. An arc and its reverse add up to 7.
enum GridArcIndex : int { kArcNW, kArcN, kArcNE, kArcW, kArcE, kArcSW, kArcS, kArcSE, kArcs };

constexpr int Reversed(int arc) { return kArcs - 1 - arc; }

/// The directions in which pairs are stored, as arcs: E, S, SE, SW (see `GridEnergy`).
inline constexpr std::array<int, 4> kForwardArcs = {kArcE, kArcS, kArcSE, kArcSW};

/// What a `GridFlow` is made from: the costs of a `GridEnergy`, by pointer. The two diagonal
/// weights are null on a grid with 4 neighbours.
struct GridProblem {
  int rows;
  int cols;
  const std::int32_t* unary;
  std::array<const std::int32_t*, 4> weights;
};

/// Flow along the four forward directions from the pixels of one row.
using FlowRow = std::array<std::int32_t*, 4>;

/// A pseudoflow on a grid: residual capacities and, one a pixel, the excess, which is what the
/// source still offers (positive) or the sink still takes (negative). One signed number replaces
/// both terminal arcs; whatever has reached a pixel counts as if it came from the source there.
///
/// Row-major with a margin of a row and a pixel at both ends, so that neighbours of border pixels
/// exist in memory; arcs to them have no capacity. `Residual` must hold twice the largest weight.
template <class Residual>
class GridFlow {
 public:
  GridFlow(int rows, int cols)
      : rows_(rows),
        cols_(cols),
        pixels_(std::ptrdiff_t{rows} * cols),
        margin_(std::ptrdiff_t{cols} + 2),
        offset_{-1 - std::ptrdiff_t{cols}, -cols, 1 - std::ptrdiff_t{cols}, -1, 1,
                std::ptrdiff_t{cols} - 1,  cols,  std::ptrdiff_t{cols} + 1},
        residual_(Padded() * kArcs),
        excess_(Padded()),
        out_(Padded()),
        in_(Padded()) {}

  /// Sets residual capacities and excesses of a problem of this size with an initial flow, which
  /// `flow_of_row(row, FlowRow)` writes; each value must lie within +- the pair's weight.
  template <class FlowOfRow>
  void Load(const GridProblem& problem, FlowOfRow flow_of_row);

  int rows() const { return rows_; }
  int cols() const { return cols_; }
  std::ptrdiff_t pixels() const { return pixels_; }
  std::ptrdiff_t margin() const { return margin_; }
  std::ptrdiff_t Padded() const { return pixels_ + 2 * margin_; }
  std::ptrdiff_t Offset(int arc) const { return offset_[arc]; }

  std::int32_t& Excess(std::ptrdiff_t i) { return excess_[i + margin_]; }
  Residual& At(std::ptrdiff_t i, int arc) { return residual_[(i + margin_) * kArcs + arc]; }

  /// Bit a: there is residual capacity from the pixel along arc a (`Out`), or against it (`In`).
  std::uint8_t& Out(std::ptrdiff_t i) { return out_[i + margin_]; }
  std::uint8_t& In(std::ptrdiff_t i) { return in_[i + margin_]; }

  /// Sends `amount` (at most the residual) along the arc; excesses stay as they are.
  void Send(std::ptrdiff_t i, int arc, std::int32_t amount) {
    const std::ptrdiff_t j = i + offset_[arc];
    const int back = Reversed(arc);
    Residual& forth = At(i, arc);
    Residual& reverse = At(j, back);
    if (reverse == 0) {
      Out(j) = static_cast<std::uint8_t>(Out(j) | 1U << back);
      In(i) = static_cast<std::uint8_t>(In(i) | 1U << arc);
    }
    forth = static_cast<Residual>(forth - amount);
    reverse = static_cast<Residual>(reverse + amount);
    if (forth == 0) {
      Out(i) = static_cast<std::uint8_t>(Out(i) & ~(1U << arc));
      In(j) = static_cast<std::uint8_t>(In(j) & ~(1U << back));
    }
  }

 private:
  struct Rows;
  void StoreRow(int row, const std::int32_t* unary, const Rows& here, const Rows& above);

  int rows_, cols_;
  std::ptrdiff_t pixels_, margin_;
  std::array<std::ptrdiff_t, kArcs> offset_;
  std::vector<Residual> residual_;
  std::vector<std::int32_t> excess_;
  std::vector<std::uint8_t> out_, in_;
};

/// Weights and flows of one row, with a zero before and after it.
template <class Residual>
struct GridFlow<Residual>::Rows {
  explicit Rows(int cols) {
    for (auto& row : weight) row.resize(cols + 2);
    for (auto& row : flow) row.resize(cols + 2);
  }
  std::array<std::vector<std::int32_t>, 4> weight, flow;
};

template <class Residual>
template <class FlowOfRow>
void GridFlow<Residual>::Load(const GridProblem& problem, FlowOfRow flow_of_row) {
  Rows here(cols_);
  Rows above(cols_);
  for (int row = 0; row < rows_; ++row) {
    const std::ptrdiff_t start = std::ptrdiff_t{row} * cols_;
    FlowRow flow;
    for (int d = 0; d < 4; ++d) {
      flow[d] = here.flow[d].data() + 1;
      if (problem.weights[d] == nullptr) continue;
      std::copy_n(problem.weights[d] + start, cols_, here.weight[d].data() + 1);
    }
    flow_of_row(row, flow);
    StoreRow(row, problem.unary + start, here, above);
    std::swap(here, above);
  }
}

template <class Residual>
void GridFlow<Residual>::StoreRow(int row, const std::int32_t* unary, const Rows& here,
                                  const Rows& above) {
  const std::ptrdiff_t start = std::ptrdiff_t{row} * cols_;
  std::int32_t* excess = &Excess(start);
  std::uint8_t* out = &Out(start);
  std::uint8_t* in = &In(start);
  std::copy_n(unary, cols_, excess);
  for (int d = 0; d < 4; ++d) {
    const int arc = kForwardArcs[d];
    const int back = Reversed(arc);
    // Where the pair that arrives along this direction starts.
    const std::ptrdiff_t from = 1 - (d == 0 || d == 2) + (d == 3);
    const Rows& source = d == 0 ? here : above;
    const std::int32_t* weight_out = here.weight[d].data() + 1;
    const std::int32_t* flow_out = here.flow[d].data() + 1;
    const std::int32_t* weight_in = source.weight[d].data() + from;
    const std::int32_t* flow_in = source.flow[d].data() + from;
    for (int col = 0; col < cols_; ++col) {
      excess[col] += flow_in[col] - flow_out[col];
      out[col] = static_cast<std::uint8_t>(out[col] | (weight_out[col] > flow_out[col]) << arc |
                                           (weight_in[col] + flow_in[col] > 0) << back);
      in[col] = static_cast<std::uint8_t>(in[col] | (weight_out[col] + flow_out[col] > 0) << arc |
                                          (weight_in[col] > flow_in[col]) << back);
    }
    Residual* residual = &At(start, 0);
    for (int col = 0; col < cols_; ++col, residual += kArcs) {
      residual[arc] = static_cast<Residual>(weight_out[col] - flow_out[col]);
      residual[back] = static_cast<Residual>(weight_in[col] + flow_in[col]);
    }
  }
}

}  // namespace gradcut
