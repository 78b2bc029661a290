#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Log odds like those of the program for a photo whose object is known: a blurred and displaced
/// copy of the mask plays the heat map, `slope * (heat - threshold)` plus the clipped log ratio of
/// two Lab histograms that were taken where the heat is high and low.
struct StandInOptions {
  double slope = 10;
  double threshold = 0.45;
  double blur_share = 0.06;   ///< Sigma of the blur, share of the diagonal.
  double shift_share = 0.03;  ///< Displacement, share of the diagonal.
  double colour_clip = 3;     ///< Largest log ratio of the colours, nats.
};

/// `mask` is the object in [0, 255] (`CV_8UC1`), `image` RGB.
cv::Mat StandInLogOdds(const cv::Mat& image, const cv::Mat& mask, const StandInOptions& = {});

}  // namespace gradcut
