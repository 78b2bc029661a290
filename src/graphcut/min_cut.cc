#include "gradcut/graphcut/min_cut.h"

#include "graphcut/boost_solver.h"
#include "graphcut/grid_solver.h"

#include <stdexcept>

namespace gradcut {

Cut MinCut(const GridEnergy& energy, Solver solver) {
  if (solver == Solver::kGrid) return CutSequence().Next(energy);
  if (solver != Solver::kBoost) throw std::logic_error("MinCut: no such solver");
  Check(energy);
  return energy.size() == 0 ? Cut() : SolveWithBoost(energy);
}

}  // namespace gradcut
