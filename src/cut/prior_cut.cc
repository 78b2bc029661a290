#include "gradcut/cut/prior_cut.h"

#include "cut/boxes.h"
#include "cut/cutter.h"
#include "cut/drawn.h"
#include "cut/label_maps.h"
#include "cut/outline.h"
#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/softmax.h"
#include "gradcut/cut/mask_parts.h"
#include "gradcut/graphcut/expansion.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// Probabilities of the background, whose log odds are 0, and of each class.
std::vector<cv::Mat> ClassProbabilities(std::span<const cv::Mat> log_odds) {
  std::vector<cv::Mat> scores = {cv::Mat::zeros(log_odds[0].size(), CV_32FC1)};
  scores.insert(scores.end(), log_odds.begin(), log_odds.end());
  return Softmax(scores);
}

// The labelling of several classes, and their probabilities before smoothing.
class ClassCutter {
 public:
  ClassCutter(const cv::Mat& image, std::span<const cv::Mat> log_odds,
              const PriorCutOptions& options)
      : log_odds_(log_odds),
        options_(options),
        size_(image.size()),
        colours_(image, options.colour) {
    GridEnergy weights;
    AddContrastWeights(image, options.graphcut, weights);
    energy_ = MakeMultiLabelEnergy(weights, static_cast<int>(log_odds.size()) + 1);
  }

  PriorCut Cut() {
    PriorCut cut;
    std::vector<cv::Mat> weights;
    for (const cv::Mat& share : ClassProbabilities(log_odds_))
      weights.push_back(Power(share, options_.colour.sharpness));
    for (int round = 0; round < options_.rounds; ++round) {
      const std::vector<cv::Mat> log_odds = WithColours(weights);
      for (std::size_t c = 0; c < log_odds.size(); ++c) SetLabelCosts(c + 1, -log_odds[c], energy_);
      std::vector<std::uint8_t> found = Expand(energy_, options_.graphcut.solver).labels;
      const cv::Mat labels = cv::Mat(size_, CV_8UC1, found.data()).clone();
      const bool same = !cut.labels.empty() && cv::norm(labels, cut.labels, cv::NORM_INF) == 0;
      cut = {labels, ClassProbabilities(log_odds)};
      if (same) break;
      for (std::size_t label = 0; label < weights.size(); ++label)
        cv::Mat(labels == static_cast<int>(label)).convertTo(weights[label], CV_32FC1, 1.0 / 255);
    }
    return cut;
  }

 private:
  std::vector<cv::Mat> WithColours(const std::vector<cv::Mat>& weights) const {
    std::vector<cv::Mat> log_odds;
    for (std::size_t c = 0; c < log_odds_.size(); ++c)
      log_odds.emplace_back(log_odds_[c] + colours_.LogOdds(weights[c + 1], weights[0]));
    return log_odds;
  }

  std::span<const cv::Mat> log_odds_;
  const PriorCutOptions& options_;
  const cv::Size size_;
  const ColourModel colours_;
  MultiLabelEnergy energy_;
};

// What hints make certain in an image of size `working`: a trimap, or nothing. Nothing outside
// every box is object.
cv::Mat CertainOf(const Hints& hints, bool hard, cv::Size image, cv::Size working) {
  if (!hard && hints.boxes.empty()) return {};
  const Drawn drawn = hard ? Drawn{hints.strokes, hints.trimap} : Drawn();
  cv::Mat trimap = TrimapOf(Resized(drawn, image, working), working);
  if (hints.boxes.empty()) return trimap;
  cv::Mat outside(working, CV_8UC1, cv::Scalar(255));
  for (const HintBox& box : hints.boxes) outside(CoveredByHalf(box.box, image, working)).setTo(0);
  trimap.setTo(kMaskBackground, outside);
  return trimap;
}

