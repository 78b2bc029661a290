#include "graphcut/grid_solver.h"

#include "graphcut/grid_blocks.h"
#include "graphcut/grid_forest.h"
#include "graphcut/grid_pyramid.h"
#include "graphcut/grid_strips.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gradcut {
namespace {

// Residual capacities are up to twice the weight.
constexpr std::int32_t kMaxNarrowWeight = 32767;

template <class Residual>
GridFlow<Residual> StartFromGuess(const GridProblem& problem,
                                  const std::optional<CoarseFlow>& guess) {
  GridFlow<Residual> flow(problem, [&](int row, const FlowRow& out) {
    if (guess) Refine(*guess, problem, row, out);
  });
  if (guess) RouteInBlocks(flow);
  RouteToNeighbours(flow);
  flow.FindArcs();
  return flow;
}

// The maximum flow on blocks, found from that on blocks of blocks.
std::optional<CoarseFlow> Guess(const GridProblem& problem) {
  if (std::min(problem.rows, problem.cols) <= kSmallestSide) return std::nullopt;
  const CoarseGrid coarse = Coarsen(problem, BlockWeights::kPassable);
  auto flow = StartFromGuess<std::int32_t>(coarse.Problem(), Guess(coarse.Problem()));
  SolveInStrips(flow);
  GridForest(flow).Solve();
  return SharesOf(flow);
}

// The last flow under the problem's unary costs, or a fresh start where size or weights differ: one
// from the flow of other weights is no faster at the median (eval/bench/README.md).
template <class Residual>
GridFlow<Residual> Start(const GridProblem& problem, AnyGridFlow& last) {
  // Taken out, so that nothing half done stays behind if memory runs out.
  AnyGridFlow taken = std::exchange(last, std::monostate());
  if (auto* flow = std::get_if<GridFlow<Residual>>(&taken)) {
    if (flow->SetUnary(problem)) return std::move(*flow);
  }
  return StartFromGuess<Residual>(problem, Guess(problem));
}

template <class Residual>
Cut Solve(const GridProblem& problem, AnyGridFlow& last) {
  GridFlow<Residual> flow = Start<Residual>(problem, last);
  SolveInStrips(flow);
  GridForest<Residual> forest(flow);
  forest.Solve();
  Cut cut;
  cut.labels.resize(flow.pixels());
  for (std::ptrdiff_t i = 0; i < flow.pixels(); ++i) {
    cut.labels[i] = forest.IsSource(i);
    cut.flow += std::max(problem.unary[i], 0) - std::max(flow.Excess(i), 0);
  }
  last = std::move(flow);
  return cut;
}

std::int32_t LargestWeight(const GridProblem& problem) {
  const std::ptrdiff_t pixels = std::ptrdiff_t{problem.rows} * problem.cols;
  std::int32_t largest = 0;
  for (const std::int32_t* weights : problem.weights) {
    for (std::ptrdiff_t i = 0; weights != nullptr && i < pixels; ++i) {
      largest = std::max(largest, weights[i]);
    }
  }
  return largest;
}

}  // namespace

GridProblem ProblemOf(const GridEnergy& energy) {
  GridProblem problem{energy.rows, energy.cols, energy.unary.data(), {}};
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    if (!energy.pairwise[d].empty()) problem.weights[d] = energy.pairwise[d].data();
  }
  return problem;
}

Cut SolveOnGrid(const GridProblem& problem, AnyGridFlow& flow) {
  return LargestWeight(problem) <= kMaxNarrowWeight ? Solve<std::uint16_t>(problem, flow)
                                                    : Solve<std::int32_t>(problem, flow);
}

struct CutSequence::LastFlow {
  AnyGridFlow flow;
};

CutSequence::CutSequence() : last_(std::make_unique<LastFlow>()) {}
CutSequence::~CutSequence() = default;
CutSequence::CutSequence(CutSequence&&) noexcept = default;
CutSequence& CutSequence::operator=(CutSequence&&) noexcept = default;

Cut CutSequence::Next(const GridEnergy& energy) {
  Check(energy);
  if (energy.size() == 0) return {};
  return SolveOnGrid(ProblemOf(energy), last_->flow);
}

}  // namespace gradcut
