#include "gradcut/graphcut/min_cut.h"

#include "graphcut/solvers.h"

#include <stdexcept>

namespace gradcut {

Cut MinCut(const GridEnergy& energy, Solver solver) {
  Check(energy);
  if (energy.size() == 0) return {};
  switch (solver) {
    case Solver::kGrid:
      return SolveOnGrid(energy);
    case Solver::kBoost:
      return SolveWithBoost(energy);
  }
  throw std::logic_error("MinCut: no such solver");
}

}  // namespace gradcut
