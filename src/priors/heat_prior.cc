#include "gradcut/priors/heat_prior.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// A probability is never taken for certain.
constexpr double kLeastProbability = 1e-4;

struct Range {
  double least = 1;
  double largest = 0;
};

Range RangeOf(std::span<const cv::Mat> maps, const cv::Mat& background) {
  Range range;
  const auto add = [&range](const cv::Mat& map) {
    double least = 0, largest = 0;
    cv::minMaxLoc(map, &least, &largest);
    range.least = std::min(range.least, least);
    range.largest = std::max(range.largest, largest);
  };
  for (const cv::Mat& map : maps) add(map);
  if (!background.empty()) add(background);
  return range;
}

cv::Mat Stretched(const cv::Mat& map, const Range& range) {
  const double span = range.largest - range.least;
  return span > 0 ? cv::Mat((map - range.least) / span) : map;
}

cv::Mat LargestOf(std::span<const cv::Mat> maps) {
  cv::Mat largest = maps[0].clone();
  for (const cv::Mat& map : maps.subspan(1)) cv::max(largest, map, largest);
  return largest;
}

cv::Mat BackgroundHeat(std::span<const cv::Mat> maps, const HeatPriorOptions& options) {
  const cv::Mat largest = LargestOf(maps);
  const auto everywhere = [&](double level) { return cv::Mat(largest.size(), CV_32FC1, level); };
  switch (options.background) {
    case HeatBackground::kOtsu:
      return everywhere(OtsuLevel(largest));
    case HeatBackground::kMean:
      return everywhere(cv::mean(largest)[0]);
    case HeatBackground::kLevel:
      return everywhere(options.level);
    case HeatBackground::kPower: {
      cv::Mat power;
      cv::pow(cv::max(1 - largest, 0), options.power, power);  // Rounding may exceed 1.
      return power;
    }
  }
  throw std::logic_error("unknown background rule");
}

std::vector<cv::Mat> OfHeat(std::span<const cv::Mat> maps, const cv::Mat& background,
                            const HeatPriorOptions& options) {
  std::vector<cv::Mat> heat(maps.begin(), maps.end());
  cv::Mat against = background;
  if (options.stretch) {
    const Range range = RangeOf(maps, background);
    for (cv::Mat& map : heat) map = Stretched(map, range);
    if (!background.empty()) against = Stretched(background, range);
  }
  if (against.empty()) against = BackgroundHeat(heat, options);
  // Into new matrices: without stretching, `heat` is the caller's.
  std::vector<cv::Mat> log_odds;
  for (const cv::Mat& map : heat) log_odds.emplace_back(options.slope * (map - against));
  return log_odds;
}

cv::Mat LogOf(const cv::Mat& probability) {
  cv::Mat log;
  cv::log(cv::max(probability, kLeastProbability), log);
  return log;
}

std::vector<cv::Mat> OfProbability(std::span<const cv::Mat> maps, const cv::Mat& background) {
  cv::Mat rest = background;
  if (rest.empty()) {
    rest = cv::Mat::ones(maps[0].size(), CV_32FC1);
    for (const cv::Mat& map : maps) rest -= map;
  }
  const cv::Mat against = LogOf(rest);
  std::vector<cv::Mat> log_odds;
  for (const cv::Mat& map : maps) log_odds.emplace_back(LogOf(map) - against);
  return log_odds;
}

}  // namespace

void Describe(HeatPriorOptions& o, OptionList& list) {
  list.Choice("prior.values", o.values,
              {{"heat", HeatValues::kHeat}, {"probability", HeatValues::kProbability}},
              "what the maps, whose values are in [0, 1], hold: heat, whose height says little, or "
              "probabilities of the classes");
  list.Boolean("prior.stretch", o.stretch, "scale an image's heat to [0, 1] first");
  list.Choice("prior.background", o.background,
              {{"otsu", HeatBackground::kOtsu},
               {"mean", HeatBackground::kMean},
               {"level", HeatBackground::kLevel},
               {"power", HeatBackground::kPower}},
              "heat of the background: Otsu's level or the mean of the image, prior.level, or "
              "(1 - largest heat)^prior.power");
  list.Number("prior.level", o.level, 0, 1, "heat of the background with prior.background level");
  list.Number("prior.power", o.power, 0, 100, "exponent of prior.background power");
  list.Number("prior.slope", o.slope, 0, 1000,
              "log odds a unit of heat above the background, nats");
}

std::vector<cv::Mat> HeatLogOdds(std::span<const cv::Mat> maps, const cv::Mat& background,
                                 const HeatPriorOptions& options) {
  Validate(options);
  if (maps.empty()) throw std::invalid_argument("HeatLogOdds: no map");
  for (const cv::Mat& map : maps) {
    CheckHeatMap(map, "HeatLogOdds: map");
    CheckShares(map, "HeatLogOdds: map");
    CheckSameSize(maps[0], "HeatLogOdds: first map", map, "another one");
  }
  if (!background.empty()) {
    CheckHeatMap(background, "HeatLogOdds: background");
    CheckShares(background, "HeatLogOdds: background");
    CheckSameSize(maps[0], "HeatLogOdds: first map", background, "background");
  }
  return options.values == HeatValues::kProbability ? OfProbability(maps, background)
                                                    : OfHeat(maps, background, options);
}

double OtsuLevel(const cv::Mat& map) {
  CheckHeatMap(map, "OtsuLevel: map");
  CheckFinite(map, "OtsuLevel: map");
  constexpr int kLevels = 256;
  std::array<double, kLevels> count = {}, sum = {};
  double all = 0;
  for (int row = 0; row < map.rows; ++row) {
    for (int col = 0; col < map.cols; ++col) {
      const double value = map.at<float>(row, col);
      const int level =
          std::clamp(static_cast<int>(std::clamp(value, 0.0, 1.0) * kLevels), 0, kLevels - 1);
      ++count[level];
      sum[level] += value;
      all += value;
    }
  }
  // Levels between two clusters do equally well: their middle is taken.
  double below = 0, below_sum = 0, best = 0;
  int first = kLevels / 2 - 1, last = first;
  const auto total = static_cast<double>(map.total());
  for (int level = 0; level < kLevels - 1; ++level) {
    below += count[level];
    below_sum += sum[level];
    if (below == 0 || below == total) continue;
    const double distance = below_sum / below - (all - below_sum) / (total - below);
    const double between = below * (total - below) * distance * distance;
    if (between < best) continue;
    if (between > best) first = level;
    last = level;
    best = between;
  }
  return (0.5 * (first + last) + 1) / kLevels;
}

}  // namespace gradcut
