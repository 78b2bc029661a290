#include "gradcut/priors/seeds.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

// The value below which a share `quantile` of the values lies (the lower one of two neighbours).
float Quantile(std::vector<float>& values, double quantile) {
  const auto rank = static_cast<std::ptrdiff_t>(quantile * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

}  // namespace

void Describe(SeedOptions& o, OptionList& list) {
  list.Number("seeds.foreground_quantile", o.foreground_quantile, 0, 1,
              "pixels hotter than this quantile of the heat map are object");
  list.Number("seeds.background_quantile", o.background_quantile, 0, 1,
              "pixels colder than this quantile of the heat map are background");
  list.Number("seeds.strength", o.strength, 0, 1000,
              "how much a seed adds to the log odds of its side, nats");
  list.Boolean("seeds.hard", o.hard, "whether seeds are certain, whatever the image says");
}

void CheckSeedOptions(const SeedOptions& options) {
  Validate(options);
  Require(options.background_quantile < options.foreground_quantile,
          "seeds.background_quantile = {}, must be below seeds.foreground_quantile = {}",
          options.background_quantile, options.foreground_quantile);
}

cv::Mat MakeSeeds(const cv::Mat& heat_map, const SeedOptions& options) {
  CheckSeedOptions(options);
  CheckHeatMap(heat_map, "MakeSeeds: heat map");
  CheckFinite(heat_map, "MakeSeeds: heat map");
  std::vector<float> values(heat_map.begin<float>(), heat_map.end<float>());
  const float background_below = Quantile(values, options.background_quantile);
  const float foreground_above = Quantile(values, options.foreground_quantile);
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());

  cv::Mat trimap(heat_map.size(), CV_8UC1, cv::Scalar(kTrimapUnknown));
  if (*least == *greatest) return trimap;
  // Where a quantile is the end of the values, many pixels share it: after a ReLU most are 0.
  const bool coldest = background_below == *least && options.background_quantile > 0;
  const bool hottest = foreground_above == *greatest && options.foreground_quantile < 1;
  trimap.setTo(kMaskBackground, coldest ? heat_map == *least : heat_map < background_below);
  trimap.setTo(kMaskForeground, hottest ? heat_map == *greatest : heat_map > foreground_above);
  return trimap;
}

cv::Mat SeedLogOdds(const cv::Mat& trimap, const SeedOptions& options) {
  CheckSeedOptions(options);
  CheckMask(trimap, "SeedLogOdds: trimap");
  const auto strength = static_cast<float>(options.strength);
  cv::Mat log_odds = cv::Mat::zeros(trimap.size(), CV_32FC1);
  log_odds.setTo(strength, trimap == kMaskForeground);
  log_odds.setTo(-strength, trimap == kMaskBackground);
  return log_odds;
}

}  // namespace gradcut
