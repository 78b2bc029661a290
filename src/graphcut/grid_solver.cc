#include "graphcut/grid_blocks.h"
#include "graphcut/grid_flow.h"
#include "graphcut/grid_forest.h"
#include "graphcut/grid_pyramid.h"
#include "graphcut/solvers.h"

#include <algorithm>
#include <optional>

namespace gradcut {
namespace {

constexpr int kSmallestSide = 8;

template <class Residual>
GridFlow<Residual> Start(const GridProblem& problem, const std::optional<CoarseFlow>& guess) {
  GridFlow<Residual> flow(problem, [&](int row, const FlowRow& out) {
    if (guess) Refine(*guess, problem, row, out);
  });
  if (guess) RouteInBlocks(flow);
  return flow;
}

// The flow on blocks, found from the flow on blocks of blocks.
std::optional<CoarseFlow> Guess(const GridProblem& problem) {
  if (std::min(problem.rows, problem.cols) <= kSmallestSide) return std::nullopt;
  const CoarseGrid coarse = Coarsen(problem);
  const std::optional<CoarseFlow> guess = Guess(coarse.Problem());
  GridFlow<std::int32_t> flow = Start<std::int32_t>(coarse.Problem(), guess);
  GridForest(flow).Solve();
  return SharesOf(flow);
}

template <class Residual>
Cut Solve(const GridProblem& problem) {
  GridFlow<Residual> flow = Start<Residual>(problem, Guess(problem));
  GridForest<Residual> forest(flow);
  forest.Solve();
  Cut cut;
  cut.labels.resize(flow.pixels());
  for (std::ptrdiff_t i = 0; i < flow.pixels(); ++i) {
    cut.labels[i] = forest.IsSource(i);
    cut.flow += std::max(problem.unary[i], 0) - std::max(flow.Excess(i), 0);
  }
  return cut;
}

}  // namespace

Cut SolveOnGrid(const GridEnergy& energy) {
  GridProblem problem{energy.rows, energy.cols, energy.unary.data(), {}};
  std::int32_t largest = 0;
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    if (energy.pairwise[d].empty()) continue;
    problem.weights[d] = energy.pairwise[d].data();
    largest =
        std::max(largest, *std::max_element(energy.pairwise[d].begin(), energy.pairwise[d].end()));
  }
  // Residuals are up to twice the weight.
  return largest <= 32767 ? Solve<std::uint16_t>(problem) : Solve<std::int32_t>(problem);
}

}  // namespace gradcut
