#pragma once

#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// Colours of heat maps, from cold to hot; all but grey are perceptually ordered.
enum class ColourMap { kTurbo, kViridis, kInferno, kGrey };

/// How results are drawn. Changes no mask.
struct RenderOptions {
  ColourMap colour_map = ColourMap::kTurbo;
  /// Width of the soft edge of cut-outs, pixels: the mask is smoothed along the image's own edges
  /// (see `SoftEdge`). 0: hard.
  double feather = 0;
  /// What is behind the object of a cut-out: "transparent", "blur" (the background itself, out of
  /// focus), a colour as "#rrggbb", or "white", "grey", "black".
  std::string background = "transparent";
};

void Describe(RenderOptions& options, OptionList& list);

/// Those of cut-outs alone.
void DescribeCutout(RenderOptions& options, OptionList& list);

/// A heat map (`CV_32FC1`, [0, 1]) in colours: RGB `CV_8UC3`.
cv::Mat ColourHeatMap(const cv::Mat& heat_map, ColourMap colour_map = ColourMap::kTurbo);

/// The image with its object tinted and outlined: RGB `CV_8UC3`.
cv::Mat Overlay(const cv::Mat& image, const cv::Mat& mask);

/// The image with a heat map blended over it, the more the hotter: RGB `CV_8UC3`.
cv::Mat HeatMapOverlay(const cv::Mat& image, const cv::Mat& heat_map,
                       ColourMap colour_map = ColourMap::kTurbo);

}  // namespace gradcut
