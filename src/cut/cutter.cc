#include "cut/cutter.h"

#include "gradcut/core/image.h"
#include "gradcut/graphcut/banded_cut.h"
#include "gradcut/priors/local_colour_model.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

cv::Mat MaskOf(const gradcut::Cut& cut, cv::Size size) {
  return cv::Mat(size, CV_8UC1, const_cast<std::uint8_t*>(cut.labels.data())) * kMaskForeground;
}

}  // namespace

cv::Size WorkingSize(cv::Size size, double max_megapixels) {
  const double most = std::min(max_megapixels * 1e6, static_cast<double>(kMaxPixels));
  const double scale = std::sqrt(most / (static_cast<double>(size.width) * size.height));
  if (scale >= 1) return size;
  return {std::max(1, static_cast<int>(size.width * scale)),
          std::max(1, static_cast<int>(size.height * scale))};
}

void DescribeCutting(double& max_megapixels, bool& outline, int& rounds, OptionList& list) {
  list.Number("segment.max_megapixels", max_megapixels, 0.001, 1000,
              "larger images are cut at this size, 10^6 pixels; then near the outline alone");
  list.Boolean("segment.outline", outline,
               "cut larger images again near the outline, up to their own size; else the mask is "
               "scaled up");
  list.Integer("segment.rounds", rounds, 1, 20, "colour models and cuts, alternating");
}

cv::Mat Power(const cv::Mat& map, double exponent) {
  cv::Mat power;
  cv::pow(map, exponent, power);
  return power;
}

void WeighColours(const cv::Mat& object, const ColourOptions& colour, Priors& priors) {
  priors.object_weight = Power(object, colour.sharpness);
  priors.background_weight = Power(1 - object, colour.sharpness);
}

cv::Mat ColoursOf(const cv::Mat& image, const cv::Mat& mask, const ColourModel& colours,
                  const ColourOptions& options) {
  if (options.local > 0)
    return LocalWeight(options) *
           LocalColourModel(image, mask).LogOdds(image, {{0, 0}, image.size()});
  cv::Mat object;
  mask.convertTo(object, CV_32FC1, 1.0 / kMaskForeground);
  return colours.LogOdds(object, 1 - object);
}

Cutter::Cutter(const cv::Mat& image, const ColourOptions& colour, const GraphcutOptions& graphcut,
               int rounds)
    : image_(image),
      colour_(colour),
      graphcut_(graphcut),
      rounds_(rounds),
      size_(image.size()),
      colours_(image, colour) {
  AddContrastWeights(image, graphcut, energy_);
}

Cutter::Result Cutter::Cut(const Priors& priors) {
  Result result;
  for (int round = 0; round < rounds_; ++round) {
    const cv::Mat colours = round == 0
                                ? colours_.LogOdds(priors.object_weight, priors.background_weight)
                                : ColoursOf(image_, result.mask, colours_, colour_);
    const cv::Mat log_odds = colours + priors.log_odds;
    const cv::Mat mask = CutOnce(log_odds, priors.certain);
    const bool same = !result.mask.empty() && cv::norm(mask, result.mask, cv::NORM_INF) == 0;
    result = {mask, log_odds, priors.log_odds, priors.certain};
    if (same) break;
  }
  return result;
}

cv::Mat Cutter::CutOnce(const cv::Mat& log_odds, const cv::Mat& certain) {
  SetUnary(log_odds, energy_);
  if (!certain.empty()) ApplySeeds(certain, energy_);
  return MaskOf(Minimum(), size_);
}

gradcut::Cut Cutter::Minimum() {
  if (graphcut_.coarse_levels > 0) return BandedMinCut(energy_, graphcut_.coarse_levels);
  if (graphcut_.solver == Solver::kGrid && rounds_ > 1) return sequence_.Next(energy_);
  return MinCut(energy_, graphcut_.solver);
}

}  // namespace gradcut
