#pragma once

#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Colour models of object and background as histograms (Boykov and Jolly 2001, section 4), in
/// CIE Lab, smoothed.
struct ColourOptions {
  /// Weight of the colour log ratio in the unary cost. 0: colour is not looked at.
  double weight = 1;
  /// A pixel of heat h counts h^sharpness in the object's histogram and (1 - h)^sharpness in the
  /// background's.
  double sharpness = 2;
  /// Bins a channel.
  int bins = 64;
  /// Standard deviation of the smoothing of the histogram, bins.
  double smoothing = 1;
  /// The log ratio is held within +- this, nats, so that no colour is ever certain.
  double clip = 3;
};

void Describe(ColourOptions& options, OptionList& list);

/// An image with each pixel replaced by its colour's cell: what the histograms count. Made once an
/// image, used for every colour model of it.
struct ColourCells {
  cv::Mat cells;  ///< `CV_32SC1`, in [0, bins^3).
  int bins = 0;
};

/// Quantises an RGB image (`CV_8UC3`) in Lab, `bins` a channel.
ColourCells QuantiseColours(const cv::Mat& image, int bins);

/// `weight * log(p(colour | object) / p(colour | background))` at each pixel (`CV_32FC1`, within
/// +- weight * clip). `object_weight` (`CV_32FC1`, in [0, 1]) and `background_weight` say how much
/// each pixel counts in the one and in the other histogram. A side without any weight says nothing:
/// the log odds are then 0 everywhere.
cv::Mat ColourLogOdds(const ColourCells& colours, const cv::Mat& object_weight,
                      const cv::Mat& background_weight, const ColourOptions& options);

}  // namespace gradcut
