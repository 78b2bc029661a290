#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace gradcut {

/// The eight arcs of a pixel in the order in which the neighbours lie in memory. An arc and its
/// reverse add up to 7.
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

/// The pixels `begin` to `end` - 1, whole rows.
struct PixelRange {
  std::ptrdiff_t begin;
  std::ptrdiff_t end;
};

/// One value for each pixel of some rows, with a margin at both ends so that neighbours of border
/// pixels exist in memory.
template <class T>
class Plane {
 public:
  Plane(int cols, PixelRange pixels, T margin = 0) {
    // A row, a pixel, and one more for loads of four bytes.
    const std::ptrdiff_t beyond = std::ptrdiff_t{cols} + 2, count = pixels.end - pixels.begin;
    values_ = std::make_unique_for_overwrite<T[]>(count + 2 * beyond);
    T* const first = values_.get() + beyond;
    std::fill_n(values_.get(), beyond, margin);
    std::fill_n(first + count, beyond, margin);
    pixel_0_ = first - pixels.begin;
  }
  T& operator[](std::ptrdiff_t i) { return pixel_0_[i]; }

 private:
  std::unique_ptr<T[]> values_;
  T* pixel_0_;  // Where pixel 0 is, or would be.
};

/// A pseudoflow on a grid: residual capacities and, one a pixel, the excess, which is what the
/// source still offers (positive) or the sink still takes (negative). One signed number replaces
/// both terminal arcs; whatever has reached a pixel counts as if it came from the source there.
///
/// One plane an arc; arcs that leave the grid have no capacity. `Residual` must hold twice the
/// largest weight.
template <class Residual>
class GridFlow {
 public:
  /// The problem's capacities and excesses under an initial flow, which `flow_of_row(row, FlowRow)`
  /// writes (the rows it gets are zero); each value must lie within +- the pair's weight.
  /// `FindArcs` must follow.
  template <class FlowOfRow>
  GridFlow(const GridProblem& problem, FlowOfRow flow_of_row);

  /// Keeps the flow under the unary costs of the problem; false, and nothing has changed, if size
  /// or weights differ.
  bool SetUnary(const GridProblem& problem);

  int rows() const { return rows_; }
  int cols() const { return cols_; }
  std::ptrdiff_t pixels() const { return pixels_; }
  std::ptrdiff_t Offset(int arc) const { return offset_[arc]; }

  std::int32_t& Excess(std::ptrdiff_t i) { return excess_[i]; }
  Residual& At(std::ptrdiff_t i, int arc) { return residual_[arc][i]; }

  /// Sends `amount` (at most the residual) along the arc before `FindArcs`; excesses stay as they
  /// are.
  void SendEarly(std::ptrdiff_t i, int arc, std::int32_t amount) {
    Residual& forth = At(i, arc);
    Residual& reverse = At(i + offset_[arc], Reversed(arc));
    forth = static_cast<Residual>(forth - amount);
    reverse = static_cast<Residual>(reverse + amount);
  }
  /// Finds what `Out` and `In` tell of the pixels; `Send` keeps it up to date.
  void FindArcs(PixelRange pixels);
  void FindArcs() { FindArcs({0, pixels_}); }
  /// Until the next `FindArcs` there seems to be no arc between a row and the one above.
  void HideArcsAbove(int row);

  /// Bit a: there is residual capacity from the pixel along arc a (`Out`), or against it (`In`).
  std::uint32_t Out(std::ptrdiff_t i) { return arcs_[i] & 0xff; }
  std::uint32_t In(std::ptrdiff_t i) { return arcs_[i] >> 8; }

  /// Sends `amount` (at most the residual) along the arc; excesses stay as they are.
  void Send(std::ptrdiff_t i, int arc, std::int32_t amount) {
    const std::ptrdiff_t j = i + offset_[arc];
    const int back = Reversed(arc);
    if (At(j, back) == 0) {
      SetBit(j, back);
      SetBit(i, arc + 8);
    }
    SendEarly(i, arc, amount);
    if (At(i, arc) == 0) {
      ClearBit(i, arc);
      ClearBit(j, back + 8);
    }
  }

