#pragma once

#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// What the hottest and the coldest pixels of a heat map say before the cut.
struct SeedOptions {
  /// Pixels hotter than this quantile of the heat map are taken for object.
  double foreground_quantile = 0.95;
  /// Pixels colder than this quantile are taken for background.
  double background_quantile = 0.30;
  /// How much a seed adds to the log odds of its side, nats.
  double strength = 1;
  /// Seeds are certain instead, whatever the image says (Boykov and Jolly 2001). A gradient's heat
  /// map often marks some background too, which a hard seed would keep.
  bool hard = false;
};

void Describe(SeedOptions& options, OptionList& list);

/// Throws `Error` for options out of range, or unless background < foreground quantile.
void CheckSeedOptions(const SeedOptions& options);

/// Trimap (`CV_8UC1`) of a heat map (`CV_32FC1`, finite): foreground above the one quantile,
/// background below the other, unknown between. Where a quantile is the least (greatest) value
/// itself, as where a ReLU made most of it 0, the pixels of that value are the side's; a constant
/// heat map has no seed at all. Throws like `CheckSeedOptions`.
cv::Mat MakeSeeds(const cv::Mat& heat_map, const SeedOptions& options);

/// Log odds (`CV_32FC1`, nats) of a trimap's seeds: +-`strength`, 0 where unknown.
cv::Mat SeedLogOdds(const cv::Mat& trimap, const SeedOptions& options);

}  // namespace gradcut
