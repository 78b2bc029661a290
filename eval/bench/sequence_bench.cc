// sequence_bench FOLDER: what a `CutSequence` gains over fresh cuts, on the rounds <stem>_0.energy,
// <stem>_1.energy, ... of each photo in FOLDER, and on a sweep of the smoothness of <stem>_0.
#include "energy_file.h"
#include "gradcut/graphcut/min_cut.h"
#include "measure.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// Times of all cuts but the first, which has nothing to start from.
class Comparison {
 public:
  void Add(const std::vector<GridEnergy>& energies) {
    CutSequence sequence;
    for (std::size_t k = 0; k < energies.size(); ++k) {
      const double start = ThreadMilliseconds();
      const Cut fresh = MinCut(energies[k]);
      const double middle = ThreadMilliseconds();
      const Cut next = sequence.Next(energies[k]);
      const double end = ThreadMilliseconds();
      if (fresh.flow != next.flow || fresh.labels != next.labels) {
        throw std::logic_error("the cuts differ");
      }
      if (k == 0) continue;
      fresh_.push_back(middle - start);
      next_.push_back(end - middle);
      ratio_.push_back((middle - start) / (end - middle));
    }
  }

  void Report(const char* what) const {
    std::printf("| %s | %zu | %.1f | %.1f | %.2f | %.2f |\n", what, ratio_.size(), Median(fresh_),
                Median(next_), Median(ratio_), *std::min_element(ratio_.begin(), ratio_.end()));
  }

 private:
  std::vector<double> fresh_, next_, ratio_;
};

GridEnergy Scaled(GridEnergy energy, double factor) {
  for (auto& weights : energy.pairwise) {
    for (std::int32_t& weight : weights) weight = static_cast<std::int32_t>(weight * factor);
  }
  return energy;
}

void Run(const fs::path& folder) {
  Comparison rounds, sweep;
  std::vector<fs::path> files(fs::directory_iterator(folder), {});
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    if (!file.stem().string().ends_with("_0")) continue;
    std::vector<GridEnergy> energies;
    std::string stem = file.stem().string();
    for (int round = 0;; ++round) {
      stem.back() = static_cast<char>('0' + round);
      if (!fs::exists(folder / (stem + ".energy"))) break;
      energies.push_back(ReadEnergy(folder / (stem + ".energy")));
    }
    rounds.Add(energies);
    std::vector<GridEnergy> scaled;
    for (const double factor : {0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.4}) {
      scaled.push_back(Scaled(energies[0], factor));
    }
    sweep.Add(scaled);
  }
  std::puts("| sequence | cuts | fresh, ms | next, ms | median ratio | least ratio |");
  std::puts("|---|---|---|---|---|---|");
  rounds.Report("rounds of the colour model");
  sweep.Report("smoothness 10 to 28");
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  return gradcut::MainOnFolder(argc, argv, "sequence_bench FOLDER", gradcut::Run);
}