 private:
  template <std::size_t... arc>
  std::array<Plane<Residual>, kArcs> MakePlanes(std::index_sequence<arc...>) {
    return {((void)arc, Plane<Residual>(cols_, {0, pixels_}))...};
  }
  bool HasWeights(int direction, const std::int32_t* weights);
  void StoreRow(int row, int direction, const std::int32_t* weight, const std::int32_t* flow);
  void Drain(std::ptrdiff_t start, int arc, const std::int32_t* flow);
  void SetBit(std::ptrdiff_t i, int bit) {
    arcs_[i] = static_cast<std::uint16_t>(arcs_[i] | 1U << bit);
  }
  void ClearBit(std::ptrdiff_t i, int bit) {
    arcs_[i] = static_cast<std::uint16_t>(arcs_[i] & ~(1U << bit));
  }

  int rows_, cols_;
  std::ptrdiff_t pixels_;
  std::array<std::ptrdiff_t, kArcs> offset_;
  std::array<Plane<Residual>, kArcs> residual_;
  Plane<std::int32_t> excess_;
  Plane<std::uint16_t> arcs_;  // Out in the low byte, In in the high one.
};

template <class Residual>
template <class FlowOfRow>
GridFlow<Residual>::GridFlow(const GridProblem& problem, FlowOfRow flow_of_row)
    : rows_(problem.rows),
      cols_(problem.cols),
      pixels_(std::ptrdiff_t{rows_} * cols_),
      offset_{-std::ptrdiff_t{cols_} - 1, -cols_, 1 - std::ptrdiff_t{cols_}, -1, 1,
              std::ptrdiff_t{cols_} - 1,  cols_,  std::ptrdiff_t{cols_} + 1},
      residual_(MakePlanes(std::make_index_sequence<kArcs>())),
      excess_(cols_, {0, pixels_}),
      arcs_(cols_, {0, pixels_}) {
  std::copy_n(problem.unary, pixels_, &excess_[0]);
  const std::vector<std::int32_t> no_weights(problem.cols);
  std::array<std::vector<std::int32_t>, 4> flows;
  FlowRow flow;
  for (int d = 0; d < 4; ++d) {
    flows[d].resize(cols_);
    flow[d] = flows[d].data();
  }
  // The first row has no arcs to the north, and what the last row writes in the margin is zero.
  for (const int arc : {kArcNW, kArcN, kArcNE}) std::fill_n(&At(0, arc), cols_ + 1, Residual{0});
  At(0, kArcW) = 0;
  for (int row = 0; row < rows_; ++row) {
    const std::ptrdiff_t start = std::ptrdiff_t{row} * cols_;
    flow_of_row(row, flow);
    for (int d = 0; d < 4; ++d) {
      const std::int32_t* weight = problem.weights[d];
      StoreRow(row, d, weight == nullptr ? no_weights.data() : weight + start, flow[d]);
    }
  }
}

/// Both arcs of the pairs that start in a row, and what their flow does to the excesses. Pairs that
/// leave the grid have neither weight nor flow, so what they write where they seem to lead is zero.
template <class Residual>
void GridFlow<Residual>::StoreRow(int row, int direction, const std::int32_t* weight,
                                  const std::int32_t* flow) {
  const std::ptrdiff_t start = std::ptrdiff_t{row} * cols_;
  const int arc = kForwardArcs[direction];
  const std::ptrdiff_t end = start + offset_[arc];
  Residual* __restrict forth = &At(start, arc);
  Residual* __restrict back = &At(end, Reversed(arc));
  for (int col = 0; col < cols_; ++col) {
    forth[col] = static_cast<Residual>(weight[col] - flow[col]);
    back[col] = static_cast<Residual>(weight[col] + flow[col]);
  }
  Drain(start, arc, flow);
}

