#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/core/options.h"

#include <array>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

namespace gradcut {

/// How hints act on the cut of an image that has some.
struct HintOptions {
  bool hard = true;  ///< Whether strokes are certain; else they are as strong as `strength` says.
  double strength = 6;  ///< Least log odds of what a stroke says, where it is, nats.
  /// How much of a stroke's evidence goes to what looks alike; the rest goes to what is near.
  double alike = 0.5;
  /// How far evidence goes to what is near: standard deviation, share of the image's longer side.
  double reach = 0.05;
  /// Takes the place of `graphcut.smoothness`: with hints, less has to be smoothed over.
  double smoothness = 10;
};

void Describe(HintOptions& options, OptionList& list);

/// What some pixels of an image tell of all its others, and how sure that is.
struct HintEvidence {
  cv::Mat seeds;   ///< `CV_8UC1`, not 0 where the hint is.
  cv::Mat weight;  ///< `CV_32FC1`, [0, 1]; 1 at the seeds.
  bool object = true;
};

/// How far a pixel's label says something about the others of its image: a half of it by the
/// activations (cells that look alike, unless much lies between), a half by the geodesic distance,
/// whose steps cost the more the more the colour changes (Bai and Sapiro 2007, "A Geodesic
/// Framework for Fast Interactive Image and Video Segmentation and Matting"). So one click moves
/// what belongs to it, not a disc.
class HintSpread {
 public:
  /// `image` is RGB `CV_8UC3`; `features` are activations of it, on one grid or on several; without
  /// any, only what is near counts. Throws `Error` for options out of range.
  HintSpread(const cv::Mat& image, std::span<const FeatureMap> features,
             const HintOptions& options);

  /// `seeds` (`CV_8UC1`) has the image's size. Nothing is evidence of nothing: without a seed, the
  /// weights are 0.
  HintEvidence From(const cv::Mat& seeds, bool object) const;

  cv::Size size() const { return size_; }

 private:
  struct Grid {
    int rows, cols;
    cv::Mat directions;  // Unit length, one row a cell.
  };
  cv::Mat Distance(const cv::Mat& seeds) const;
  cv::Mat Likeness(const cv::Mat& seeds) const;

  HintOptions options_;
  cv::Size size_;
  std::vector<Grid> grids_;
  std::array<cv::Mat, 4> steps_;  // CV_32FC1: lengths of steps to the east, south, ...
};

/// Log odds (`CV_32FC1`, nats) that evidence corrects, hint by hint: to each pixel is added the
/// mean of what the hints had to correct where they are (Nadaraya 1964; Watson 1964), weighted by
/// how far each one speaks for the pixel, with a little weight for there being nothing to correct.
/// Where a hint is, the log odds are to be at least `options.strength` on its side.
class HintCorrection {
 public:
  HintCorrection(cv::Mat log_odds, const HintOptions& options);

  /// Of the size of the log odds.
  void Add(const HintEvidence& hint);

  /// What all that was added makes of them.
  cv::Mat Corrected() const;

 private:
  cv::Mat log_odds_;
  double strength_;
  cv::Mat corrections_, weights_;  // Sums over the hints.
};

/// The same by all of some hints.
cv::Mat Corrected(const cv::Mat& log_odds, std::span<const HintEvidence> hints,
                  const HintOptions& options);

}  // namespace gradcut
