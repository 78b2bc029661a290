#pragma once

#include "gradcut/priors/hint_evidence.h"
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

// What hints say of each pixel: evidence, and a trimap of what is certain (may be empty).
struct Told {
  std::vector<HintEvidence> evidence = {};
  cv::Mat certain = {};
};

// The same, corrected by hints.
Priors MakePriors(const cv::Mat& location, const SegmenterOptions& options, const Told& told);

// Why there is nothing to cut by, or "".
std::string WhyHopeless(const cv::Mat& trimap, const SegmenterOptions& options);

// The share of a mask that is left when the threshold of the location prior rises.
double Stability(const Cutter::Result& cut, const SegmenterOptions& options, Cutter& cutter);

// The mean of maps of any size, of that size; one map as it is.
cv::Mat MeanOf(const std::vector<cv::Mat>& maps, cv::Size size);

}  // namespace gradcut
