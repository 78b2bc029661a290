#pragma once

#include "gradcut/segment/segmenter_options.h"
#include "segment/cutter.h"

#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

// What a location prior says.
struct Located {
  cv::Mat trimap;  // Seeds; empty if none are asked for.
  Priors priors;
};

Located MakePriors(const cv::Mat& location, const SegmenterOptions& options);

// The same with log odds that hints have corrected, and with what they make certain: a trimap, or
// nothing.
Priors Corrected(Priors priors, const cv::Mat& log_odds, const cv::Mat& certain,
                 const ColourOptions& colour);

// Why there is nothing to cut by, or "".
std::string WhyHopeless(const cv::Mat& trimap, const SegmenterOptions& options);

// The share of a mask that is left when the threshold of the location prior rises.
double Stability(const Cutter::Result& cut, const SegmenterOptions& options, Cutter& cutter);

// The mean of maps of any size, of that size; one map as it is.
cv::Mat MeanOf(const std::vector<cv::Mat>& maps, cv::Size size);

}  // namespace gradcut
