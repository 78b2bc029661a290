// Masks of a folder, with progress, and Ctrl-C that ends it in good order: mask_folder PHOTOS MASKS
#include <gradcut/core/error.h>
#include <gradcut/workflow/mask.h>

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <opencv2/core/utility.hpp>

using namespace gradcut;

static std::stop_source stop;

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  cv::setNumThreads(1);  // Images are what is done in parallel.
  std::signal(SIGINT, [](int) { stop.request_stop(); });
  RunControl control;
  control.stop = stop.get_token();
  control.log = [](LogLevel level, const std::string& line) {
    if (level <= LogLevel::kWarning) fmt::print(stderr, "\n{}\n", line);
  };
  control.progress = [](const Progress& now) {
    fmt::print(stderr, "\r{} of {}, {} failed", now.done, now.total, now.failed);
  };

  PhotoOptions options;
  options.batch = {.inputs = {argv[1]}, .output = argv[2]};
  options.recipe = Recipe::Preset("fast");
  options.save = {OutputKind::kMask, OutputKind::kOverlay};
  try {
    const BatchSummary summary = MakeMasks(options, control);
    fmt::print("{} made, {} were there, {} failed{}\n", summary.totals.ok, summary.totals.skipped,
               summary.failed, summary.interrupted ? "; stopped, call again to go on" : "");
    return summary.failed > 0 ? 1 : 0;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
