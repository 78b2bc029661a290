#include "segment/location_cut.h"

#include "gradcut/core/image.h"
#include "segment/drawn.h"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <utility>

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

}  // namespace

Located MakePriors(const cv::Mat& location, const SegmenterOptions& options) {
  Located located;
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

std::string WhyHopeless(const cv::Mat& trimap, const SegmenterOptions& options) {
  if (options.location.slope > 0) return "";
  for (const auto& [value, side] :
       {std::pair(kMaskForeground, "object"), std::pair(kMaskBackground, "background")})
    if (cv::countNonZero(trimap == value) == 0)
      return fmt::format("the heat map is too flat to seed the {}", side);
  return "";
}

double Stability(const Cutter::Result& cut, const SegmenterOptions& options, Cutter& cutter) {
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
