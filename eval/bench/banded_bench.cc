// banded_bench FOLDER: what the approximation `BandedMinCut` saves and loses against the exact cut,
// on the energies of a folder: CPU time, energy above the minimum, IoU with the exact mask.
#include "energy_file.h"
#include "gradcut/graphcut/banded_cut.h"
#include "gradcut/graphcut/min_cut.h"
#include "measure.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// 1 if both are empty.
double Iou(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  double both = 0, either = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += a[i] & b[i];
    either += a[i] | b[i];
  }
  return either > 0 ? both / either : 1;
}

struct Losses {
  std::vector<double> milliseconds, gain, energy, iou;
};

void Run(const fs::path& folder) {
  constexpr int kLevels[] = {1, 2, 3, 4};
  Losses losses[std::size(kLevels)];
  std::vector<double> exact_ms, pixels;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const GridEnergy energy = ReadEnergy(entry.path());
    double start = ThreadMilliseconds();
    const Cut exact = MinCut(energy);
    exact_ms.push_back(ThreadMilliseconds() - start);
    pixels.push_back(static_cast<double>(energy.size()));
    for (std::size_t k = 0; k < std::size(kLevels); ++k) {
      start = ThreadMilliseconds();
      const Cut banded = BandedMinCut(energy, kLevels[k]);
      losses[k].milliseconds.push_back(ThreadMilliseconds() - start);
      losses[k].gain.push_back(exact_ms.back() / losses[k].milliseconds.back());
      const auto above = static_cast<double>(banded.flow - exact.flow);
      losses[k].energy.push_back(100 * above / std::max(1.0, static_cast<double>(exact.flow)));
      losses[k].iou.push_back(Iou(banded.labels, exact.labels));
    }
  }
  if (exact_ms.empty()) return;
  std::printf("%zu energies of %.2f megapixels at the median; exact: %.1f ms\n\n", exact_ms.size(),
              Median(pixels) / 1e6, Median(exact_ms));
  std::puts(
      "| levels | ms | times as fast | energy above the minimum, %: median / worst "
      "| IoU with the exact mask: median / worst |\n|---|---|---|---|---|");
  for (std::size_t k = 0; k < std::size(kLevels); ++k) {
    const Losses& loss = losses[k];
    std::printf("| %d | %.1f | %.1f | %.3f / %.3f | %.4f / %.4f |\n", kLevels[k],
                Median(loss.milliseconds), Median(loss.gain), Median(loss.energy),
                *std::max_element(loss.energy.begin(), loss.energy.end()), Median(loss.iou),
                *std::min_element(loss.iou.begin(), loss.iou.end()));
  }
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  return gradcut::MainOnFolder(argc, argv, "banded_bench FOLDER", gradcut::Run);
}
