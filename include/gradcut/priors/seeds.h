#pragma once

#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Which pixels are taken for certain before the cut.
struct SeedOptions {
  /// Pixels hotter than this quantile of the heat map are object.
  double foreground_quantile = 0.95;
  /// Pixels colder than this quantile are background.
  double background_quantile = 0.30;
};

void Describe(SeedOptions& options, OptionList& list);

/// Throws `Error` for options out of range, or unless background < foreground quantile.
void CheckSeedOptions(const SeedOptions& options);

/// Trimap (`CV_8UC1`) of a heat map (`CV_32FC1`, finite): foreground above the one quantile,
/// background below the other, unknown between. Where ties make a side empty, it stays empty: a
/// constant heat map has no seed at all. Throws like `CheckSeedOptions`.
cv::Mat MakeSeeds(const cv::Mat& heat_map, const SeedOptions& options);

}  // namespace gradcut
