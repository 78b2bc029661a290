// Heat maps of any method become masks that follow the images: refine_maps IMAGES MAPS MASKS
#include <gradcut/core/error.h>
#include <gradcut/workflow/refine.h>

#include <fmt/format.h>

#include <cstdio>
#include <opencv2/core/utility.hpp>

int main(int argc, char** argv) {
  using namespace gradcut;
  if (argc != 4) return 2;
  cv::setNumThreads(1);
  RefineOptions options;
  options.batch = {.inputs = {argv[1]}, .output = argv[3]};
  options.heat_maps = argv[2];
  options.settings.prior.slope = 8;  // Nats a unit of heat: trust the maps more than by default.
  RunControl control;
  control.log = [](LogLevel level, const std::string& line) {
    if (level <= LogLevel::kWarning) fmt::print(stderr, "{}\n", line);
  };
  try {
    const BatchSummary summary = RefineMaps(options, control);
    fmt::print("{} refined, {} failed\n", summary.totals.ok, summary.failed);
    return summary.failed > 0 ? 1 : 0;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
