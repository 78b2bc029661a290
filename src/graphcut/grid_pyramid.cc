#include "graphcut/grid_pyramid.h"

#include <algorithm>

namespace gradcut {
namespace {

// With these, excesses on blocks stay within 32 bits.
constexpr std::int32_t kMaxWeight = 1 << 26;
constexpr std::int64_t kMaxUnary = 1 << 29;

enum { kE, kS, kSE, kSW };

// Two rows of the fine grid, which are one of blocks, with zeros beyond the grid.
class RowPair {
 public:
  explicit RowPair(const GridProblem& fine) : fine_(fine) {
    for (auto& rows : values_) {
      for (auto& row : rows) row.resize(fine.cols + 3);
    }
  }
  void Read(int first_row) {
    for (int k = 0; k < 5; ++k) {
      const std::int32_t* from = k < 4 ? fine_.weights[k] : fine_.unary;
      for (int row = 0; row < 2; ++row) {
        if (from == nullptr || first_row + row >= fine_.rows) {
          std::fill_n(values_[k][row].data(), fine_.cols, 0);
        } else {
          std::copy_n(from + std::ptrdiff_t{first_row + row} * fine_.cols, fine_.cols,
                      values_[k][row].data());
        }
      }
    }
  }
  const std::int32_t* Weights(int direction, int row) const {
    return values_[direction][row].data();
  }
  const std::int32_t* Unary(int row) const { return values_[4][row].data(); }

 private:
  const GridProblem& fine_;
  std::array<std::array<std::vector<std::int32_t>, 2>, 5> values_;
};

// What can flow through the halves of the blocks of one row.
struct Through {
  explicit Through(int blocks) : eastward(blocks), southward(blocks) {}
  std::vector<std::int32_t> eastward, southward;
};

void SumRow(const RowPair& pair, std::ptrdiff_t first_block, CoarseGrid& coarse, Through& through) {
  const auto at = [&](int direction, int row) { return pair.Weights(direction, row); };
  const std::int32_t *e0 = at(kE, 0), *e1 = at(kE, 1), *s0 = at(kS, 0), *s1 = at(kS, 1);
  const std::int32_t *se0 = at(kSE, 0), *se1 = at(kSE, 1), *sw0 = at(kSW, 0), *sw1 = at(kSW, 1);
  const std::int32_t *u0 = pair.Unary(0), *u1 = pair.Unary(1);
  for (int block = 0; block < coarse.cols; ++block) {
    const int c = 2 * block;
    const std::ptrdiff_t i = first_block + block;
    const std::int64_t unary = std::int64_t{u0[c]} + u0[c + 1] + u1[c] + u1[c + 1];
    coarse.unary[i] = static_cast<std::int32_t>(std::clamp(unary, -kMaxUnary, kMaxUnary));
    coarse.weights[kE][i] = std::min(e0[c + 1] + e1[c + 1] + se0[c + 1] + sw0[c + 2], kMaxWeight);
    coarse.weights[kS][i] = std::min(s1[c] + s1[c + 1] + se1[c] + sw1[c + 1], kMaxWeight);
    coarse.weights[kSE][i] = se1[c + 1];
    coarse.weights[kSW][i] = sw1[c];
    const std::int32_t diagonals = se0[c] + sw0[c + 1];
    through.eastward[block] = e0[c] + e1[c] + diagonals;
    through.southward[block] = s0[c] + s0[c + 1] + diagonals;
  }
}

// Flow between two blocks has to come through them, too, which their own pixels may not allow.
// The limit lets the flow on pixels follow the flow on blocks more often than the sum of the
// weights alone would; the factor is measured.
void LimitByBlocks(const std::int32_t* through, const std::int32_t* through_next, int blocks,
                   std::int32_t* weights) {
  for (int k = 0; k < blocks; ++k) {
    const std::int32_t limit = std::min(through[k], through_next[k]);
    weights[k] = std::min(weights[k], limit + limit / 2);
  }
}

}  // namespace

CoarseGrid Coarsen(const GridProblem& fine, BlockWeights kind) {
  CoarseGrid coarse;
  coarse.rows = (fine.rows + 1) / 2;
  coarse.cols = (fine.cols + 1) / 2;
  const std::size_t blocks = std::size_t(coarse.rows) * coarse.cols;
  coarse.unary.resize(blocks);
  for (auto& weights : coarse.weights) weights.resize(blocks);
  RowPair pair(fine);
  Through here(coarse.cols);
  Through above(coarse.cols);
  for (int row = 0; row < coarse.rows; ++row) {
    pair.Read(2 * row);
    const std::ptrdiff_t first = std::ptrdiff_t{row} * coarse.cols;
    SumRow(pair, first, coarse, here);
    if (kind == BlockWeights::kSums) continue;
    LimitByBlocks(here.eastward.data(), here.eastward.data() + 1, coarse.cols - 1,
                  &coarse.weights[kE][first]);
    if (row > 0) {
      LimitByBlocks(above.southward.data(), here.southward.data(), coarse.cols,
                    &coarse.weights[kS][first - coarse.cols]);
    }
    std::swap(here, above);
  }
  return coarse;
}

CoarseFlow SharesOf(GridFlow<std::int32_t>& flow) {
  CoarseFlow shares;
  shares.rows = flow.rows();
  shares.cols = flow.cols();
  for (int d = 0; d < 4; ++d) {
    shares.share[d].resize(flow.pixels());
    const std::int32_t* forth = &flow.At(0, kForwardArcs[d]);
    const std::int32_t* back = &flow.At(flow.Offset(kForwardArcs[d]), Reversed(kForwardArcs[d]));
    float* share = shares.share[d].data();
    for (std::ptrdiff_t i = 0; i < flow.pixels(); ++i) {
      // Twice the flow and twice the weight; without either, zero.
      const auto difference = static_cast<float>(back[i] - forth[i]);
      const auto sum = static_cast<float>(back[i] + forth[i]);
      share[i] = difference / std::max(sum, 1.0F);
    }
  }
  return shares;
}

void Refine(const CoarseFlow& coarse, const GridProblem& fine, int row, const FlowRow& flow) {
  const std::ptrdiff_t start = std::ptrdiff_t{row} * fine.cols;
  const std::ptrdiff_t blocks = std::ptrdiff_t{row / 2} * coarse.cols;
  const bool last_of_block = row % 2 != 0;
  // Sets the flow of every other pixel from `first` on; the block of pixel c is c / 2 - `back`.
  const auto set = [&](int direction, int first, int share, int back, float sign) {
    const std::int32_t* weight = fine.weights[direction];
    if (weight == nullptr) return;
    const float* shares = coarse.share[share].data() + blocks;
    for (int col = first; col < fine.cols; col += 2) {
      const float part = sign * shares[col / 2 - back];
      const std::int32_t most = weight[start + col];
      // A large weight may become larger as a `float`.
      flow[direction][col] =
          std::clamp(static_cast<std::int32_t>(part * static_cast<float>(most)), -most, most);
    }
  };
  for (int d = 0; d < 4; ++d) std::fill_n(flow[d], fine.cols, 0);
  set(kE, 1, kE, 0, 1);
  if (!last_of_block) {
    set(kSE, 1, kE, 0, 1);
    set(kSW, 2, kE, 1, -1);
    return;
  }
  set(kS, 0, kS, 0, 1);
  set(kS, 1, kS, 0, 1);
  set(kSE, 0, kS, 0, 1);
  set(kSE, 1, kSE, 0, 1);
  set(kSW, 0, kSW, 0, 1);
  set(kSW, 1, kS, 0, 1);
}

}  // namespace gradcut