/// What flow along an arc of each pixel of a row does to the excesses.
template <class Residual>
void GridFlow<Residual>::Drain(std::ptrdiff_t start, int arc, const std::int32_t* flow) {
  std::int32_t* from = &excess_[start];
  std::int32_t* to = &excess_[start + offset_[arc]];
  for (int col = 0; col < cols_; ++col) from[col] -= flow[col];
  for (int col = 0; col < cols_; ++col) to[col] += flow[col];
}

template <class Residual>
bool GridFlow<Residual>::HasWeights(int direction, const std::int32_t* weights) {
  const int arc = kForwardArcs[direction];
  const Residual* forth = &At(0, arc);
  const Residual* back = &At(offset_[arc], Reversed(arc));
  std::int32_t different = 0;
  for (std::ptrdiff_t i = 0; i < pixels_; ++i) {
    different |= (forth[i] + back[i]) ^ (weights == nullptr ? 0 : 2 * weights[i]);
  }
  return different == 0;
}

template <class Residual>
bool GridFlow<Residual>::SetUnary(const GridProblem& problem) {
  if (problem.rows != rows_ || problem.cols != cols_) return false;
  for (int d = 0; d < 4; ++d) {
    if (!HasWeights(d, problem.weights[d])) return false;
  }
  std::copy_n(problem.unary, pixels_, &excess_[0]);
  std::vector<std::int32_t> flow(cols_);
  for (std::ptrdiff_t start = 0; start < pixels_; start += cols_) {
    for (const int arc : kForwardArcs) {
      const Residual* forth = &At(start, arc);
      const Residual* back = &At(start + offset_[arc], Reversed(arc));
      for (int col = 0; col < cols_; ++col) flow[col] = (back[col] - forth[col]) / 2;
      Drain(start, arc, flow.data());
    }
  }
  return true;
}

template <class Residual>
void GridFlow<Residual>::FindArcs(PixelRange pixels) {
  const auto bit = [](Residual residual, unsigned place) {
    return static_cast<std::uint16_t>(residual == 0 ? 0U : 1U << place);
  };
  for (std::ptrdiff_t start = pixels.begin; start < pixels.end; start += cols_) {
    std::uint16_t* __restrict arcs = &arcs_[start];
    std::array<const Residual*, kArcs> out, in;
    for (int arc = 0; arc < kArcs; ++arc) {
      out[arc] = &At(start, arc);
      in[arc] = &At(start + offset_[arc], Reversed(arc));
    }
    for (int col = 0; col < cols_; ++col) {
      arcs[col] = static_cast<std::uint16_t>(
          bit(out[0][col], 0) | bit(out[1][col], 1) | bit(out[2][col], 2) | bit(out[3][col], 3) |
          bit(out[4][col], 4) | bit(out[5][col], 5) | bit(out[6][col], 6) | bit(out[7][col], 7));
    }
    for (int col = 0; col < cols_; ++col) {
      arcs[col] = static_cast<std::uint16_t>(arcs[col] | bit(in[0][col], 8) | bit(in[1][col], 9) |
                                             bit(in[2][col], 10) | bit(in[3][col], 11) |
                                             bit(in[4][col], 12) | bit(in[5][col], 13) |
                                             bit(in[6][col], 14) | bit(in[7][col], 15));
    }
  }
}

template <class Residual>
void GridFlow<Residual>::HideArcsAbove(int row) {
  const auto arcs_to = [](std::initializer_list<int> arcs) {
    unsigned bits = 0;
    for (const int arc : arcs) bits |= 1U << arc | 1U << (arc + 8);
    return bits;
  };
  const unsigned up = arcs_to({kArcNW, kArcN, kArcNE}), down = arcs_to({kArcSW, kArcS, kArcSE});
  for (int col = 0; col < cols_; ++col) {
    std::uint16_t& below = arcs_[std::ptrdiff_t{row} * cols_ + col];
    std::uint16_t& above = arcs_[std::ptrdiff_t{row - 1} * cols_ + col];
    below = static_cast<std::uint16_t>(below & ~up);
    above = static_cast<std::uint16_t>(above & ~down);
  }
}

}  // namespace gradcut
