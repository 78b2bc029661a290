#pragma once

#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

namespace gradcut {

/// What the values of a map mean.
enum class HeatValues {
  kHeat,         ///< In [0, 1]: the more the likelier, at no particular scale.
  kProbability,  ///< The probability of the class.
};

/// What heat is set against.
enum class HeatBackground {
  kOtsu,   ///< The level that parts the image's values best in two (Otsu 1979).
  kMean,   ///< The mean value of the image.
  kLevel,  ///< `level`: IRN's rule (Ahn, Cho and Kwak 2019).
  kPower,  ///< (1 - largest value of the pixel)^power: PSA's rule (Ahn and Kwak 2018).
};

/// How heat maps, or probabilities, of any method become log odds.
struct HeatPriorOptions {
  HeatValues values = HeatValues::kHeat;
  /// Heat is first scaled so that the least value of the image's maps is 0 and the largest 1.
  bool stretch = true;
  HeatBackground background = HeatBackground::kOtsu;
  double level = 0.5;  ///< Heat of the background, for `kLevel`.
  double power = 4;    ///< For `kPower`.
  /// Log odds a unit of heat above the background, nats; probabilities have a scale of their own.
  double slope = 6;
};

/// Keys "prior.values" and so on.
void Describe(HeatPriorOptions& options, OptionList& list);

/// Log odds of each class against the background (`CV_32FC1`, nats, one a map) from maps
/// (`CV_32FC1` in [0, 1], all of one size): `slope * (heat - background)`, or
/// `log(probability / probability of the background)`. `background` is a map of its own, where
/// there is one, else empty: heat then follows `options.background`, and a probability is what the
/// others leave of 1. Throws `Error` for options out of range, `std::invalid_argument` for no map,
/// sizes that differ or values outside [0, 1].
std::vector<cv::Mat> HeatLogOdds(std::span<const cv::Mat> maps, const cv::Mat& background,
                                 const HeatPriorOptions& options);

/// Otsu's level of a map's values in [0, 1]: of 256 levels the one whose two sides, the values up
/// to it and those above, have the largest variance between them; 0.5 for a constant map.
double OtsuLevel(const cv::Mat& map);

}  // namespace gradcut
