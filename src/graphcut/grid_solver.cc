#include "graphcut/grid_solver.h"

#include "graphcut/grid_blocks.h"
#include "graphcut/grid_forest.h"
#include "graphcut/grid_pyramid.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

namespace gradcut {
namespace {

// Grids with a shorter side are solved without a guess.
constexpr int kSmallestSide = 8;

// Residual capacities are up to twice the weight.
constexpr std::int32_t kMaxNarrowWeight = 32767;

template <class Residual>
GridFlow<Residual> StartFromGuess(const GridProblem& problem,
                                  const std::optional<CoarseFlow>& guess) {
  GridFlow<Residual> flow(problem, [&](int row, const FlowRow& out) {
    if (guess) Refine(*guess, problem, row, out);
  });
  if (guess) RouteInBlocks(flow);
  return flow;
}

// The maximum flow on blocks, found from that on blocks of blocks.
std::optional<CoarseFlow> Guess(const GridProblem& problem) {
  if (std::min(problem.rows, problem.cols) <= kSmallestSide) return std::nullopt;
  const CoarseGrid coarse = Coarsen(problem);
  auto flow = StartFromGuess<std::int32_t>(coarse.Problem(), Guess(coarse.Problem()));
  GridForest(flow).Solve();
  return SharesOf(flow);
}

// Whether a flow has the size and the weights of the problem. Where the weights differ, a fresh
// start is faster at the median (eval/bench/README.md).
template <class Residual>
bool HasWeightsOf(const GridProblem& problem, GridFlow<Residual>& flow) {
  if (flow.rows() != problem.rows || flow.cols() != problem.cols) return false;
  for (int d = 0; d < 4; ++d) {
    const Residual* forth = &flow.At(0, kForwardArcs[d]);
    const Residual* back = &flow.At(flow.Offset(kForwardArcs[d]), Reversed(kForwardArcs[d]));
    const std::int32_t* weight = problem.weights[d];
    std::int32_t different = 0;
    for (std::ptrdiff_t i = 0; i < flow.pixels(); ++i) {
      different |= (forth[i] + back[i]) ^ (weight == nullptr ? 0 : 2 * weight[i]);
    }
    if (different != 0) return false;
  }
  return true;
}

template <class Residual, class Earlier>
GridFlow<Residual> StartFromFlow(const GridProblem& problem, GridFlow<Earlier>& earlier) {
  return GridFlow<Residual>(problem, [&](int row, const FlowRow& out) {
    const std::ptrdiff_t start = std::ptrdiff_t{row} * problem.cols;
    for (int d = 0; d < 4; ++d) {
      const int arc = kForwardArcs[d];
      const Earlier* forth = &earlier.At(start, arc);
      const Earlier* back = &earlier.At(start + earlier.Offset(arc), Reversed(arc));
      for (int col = 0; col < problem.cols; ++col) out[d][col] = (back[col] - forth[col]) / 2;
    }
  });
}

template <class Residual>
GridFlow<Residual> Start(const GridProblem& problem, AnyGridFlow& earlier) {
  return std::visit(
      [&](auto& flow) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(flow)>, std::monostate>) {
          if (HasWeightsOf(problem, flow)) return StartFromFlow<Residual>(problem, flow);
        }
        return StartFromGuess<Residual>(problem, Guess(problem));
      },
      earlier);
}

template <class Residual>
Cut Solve(const GridProblem& problem, AnyGridFlow& earlier) {
  GridFlow<Residual> flow = Start<Residual>(problem, earlier);
  earlier = std::monostate();
  GridForest<Residual> forest(flow);
  forest.Solve();
  Cut cut;
  cut.labels.resize(flow.pixels());
  for (std::ptrdiff_t i = 0; i < flow.pixels(); ++i) {
    cut.labels[i] = forest.IsSource(i);
    cut.flow += std::max(problem.unary[i], 0) - std::max(flow.Excess(i), 0);
  }
  earlier = std::move(flow);
  return cut;
}

}  // namespace

Cut SolveOnGrid(const GridEnergy& energy, AnyGridFlow& flow) {
  GridProblem problem{energy.rows, energy.cols, energy.unary.data(), {}};
  std::int32_t largest = 0;
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    const auto& weights = energy.pairwise[d];
    if (weights.empty()) continue;
    problem.weights[d] = weights.data();
    for (const std::int32_t weight : weights) largest = std::max(largest, weight);
  }
  return largest <= kMaxNarrowWeight ? Solve<std::uint16_t>(problem, flow)
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
  return SolveOnGrid(energy, last_->flow);
}

}  // namespace gradcut
