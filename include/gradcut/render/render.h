#pragma once

#include "gradcut/core/image_length.h"
#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// Colours of heat maps, from cold to hot; all but grey are perceptually ordered.
enum class ColourMap { kTurbo, kViridis, kInferno, kGrey };

/// The formats of cut-outs.
enum class CutoutFormat { kPng, kWebp, kJpeg };

/// How results are drawn. Changes no mask.
struct RenderOptions {
  ColourMap colour_map = ColourMap::kTurbo;
  /// Width of the soft edge of cut-outs, of the photo's longer side where it is in percent: the
  /// mask is smoothed along the photo's own edges (see `SoftEdge`). 0: hard.
  ImageLength feather = 0;
  /// The soft edge of cut-outs, `feather` to both sides of the outline (0: 1 % of the photo's
  /// longer side), is estimated from the photo (see `EstimateAlpha`), and in it the colours of the
  /// background are taken out of the object's (see `EstimateForeground`): hair and fur.
  bool matte = false;
  /// What is behind the object of a cut-out: "transparent", "blur" (the background itself, out of
  /// focus), a colour as "#rrggbb" or by its name in CSS 2.1, or the path of a picture, which is
  /// scaled to cover the cut-out and shows its middle.
  std::string background = "transparent";
  /// The part of the photo that a cut-out shows: "none" (all of it), "object" (the box of the
  /// object, of all of the photo where there is none) or "object:MARGIN" (a `ParseImageLength` more
  /// on each side, as far as the photo goes; percent are of the box's longer side).
  std::string crop = "none";
  CutoutFormat format = CutoutFormat::kPng;
  /// Of cut-outs in WebP and JPEG, [1, 100]. 0: lossless WebP, JPEG of 90.
  int quality = 0;
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
