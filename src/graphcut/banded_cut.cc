#include "gradcut/graphcut/banded_cut.h"

#include "graphcut/grid_pyramid.h"
#include "graphcut/grid_solver.h"

#include <algorithm>
#include <stdexcept>

namespace gradcut {
namespace {

using Labels = std::vector<std::uint8_t>;

// Which blocks have a neighbour, itself a block, with another label.
Labels AtOutline(const Labels& blocks, int rows, int cols) {
  Labels at_outline(blocks.size());
  for (int row = 0; row < rows; ++row) {
    const int above = std::max(row - 1, 0), below = std::min(row + 1, rows - 1);
    for (int col = 0; col < cols; ++col) {
      const int left = std::max(col - 1, 0), right = std::min(col + 1, cols - 1);
      int sum = 0;
      for (const int r : {above, row, below}) {
        const std::uint8_t* label = &blocks[std::size_t(r) * cols];
        sum += label[left] + label[col] + label[right];
      }
      at_outline[std::size_t(row) * cols + col] = sum != 0 && sum != 9;
    }
  }
  return at_outline;
}

// The unary costs of the pixels in blocks at the outline; all others keep the label of their block.
std::vector<std::int32_t> InBand(const GridProblem& problem, const CoarseGrid& coarse,
                                 const Labels& blocks) {
  const Labels at_outline = AtOutline(blocks, coarse.rows, coarse.cols);
  std::vector<std::int32_t> unary(std::size_t(problem.rows) * problem.cols);
  std::size_t i = 0;
  for (int row = 0; row < problem.rows; ++row) {
    const std::size_t first = std::size_t(row / 2) * coarse.cols;
    for (int col = 0; col < problem.cols; ++col, ++i) {
      const std::size_t block = first + col / 2;
      unary[i] = at_outline[block]    ? problem.unary[i]
                 : blocks[block] != 0 ? kHardForeground
                                      : kHardBackground;
    }
  }
  return unary;
}

Labels CutInBand(const GridProblem& problem, int levels) {
  AnyGridFlow fresh;
  if (levels == 0 || std::min(problem.rows, problem.cols) <= kSmallestSide)
    return SolveOnGrid(problem, fresh).labels;
  const CoarseGrid coarse = Coarsen(problem, BlockWeights::kSums);
  const std::vector<std::int32_t> unary =
      InBand(problem, coarse, CutInBand(coarse.Problem(), levels - 1));
  return SolveOnGrid({problem.rows, problem.cols, unary.data(), problem.weights}, fresh).labels;
}

}  // namespace

Cut BandedMinCut(const GridEnergy& energy, int coarse_levels) {
  if (coarse_levels < 0) throw std::invalid_argument("BandedMinCut: fewer than 0 levels");
  Check(energy);
  Cut cut;
  if (energy.size() == 0) return cut;
  cut.labels = CutInBand(ProblemOf(energy), coarse_levels);
  cut.flow = Evaluate(energy, cut.labels) - energy.constant;
  return cut;
}

}  // namespace gradcut
