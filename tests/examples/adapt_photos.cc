// An objectness head from photos without any labels, and masks with it:
// adapt_photos PHOTOS HEAD.safetensors MASKS
#include <gradcut/core/error.h>
#include <gradcut/workflow/adapt.h>
#include <gradcut/workflow/mask.h>

#include <fmt/format.h>

#include <cstdio>
#include <opencv2/core/utility.hpp>

int main(int argc, char** argv) {
  using namespace gradcut;
  if (argc != 4) return 2;
  cv::setNumThreads(1);
  RunControl control;
  control.log = [](LogLevel, const std::string& line) { fmt::print("{}\n", line); };
  try {
    AdaptOptions adapt;
    adapt.inputs = {argv[1]};
    adapt.output = argv[2];
    adapt.rounds = 2;
    const AdaptSummary learned = Adapt(adapt, control);
    if (learned.interrupted) return 1;

    PhotoOptions masks;
    masks.batch = {.inputs = {argv[1]}, .output = argv[3]};
    masks.recipe.objectness = argv[2];
    const BatchSummary summary = MakeMasks(masks);
    fmt::print("learned from {} photos; {} masks\n", learned.photos - learned.failed,
               summary.totals.ok);
    return summary.failed > 0 ? 1 : 0;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
