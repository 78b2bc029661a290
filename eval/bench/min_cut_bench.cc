// min_cut_bench FOLDER [--benchmark_...]: all solvers on all energies (*.energy) of a folder.
// A benchmark is named FILE/SOLVER; its counters are build_ms, solve_ms (CPU time) and flow.
#include "energy_file.h"
#include "gradcut/graphcut/min_cut.h"
#include "measure.h"
#include "opponents.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

template <Solver solver>
Timing TimeOurs(const GridEnergy& energy) {
  const double start = ThreadMilliseconds();
  const Cut cut = MinCut(energy, solver);
  return {0, ThreadMilliseconds() - start, cut.flow};
}

struct Contender {
  const char* name;
  Timing (*run)(const GridEnergy&);
};

constexpr Contender kContenders[] = {
    {"grid", TimeOurs<Solver::kGrid>},   {"boost-implicit", TimeOurs<Solver::kBoost>},
    {"boost-bk", BoostBoykovKolmogorov}, {"boost-push-relabel", BoostPushRelabel},
    {"opencv", OpenCvGcGraph},
};

void Run(benchmark::State& state, const std::filesystem::path& file, const Contender& contender) {
  const GridEnergy energy = ReadEnergy(file);
  Timing best;
  bool first = true;
  for ([[maybe_unused]] auto _ : state) {
    const Timing timing = contender.run(energy);
    const double total = timing.build_ms + timing.solve_ms;
    state.SetIterationTime(total / 1e3);
    if (first || total < best.build_ms + best.solve_ms) best = timing;
    first = false;
  }
  state.counters["build_ms"] = best.build_ms;
  state.counters["solve_ms"] = best.solve_ms;
  state.counters["flow"] = static_cast<double>(best.flow);
  state.counters["pixels"] = static_cast<double>(energy.size());
}

std::vector<std::filesystem::path> EnergyFiles(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".energy") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::cerr << "usage: min_cut_bench FOLDER [--benchmark_...]\n";
    return 2;
  }
  for (const auto& file : EnergyFiles(argv[1])) {
    for (const Contender& contender : kContenders) {
      benchmark::RegisterBenchmark(
          (file.stem().string() + "/" + contender.name).c_str(),
          [file, &contender](benchmark::State& state) { Run(state, file, contender); })
          ->UseManualTime()
          ->Iterations(
              contender.run == TimeOurs<Solver::kGrid> || contender.run == OpenCvGcGraph ? 3 : 1)
          ->Unit(benchmark::kMillisecond);
    }
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) { return gradcut::Main(argc, argv); }
