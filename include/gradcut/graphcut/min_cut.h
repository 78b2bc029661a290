#pragma once

#include "gradcut/graphcut/energy.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace gradcut {

/// Which algorithm finds the minimum cut. All give the same flow and the same labels.
enum class Solver {
  /// Incremental breadth-first search (Goldberg et al. 2011) on an implicit grid, started from the
  /// flow of the same problem on coarser grids. 27 bytes a pixel for weights up to 32767, else 43,
  /// and up to 20 more while it runs. Grids of more than a megapixel are solved in strips on the
  /// threads that the caller's TBB arena has to spare, then joined.
  kGrid,
  /// Boost.Graph's `boykov_kolmogorov_max_flow` (Boykov and Kolmogorov 2004), the reference.
  kBoost,
};

/// A minimum cut.
struct Cut {
  /// 1 for pixels reachable from the source in the residual graph, else 0: of all minimum cuts the
  /// one with the smallest foreground, whichever solver found it. Size rows * cols.
  std::vector<std::uint8_t> labels;
  /// The maximum flow; `flow + energy.constant` is the energy of `labels`.
  std::int64_t flow = 0;
};

/// The labelling of least energy. Throws `std::invalid_argument` for an energy that `Check`
/// refuses. An energy without pixels has an empty cut.
///
///     GridEnergy energy = MakeGridEnergy(1, 3, /*neighbours=*/4);
///     energy.unary = {5, -1, -1};                       // The first pixel favours foreground,
///     energy.pairwise[GridEnergy::kEast] = {3, 1, 0};   // and sticks to the second one.
///     Cut cut = MinCut(energy);                         // labels 1 1 0, flow 2
Cut MinCut(const GridEnergy& energy, Solver solver = Solver::kGrid);

/// Cuts energies that resemble one another, such as the rounds of a colour model. A cut starts from
/// the flow of the one before (Kohli and Torr 2005) if only unary costs have changed, and afresh
/// otherwise. The results are those of `MinCut`, only sooner. Keeps 22 or 38 bytes a pixel.
class CutSequence {
 public:
  CutSequence();
  ~CutSequence();
  CutSequence(CutSequence&&) noexcept;
  CutSequence& operator=(CutSequence&&) noexcept;

  /// Throws like `MinCut`. Sizes and weights may change.
  Cut Next(const GridEnergy& energy);

 private:
  struct LastFlow;
  std::unique_ptr<LastFlow> last_;
};

}  // namespace gradcut
