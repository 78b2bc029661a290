#pragma once

#include "cut/cutter.h"
#include "cut/outline.h"
#include "cut/stage_clock.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/cut/segmentation.h"

#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

// What a location prior says.
struct LocationPriors {
  cv::Mat trimap;  // Seeds; empty if none are asked for.
  Priors priors;
};

LocationPriors MakePriors(const cv::Mat& location, const CutOptions& options);

// The same with log odds that hints have corrected, and with what they make certain: a trimap, or
// nothing.
Priors Corrected(Priors priors, const cv::Mat& log_odds, const cv::Mat& certain,
                 const ColourOptions& colour);

// How a cut is brought to the image's size.
OutlineOptions OutlineBy(const CutOptions& options, const GraphcutOptions& graphcut);

// The mask of an image by a location prior, of the size of the cutter's, with log odds if there was
// something to cut by; else `note` says why not.
Cutter::Result CutAt(const cv::Mat& location, const CutOptions& options, Cutter& cutter,
                     StageClock& clock, std::string& note);

// Cuts an image by its location prior, of the size that it is cut at, and fills in what `result`
// lacks: it has the heat map, and a note where there is nothing to cut by.
void CutByLocation(const cv::Mat& location, const cv::Mat& image, const CutOptions& options,
                   StageClock& clock, Segmentation& result);

// The share of a mask that is left when the threshold of the location prior rises.
double Stability(const Cutter::Result& cut, const CutOptions& options, Cutter& cutter);

// The mean of maps of any size, of that size; one map as it is.
cv::Mat MeanOf(const std::vector<cv::Mat>& maps, cv::Size size);

}  // namespace gradcut
