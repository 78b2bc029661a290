#include "cut/location_cut.h"

#include "cut/drawn.h"
#include "cut/outline.h"
#include "gradcut/core/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

// The threshold is at most this share of the prior's peak, so that a photo without anything that
// stands out has a mask of little confidence rather than none.
constexpr double kShareOfPeak = 0.9;

// How much higher the threshold is under which a mask is tried for its stability.
constexpr double kThresholdShift = 0.12;

// The share of the mask that `smaller`, which lies within it, keeps; 0 for an empty mask.
double ShareKept(const cv::Mat& smaller, const cv::Mat& mask) {
  const int area = cv::countNonZero(mask);
  return area > 0 ? static_cast<double>(cv::countNonZero(smaller)) / area : 0;
}

// The log odds of the location prior itself.
cv::Mat SoftLogOdds(const cv::Mat& location, const LocationOptions& options) {
  double peak = 0;
  cv::minMaxLoc(location, nullptr, &peak);
  return options.slope * (location - std::min(options.threshold, kShareOfPeak * peak));
}

// Why there is nothing to cut by, or "".
std::string WhyHopeless(const cv::Mat& trimap, const CutOptions& options) {
  if (options.location.slope > 0) return "";
  for (const auto& [value, side] :
       {std::pair(kMaskForeground, "object"), std::pair(kMaskBackground, "background")})
    if (cv::countNonZero(trimap == value) == 0)
      return fmt::format("the heat map is too flat to seed the {}", side);
  return "";
}

// Area under the ROC curve of `heat_map` as a classifier of `mask`, ties counted half.
double Separation(const cv::Mat& heat_map, const cv::Mat& mask) {
  constexpr int kBins = 1024;
  std::vector<double> inside(kBins), outside(kBins);
  for (int row = 0; row < mask.rows; ++row) {
    for (int col = 0; col < mask.cols; ++col) {
      const int bin = std::min(kBins - 1, static_cast<int>(heat_map.at<float>(row, col) * kBins));
      ++(mask.at<std::uint8_t>(row, col) == kMaskForeground ? inside : outside)[bin];
    }
  }
  double below = 0, pairs = 0, objects = 0;
  for (int bin = 0; bin < kBins; ++bin) {
    pairs += inside[bin] * (below + 0.5 * outside[bin]);
    below += outside[bin];
    objects += inside[bin];
  }
  return objects > 0 && below > 0 ? pairs / (objects * below) : 0;
}

}  // namespace

LocationPriors MakePriors(const cv::Mat& location, const CutOptions& options) {
  LocationPriors located;
  cv::Mat object = location;  // CV_32FC1, [0, 1]: of each pixel.
  Priors& priors = located.priors;
  priors.log_odds = cv::Mat::zeros(location.size(), CV_32FC1);
  if (options.location.slope == 0 || options.seeds.hard || options.seeds.strength > 0) {
    located.trimap = MakeSeeds(location, options.seeds);
    priors.log_odds = SeedLogOdds(located.trimap, options.seeds);
  }
  if (options.seeds.hard) priors.certain = located.trimap;
  if (options.location.slope > 0) {
    const cv::Mat soft = SoftLogOdds(location, options.location);
    priors.log_odds += soft;
    object = Probability(soft);
  }
  WeighColours(object, options.colour, priors);
  return located;
}

Priors Corrected(Priors priors, const cv::Mat& log_odds, const cv::Mat& certain,
                 const ColourOptions& colour) {
  priors.log_odds = log_odds;
  cv::Mat object = Probability(log_odds);
  if (!certain.empty()) {
    Impose(certain, 1, 0, object);
    priors.certain = priors.certain.empty()
                         ? cv::Mat(log_odds.size(), CV_8UC1, cv::Scalar(kTrimapUnknown))
                         : priors.certain.clone();
    Impose(certain, kMaskForeground, kMaskBackground, priors.certain);
  }
  WeighColours(object, colour, priors);
  return priors;
}

OutlineOptions OutlineBy(const CutOptions& options, const GraphcutOptions& graphcut) {
  return {.outline = options.outline,
          .probability = options.maps,
          .local_colour = LocalWeight(options.colour),
          .graphcut = graphcut};
}

Cutter::Result CutAt(const cv::Mat& location, const CutOptions& options, Cutter& cutter,
                     StageClock& clock, std::string& note) {
  const LocationPriors located = MakePriors(location, options);
  if (note.empty()) note = WhyHopeless(located.trimap, options);
  if (!note.empty()) return {cv::Mat::zeros(location.size(), CV_8UC1), {}};
  clock.Ended("priors");
  Cutter::Result cut = cutter.Cut(located.priors);
  clock.Ended("cut");
  return cut;
}

void CutByLocation(const cv::Mat& location, const cv::Mat& image, const CutOptions& options,
                   StageClock& clock, Segmentation& result) {
  Cutter cutter(Resize(image, location.size()), options.colour, options.graphcut, options.rounds);
  const Cutter::Result cut = CutAt(location, options, cutter, clock, result.note);
  if (options.rate && options.location.slope > 0 && !cut.log_odds.empty()) {
    result.confidence = Stability(cut, options, cutter);
    clock.Ended("confidence");
  }
  const Outlined whole = AtFullSize(image, cut, {}, OutlineBy(options, options.graphcut));
  clock.Ended("outline");
  result.mask = ChooseParts(whole.mask, options.mask, options.graphcut.neighbours);
  result.probability = whole.probability;
  if (options.rate && options.location.slope == 0)
    result.confidence = Separation(Resize(result.heat_map, image.size()), result.mask);
  if (cv::countNonZero(result.mask) == 0 && cv::countNonZero(whole.mask) > 0) {
    result.confidence = 0;
    result.note = "every part of the mask is smaller than mask.min_area";
  }
  clock.Ended("finish");
}

double Stability(const Cutter::Result& cut, const CutOptions& options, Cutter& cutter) {
  const cv::Mat stricter = cut.log_odds - options.location.slope * kThresholdShift;
  return ShareKept(cutter.CutOnce(stricter, cut.certain), cut.mask);
}

cv::Mat MeanOf(const std::vector<cv::Mat>& maps, cv::Size size) {
  if (maps.size() == 1) return Resize(maps[0], size);
  cv::Mat sum = cv::Mat::zeros(size, CV_32FC1);
  for (const cv::Mat& map : maps) sum += Resize(map, size);
  return sum / static_cast<double>(maps.size());
}

}  // namespace gradcut