// The cut of a small copy of an image of size `full`, with hints in pixels of that; there may be
// none.
Cutter::Result CutObject(const cv::Mat& small, const cv::Mat& log_odds,
                         const PriorCutOptions& options, const GraphcutOptions& graphcut,
                         const Hints& hints, cv::Size full) {
  Priors priors;
  priors.log_odds = log_odds;
  if (hints.drawn()) {
    const Drawn drawn = {hints.strokes, hints.trimap};
    const HintSpread spread(Resize(small, SpreadSize(full, options.max_megapixels)), {},
                            options.hints);
    priors.log_odds =
        Corrected(log_odds, EvidenceOf(drawn, full, spread, small.size()), options.hints);
    priors.certain = CertainOf(hints, options.hints.hard, full, small.size());
  }
  cv::Mat object = Probability(priors.log_odds);
  if (!priors.certain.empty()) Impose(priors.certain, 1, 0, object);
  WeighColours(object, options.colour, priors);
  return Cutter(small, options.colour, graphcut, options.rounds).Cut(priors);
}

// How far prior and mask agree: the soft Jaccard index; 0 for an empty mask.
double Agreement(const cv::Mat& prior, const cv::Mat& mask) {
  cv::Mat x;
  mask.convertTo(x, CV_32FC1, 1.0 / kMaskForeground);
  return SoftJaccard(prior, x).value_or(0);
}

// `small` is the image at the size of the log odds.
PriorCut CutOneClass(const cv::Mat& image, const cv::Mat& small, const cv::Mat& log_odds,
                     const PriorCutOptions& options, const Hints& hints) {
  const GraphcutOptions graphcut =
      hints.drawn() ? WithHints(options.graphcut, options.hints) : options.graphcut;
  const Cutter::Result object = CutObject(small, log_odds, options, graphcut, hints, image.size());
  const cv::Mat certain =
      hints.drawn() ? CertainOf(hints, options.hints.hard, image.size(), image.size()) : cv::Mat();
  const Outlined outlined = AtFullSize(image, object, certain,
                                       {.outline = options.outline,
                                        .probability = true,
                                        .local_colour = LocalWeight(options.colour),
                                        .graphcut = graphcut});
  PriorCut cut;
  cut.confidence = Agreement(Probability(log_odds), object.mask);
  cut.labels = outlined.mask / kMaskForeground;
  cut.probabilities = {1 - outlined.probability, outlined.probability};
  ChooseLabelParts(PartsWanted(hints), options.graphcut.neighbours, cut.labels);
  if (!certain.empty()) Impose(certain, 1, 0, cut.labels);
  return cut;
}

PriorCut CutClasses(const cv::Mat& image, const cv::Mat& small, std::span<const cv::Mat> log_odds,
                    const PriorCutOptions& options, const Hints& hints) {
  PriorCut cut = ClassCutter(small, log_odds, options).Cut();
  cut.confidence = Agreement(1 - ClassProbabilities(log_odds)[0], cut.labels != 0);
  cut.labels = ResizeLabels(cut.labels, static_cast<int>(log_odds.size()) + 1, image.size());
  ChooseLabelParts(PartsWanted(hints), options.graphcut.neighbours, cut.labels);
  for (cv::Mat& each : cut.probabilities) each = Resize(each, image.size());
  return cut;
}

}  // namespace

void Describe(PriorCutOptions& o, OptionList& list) {
  Describe(o.colour, list);
  Describe(o.graphcut, list);
  Describe(o.hints, list);
  DescribeCutting(o.max_megapixels, o.outline, o.rounds, list);
}

PriorCut CutByPriors(const cv::Mat& image, std::span<const cv::Mat> log_odds,
                     const PriorCutOptions& options, const Hints& given) {
  Validate(options);
  CheckImage(image, "CutByPriors: image");
  const Hints hints = CheckedHints(given, image.size());
  Require(!hints.drawn() || log_odds.size() == 1, "hints go with one class, not with {}",
          log_odds.size());
  if (log_odds.empty() || log_odds.size() >= kMaxLabels)
    throw std::invalid_argument("CutByPriors: expected 1 to 254 classes");
  const cv::Size working = WorkingSize(image.size(), options.max_megapixels);
  const cv::Mat small = Resize(image, working);
  std::vector<cv::Mat> prior;
  for (const cv::Mat& each : log_odds) {
    CheckHeatMap(each, "CutByPriors: log odds");
    CheckFinite(each, "CutByPriors: log odds");
    prior.push_back(Resize(each, working));
  }
  return prior.size() == 1 ? CutOneClass(image, small, prior[0], options, hints)
                           : CutClasses(image, small, prior, options, hints);
}

}  // namespace gradcut
