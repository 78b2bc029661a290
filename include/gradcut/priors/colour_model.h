#pragma once

#include "gradcut/core/options.h"

#include <array>
#include <opencv2/core/mat.hpp>
#include <vector>

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
  /// How many times as much colours count place by place (`LocalColourModel`), which takes the
  /// place of one model for all after the first round, and serves along the outline. 0: each round
  /// is as the first, and the outline follows prior and contrast alone.
  double local = 2;
  /// The log ratio is held within +- this, nats, so that no colour is ever certain.
  double clip = 3;
};

void Describe(ColourOptions& options, OptionList& list);

/// Makes the tables that OpenCV needs for Lab, which takes 0.1 s. Whoever needs them first does;
/// this is for a thread that can do it while others still read files.
void PrepareColours();

/// What the colours of one image say of its pixels. Quantises the image once; then any weights of
/// its pixels make two histograms.
class ColourModel {
 public:
  /// Quantises an RGB image (`CV_8UC3`) in Lab. Throws `Error` for options out of range.
  ColourModel(const cv::Mat& image, const ColourOptions& options);

  /// `weight * log(p(colour | object) / p(colour | background))` at each pixel (`CV_32FC1`, within
  /// +- weight * clip). `object_weight` (`CV_32FC1`, in [0, 1], of the image's size) and
  /// `background_weight` say how much each pixel counts in the one and in the other histogram. A
  /// side without any weight says nothing: the log odds are then 0 everywhere.
  cv::Mat LogOdds(const cv::Mat& object_weight, const cv::Mat& background_weight) const;

 private:
  using Histogram = std::vector<double>;

  Histogram Count(const cv::Mat& weight) const;
  Histogram Density(const cv::Mat& weight) const;

  ColourOptions options_;
  std::vector<double> kernel_;  // Of the smoothing, for offsets -radius..radius.
  // Histograms cover the part of the cube that the image's colours can be smoothed into: much less
  // than the cube in most photos.
  std::array<int, 3> size_ = {};  // Bins of L, a and b.
  cv::Mat cells_;                 // CV_32SC1: each pixel's index into a histogram.
};

}  // namespace gradcut
