#include "graphcut/grid_pyramid.h"

#include <algorithm>

namespace gradcut {
namespace {

constexpr std::int32_t kMaxCoarseWeight = 1 << 26;
constexpr std::int64_t kMaxCoarseUnary = 1 << 29;

enum { kE, kS, kSE, kSW };

// Reads fine weights; 0 outside of the grid and for missing directions.
class FineWeights {
 public:
  explicit FineWeights(const GridProblem& fine) : fine_(fine) {}
  std::int32_t operator()(int direction, int row, int col) const {
    if (fine_.weights[direction] == nullptr || row >= fine_.rows || col >= fine_.cols) return 0;
    return fine_.weights[direction][std::ptrdiff_t{row} * fine_.cols + col];
  }

 private:
  const GridProblem& fine_;
};

// What crosses the middle of the block at (row, col) from west to east, or from north to south.
std::int32_t Through(const FineWeights& weight, int row, int col, int direction) {
  const int across = direction == kE ? 1 : 0;
  return weight(direction, row, col) + weight(direction, row + across, col + 1 - across) +
         weight(kSE, row, col) + weight(kSW, row, col + 1);
}

// Flow between two blocks has to come through them, too, which their own pixels may not allow.
// The limit lets the flow on pixels follow the flow on blocks more often than the sum of the
// weights alone would; the factor is measured.
void LimitByBlocks(const GridProblem& fine, CoarseGrid& coarse) {
  const FineWeights weight(fine);
  std::size_t block = 0;
  for (int row = 0; row < coarse.rows; ++row) {
    for (int col = 0; col < coarse.cols; ++col, ++block) {
      const auto limit = [&](int direction, int next_row, int next_col) {
        if (2 * next_row + 1 >= fine.rows || 2 * next_col + 1 >= fine.cols) return;
        const std::int64_t through =
            std::min(Through(weight, 2 * row, 2 * col, direction),
                     Through(weight, 2 * next_row, 2 * next_col, direction));
        std::int32_t& sum = coarse.weights[direction][block];
        sum = static_cast<std::int32_t>(std::min<std::int64_t>(sum, through * 3 / 2));
      };
      limit(kE, row, col + 1);
      limit(kS, row + 1, col);
    }
  }
}

}  // namespace

CoarseGrid Coarsen(const GridProblem& fine) {
  CoarseGrid coarse;
  coarse.rows = (fine.rows + 1) / 2;
  coarse.cols = (fine.cols + 1) / 2;
  const std::size_t blocks = std::size_t(coarse.rows) * coarse.cols;
  coarse.unary.resize(blocks);
  for (auto& weights : coarse.weights) weights.resize(blocks);
  const FineWeights weight(fine);
  std::size_t block = 0;
  for (int row = 0; row < fine.rows; row += 2) {
    for (int col = 0; col < fine.cols; col += 2, ++block) {
      const std::int32_t* unary = fine.unary + std::ptrdiff_t{row} * fine.cols + col;
      std::int64_t sum = unary[0];
      if (col + 1 < fine.cols) sum += unary[1];
      if (row + 1 < fine.rows) sum += unary[fine.cols];
      if (row + 1 < fine.rows && col + 1 < fine.cols) sum += unary[fine.cols + 1];
      coarse.unary[block] =
          static_cast<std::int32_t>(std::clamp(sum, -kMaxCoarseUnary, kMaxCoarseUnary));
      const auto set = [&](int direction, std::int32_t value) {
        coarse.weights[direction][block] = std::min(value, kMaxCoarseWeight);
      };
      set(kE, weight(kE, row, col + 1) + weight(kE, row + 1, col + 1) + weight(kSE, row, col + 1) +
                  weight(kSW, row, col + 2));
      set(kS, weight(kS, row + 1, col) + weight(kS, row + 1, col + 1) + weight(kSE, row + 1, col) +
                  weight(kSW, row + 1, col + 1));
      set(kSE, weight(kSE, row + 1, col + 1));
      set(kSW, weight(kSW, row + 1, col));
    }
  }
  LimitByBlocks(fine, coarse);
  return coarse;
}

CoarseFlow SharesOf(GridFlow<std::int32_t>& flow) {
  CoarseFlow shares;
  shares.rows = flow.rows();
  shares.cols = flow.cols();
  for (int d = 0; d < 4; ++d) {
    shares.share[d].resize(flow.pixels());
    const int arc = kForwardArcs[d];
    for (std::ptrdiff_t i = 0; i < flow.pixels(); ++i) {
      const auto forth = static_cast<float>(flow.At(i, arc));
      const auto back = static_cast<float>(flow.At(i + flow.Offset(arc), Reversed(arc)));
      if (forth != back) shares.share[d][i] = (back - forth) / (back + forth);
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
      flow[direction][col] =
          static_cast<std::int32_t>(part * static_cast<float>(weight[start + col]));
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
