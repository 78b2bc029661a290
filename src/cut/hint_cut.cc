#include "cut/hint_cut.h"

#include "cut/boxes.h"
#include "gradcut/core/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace gradcut {
namespace {

// The threshold of the location prior in a box begins that much lower than elsewhere, since there
// is an object, and falls in so many steps.
constexpr double kThresholdInBoxes = 0.06;
constexpr double kThresholdStep = 0.06;
constexpr int kThresholds = 6;
constexpr double kLeastThreshold = 0.02;
// A mask whose own box is no further than that from each side of the box, as a share of the box,
// fills it; for each further step, gaps have to become that much smaller.
constexpr double kGap = 0.05;
constexpr double kLeastGain = 0.02;

CutOptions WithHints(CutOptions options) {
  options.graphcut = WithHints(options.graphcut, options.hints);
  return options;
}

std::vector<FeatureMap> FeaturesOf(const std::vector<Saliency>& looks) {
  std::vector<FeatureMap> features;
  for (const Saliency& look : looks) features.push_back(look.features);
  return features;
}

std::string KeyOf(const HintStroke& stroke) {
  std::string key = fmt::format("{} {}", stroke.object, stroke.radius);
  for (const cv::Point2d& point : stroke.points) key += fmt::format(" {},{}", point.x, point.y);
  return key;
}

// How far a mask stays away from the sides of a box: the sum over the sides, as shares of the box's
// width or height, of what is more than `kGap`.
double GapTo(const cv::Rect& box, const cv::Mat& mask) {
  const cv::Rect own = cv::boundingRect(mask);
  if (own.empty()) return 4;
  const double width = box.width, height = box.height;
  double sum = 0;
  for (const double gap : {(own.x - box.x) / width, (box.br().x - own.br().x) / width,
                           (own.y - box.y) / height, (box.br().y - own.br().y) / height})
    sum += std::max(0.0, gap - kGap);
  return sum;
}

// 1 in the middle of a box, falling towards an ellipse that touches its sides, where it is `edge`.
cv::Mat MiddleOf(const cv::Rect& box, cv::Size size, double edge) {
  cv::Mat middle = cv::Mat::zeros(size, CV_32FC1);
  for (int row = box.y; row < box.br().y; ++row)
    for (int col = box.x; col < box.br().x; ++col) {
      const double y = 2 * (row + 0.5 - box.y) / box.height - 1;
      const double x = 2 * (col + 0.5 - box.x) / box.width - 1;
      middle.at<float>(row, col) =
          static_cast<float>(std::max(0.0, 1 - (1 - edge) * std::hypot(x, y)));
    }
  return middle;
}

}  // namespace

HintCut::HintCut(const cv::Mat& image, const cv::Mat& location, const std::vector<Saliency>& looks,
                 const CutOptions& options)
    : options_(WithHints(options)),
      image_(image.size()),
      working_(WorkingSize(image_, options.max_megapixels)),
      location_(Resize(location, working_)),
      priors_(MakePriors(location_, options_).priors),
      cutter_(Resize(image, working_), options_.colour, options_.graphcut, options_.rounds),
      spread_(Resize(image, SpreadSize(image_, options.max_megapixels)), FeaturesOf(looks),
              options.hints),
      correction_(priors_.log_odds, options.hints) {}

Cutter::Result HintCut::Cut(const Drawn& drawn) {
  return cutter_.Cut(Corrected(priors_, LogOddsBy(drawn), CertainOf(drawn), options_.colour));
}

HintCut::InBox HintCut::CutIn(const cv::Rect2d& box, const Drawn& drawn) {
  const cv::Rect within = CoveredByHalf(box, image_, working_);
  const cv::Mat certain = Within(within, CertainOf(drawn), working_);
  const std::vector<HintEvidence> evidence = EvidenceOf(drawn);
  CutOptions options = options_;
  const auto cut_by = [&](const cv::Mat& location) {
    const Priors priors = MakePriors(location, options).priors;
    return cutter_.Cut(Corrected(priors, Corrected(priors.log_odds, evidence, options.hints),
                                 certain, options.colour));
  };
  InBox found;
  double least = 0;
  for (int step = 0; step < kThresholds; ++step) {
    options.location.threshold = std::max(
        kLeastThreshold, options_.location.threshold - kThresholdInBoxes - step * kThresholdStep);
    Cutter::Result cut = cut_by(location_);
    const double gap = GapTo(within, cut.mask);
    if (step == 0 || gap + step * kLeastGain < least) {
      least = gap + step * kLeastGain;
      found.cut = std::move(cut);
    }
    if (gap == 0 || options_.location.slope == 0) break;
  }
  if (cv::countNonZero(found.cut.mask) > 0) return found;
  const double edge = options.location.threshold;
  const cv::Mat middle = MiddleOf(within, working_, edge);
  found = {cut_by(middle), false};
  // Nothing tells it from its surroundings.
  if (cv::countNonZero(found.cut.mask) == 0)
    found.cut.mask = (middle > edge) & (certain != kMaskBackground);
  return found;
}

double HintCut::Confidence(const Cutter::Result& cut) { return Stability(cut, options_, cutter_); }

cv::Mat HintCut::CertainOf(const Drawn& drawn) const {
  if (!options_.hints.hard || (drawn.strokes.empty() && drawn.trimap.empty())) return {};
  return TrimapOf(Resized(drawn, image_, working_), working_);
}

HintEvidence HintCut::EvidenceOf(const HintStroke& stroke) {
  cv::Mat& weight = known_[KeyOf(stroke)];
  if (weight.empty())
    weight = spread_.From(SeedsOf(stroke, image_, spread_.size()), stroke.object).weight;
  return {SeedsOf(stroke, image_, working_), Resize(weight, working_), stroke.object};
}

std::vector<HintEvidence> HintCut::EvidenceOf(const Drawn& drawn) {
  std::vector<HintEvidence> evidence;
  for (const HintStroke& stroke : drawn.strokes) evidence.push_back(EvidenceOf(stroke));
  if (drawn.trimap.empty()) return evidence;
  for (HintEvidence& side : EvidenceOfTrimap(drawn.trimap, spread_, working_))
    evidence.push_back(std::move(side));
  return evidence;
}

// Sums depend on the order: what goes on from the last cut's is as if made at once.
cv::Mat HintCut::LogOddsBy(const Drawn& drawn) {
  if (!drawn.trimap.empty()) return Corrected(priors_.log_odds, EvidenceOf(drawn), options_.hints);
  std::vector<std::string> keys;
  for (const HintStroke& stroke : drawn.strokes) keys.push_back(KeyOf(stroke));
  const bool goes_on = corrected_by_.size() <= keys.size() &&
                       std::equal(corrected_by_.begin(), corrected_by_.end(), keys.begin());
  if (!goes_on) {
    correction_ = HintCorrection(priors_.log_odds, options_.hints);
    corrected_by_.clear();
  }
  corrected_by_.reserve(keys.size());  // Nothing is added without being noted.
  for (std::size_t i = corrected_by_.size(); i < keys.size(); ++i) {
    correction_.Add(EvidenceOf(drawn.strokes[i]));
    corrected_by_.push_back(std::move(keys[i]));
  }
  return correction_.Corrected();
}

}  // namespace gradcut
