// A minimum cut of an energy of one's own, without any image. Prints its labels.
#include <gradcut/graphcut/min_cut.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

int main() {
  using namespace gradcut;
  GridEnergy energy = MakeGridEnergy(/*rows=*/1, /*cols=*/3, /*neighbours=*/4);
  energy.unary = {5, -1, -1};                      // The first pixel favours the object,
  energy.pairwise[GridEnergy::kEast] = {3, 1, 0};  // and sticks to the second one.
  const Cut cut = MinCut(energy);
  fmt::print("labels {}, energy {}\n", fmt::join(cut.labels, " "), cut.flow + energy.constant);
}
