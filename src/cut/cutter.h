#pragma once

#include "gradcut/core/options.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/graphcut/min_cut.h"
#include "gradcut/priors/colour_model.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

// The size at which an image of that size is cut.
cv::Size WorkingSize(cv::Size size, double max_megapixels);

// Keys "segment.max_megapixels", "segment.outline" and "segment.rounds".
void DescribeCutting(double& max_megapixels, bool& outline, int& rounds, OptionList& list);

// Each value raised to the exponent.
cv::Mat Power(const cv::Mat& map, double exponent);

// What is known of each pixel before the first cut.
struct Priors {
  cv::Mat log_odds;           // CV_32FC1; does not change from round to round.
  cv::Mat object_weight;      // CV_32FC1, [0, 1]: how much it counts in the first colour models.
  cv::Mat background_weight;  // Likewise.
  cv::Mat certain = {};       // A trimap of certain labels; may be empty.
};

// Sets how much each pixel counts in the first colour models, by its probability to be object
// (CV_32FC1).
void WeighColours(const cv::Mat& object, const ColourOptions& colour, Priors& priors);

// How much colours count place by place.
inline double LocalWeight(const ColourOptions& colour) { return colour.weight * colour.local; }

// What the colours of a mask's sides say of each pixel (CV_32FC1, log odds): place by place, or
// where `options.local` is 0 by the image's own colour model.
cv::Mat ColoursOf(const cv::Mat& image, const cv::Mat& mask, const ColourModel& colours,
                  const ColourOptions& options);

// Colour models and cuts of one image, alternating.
class Cutter {
 public:
  Cutter(const cv::Mat& image, const ColourOptions& colour, const GraphcutOptions& graphcut,
         int rounds);

  struct Result {
    cv::Mat mask;
    cv::Mat log_odds;      // Of the last round, before smoothing by the cut.
    cv::Mat prior = {};    // The log odds without colours.
    cv::Mat certain = {};  // As in `Priors`.
  };
  Result Cut(const Priors& priors);

  // The mask by log odds that take colours into account already; `certain` as in `Priors`.
  cv::Mat CutOnce(const cv::Mat& log_odds, const cv::Mat& certain);

 private:
  gradcut::Cut Minimum();

  const cv::Mat image_;
  const ColourOptions colour_;
  const GraphcutOptions& graphcut_;
  const int rounds_;
  const cv::Size size_;
  const ColourModel colours_;
  GridEnergy energy_;
  CutSequence sequence_;
};

}  // namespace gradcut
