// energy_bench IMAGES: what it takes to make the energy of a photo from a prior, step by step;
// medians over the photos of 500x375 in IMAGES, CPU time, the best of five runs each. The photo's
// brightness stands in for the prior: no step's time depends on what it says.
#include "gradcut/core/image.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/image/image_io.h"
#include "gradcut/priors/colour_model.h"
#include "measure.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 5> kSteps = {"quantised colours", "contrast weights",
                                               "prior's log odds and weights", "colour log odds",
                                               "unary costs"};
using Times = std::array<double, kSteps.size()>;

Times TimeOnce(const cv::Mat& image, const cv::Mat& prior) {
  Times times;
  double start = ThreadMilliseconds();
  const auto ended = [&](int step) {
    const double now = ThreadMilliseconds();
    times[step] = now - start;
    start = now;
  };
  const ColourModel colours(image, {});
  ended(0);
  GridEnergy energy;
  AddContrastWeights(image, {}, energy);
  ended(1);
  const cv::Mat log_odds = 10 * (prior - 0.44);
  const cv::Mat object = Probability(log_odds);
  cv::Mat object_weight, background_weight;
  cv::pow(object, 2, object_weight);
  cv::pow(1 - object, 2, background_weight);
  ended(2);
  const cv::Mat colour_log_odds = colours.LogOdds(object_weight, background_weight);
  ended(3);
  SetUnary(colour_log_odds + log_odds, energy);
  ended(4);
  return times;
}

void Run(const fs::path& folder) {
  std::array<std::vector<double>, kSteps.size()> all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const cv::Mat image = ReadImage(entry.path());
    if (image.size() != cv::Size(500, 375)) continue;
    cv::Mat prior;
    cv::cvtColor(image, prior, cv::COLOR_RGB2GRAY);
    prior.convertTo(prior, CV_32F, 1 / 255.0);
    Times best = TimeOnce(image, prior);
    for (int run = 1; run < 5; ++run) {
      const Times times = TimeOnce(image, prior);
      for (std::size_t k = 0; k < best.size(); ++k) best[k] = std::min(best[k], times[k]);
    }
    for (std::size_t k = 0; k < best.size(); ++k) all[k].push_back(best[k]);
    if (all[0].size() == 50) break;
  }
  std::printf("| step | ms, median of %zu photos |\n|---|---|\n", all[0].size());
  double sum = 0;
  for (std::size_t k = 0; k < kSteps.size() && !all[k].empty(); ++k) {
    const double median = Median(all[k]);
    std::printf("| %s | %.2f |\n", kSteps[k], median);
    sum += median;
  }
  std::printf("| sum | %.2f |\n", sum);
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  return gradcut::MainOnFolder(argc, argv, "energy_bench IMAGES", gradcut::Run);
}
