#pragma once

#include "graphcut/grid_flow.h"

#include <array>
#include <cstdint>
#include <vector>

namespace gradcut {

/// The problem on blocks of 2x2 pixels that share a label: unary costs and weights add up (and stop
/// at limits that keep sums within 32 bits; what is found on blocks is a guess, so that is no
/// loss).
struct CoarseGrid {
  int rows = 0;
  int cols = 0;
  std::vector<std::int32_t> unary;
  std::array<std::vector<std::int32_t>, 4> weights;

  GridProblem Problem() const {
    return {rows,
            cols,
            unary.data(),
            {weights[0].data(), weights[1].data(), weights[2].data(), weights[3].data()}};
  }
};

/// Grids with a shorter side are not worth coarsening.
inline constexpr int kSmallestSide = 8;

/// What a weight between two blocks is: all that the pixels' weights between them add up to, or at
/// most what can get through both blocks, so that pixels can follow the flow on blocks.
enum class BlockWeights { kSums, kPassable };

CoarseGrid Coarsen(const GridProblem& fine, BlockWeights kind);

/// A maximum flow on blocks, as the share of each weight that it uses, in [-1, 1].
struct CoarseFlow {
  int rows = 0;
  int cols = 0;
  std::array<std::vector<float>, 4> share;
};

CoarseFlow SharesOf(GridFlow<std::int32_t>& flow);

/// The flow on pixels that uses the same share of each weight between two blocks, for one row.
void Refine(const CoarseFlow& coarse, const GridProblem& fine, int row, const FlowRow& flow);

}  // namespace gradcut
