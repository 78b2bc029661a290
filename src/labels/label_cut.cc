#include "labels/label_cut.h"

#include "cut/cutter.h"
#include "cut/label_maps.h"
#include "cut/location_cut.h"
#include "cut/outline.h"
#include "gradcut/core/image.h"
#include "gradcut/core/softmax.h"
#include "gradcut/graphcut/expansion.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr double kLeastProbability = 1e-6;

// What is certain (`certain` may be empty) rules all other labels out.
void SetCosts(const std::vector<cv::Mat>& posterior, const cv::Mat& certain,
              MultiLabelEnergy& energy) {
  for (std::size_t label = 0; label < posterior.size(); ++label) {
    cv::Mat costs = -posterior[label];
    if (!certain.empty()) {
      costs.setTo(kMaxLogOdds, certain != kVoid);
      costs.setTo(0, certain == static_cast<int>(label));
    }
    SetLabelCosts(label, costs, energy);
  }
}

// The log odds of a label against all others.
cv::Mat LogOddsOf(const cv::Mat& log_probability) {
  cv::Mat odds, log_odds;
  cv::exp(log_probability, odds);
  odds = cv::min(cv::max(odds, kLeastProbability), 1 - kLeastProbability);
  cv::log(odds / (1 - odds), log_odds);
  return log_odds;
}

}  // namespace

LabelCut CutLabels(const cv::Mat& image, const std::vector<cv::Mat>& prior, const cv::Mat& certain,
                   const CutOptions& options) {
  GridEnergy weights;
  AddContrastWeights(image, options.graphcut, weights);
  MultiLabelEnergy energy = MakeMultiLabelEnergy(weights, static_cast<int>(prior.size()));
  const ColourModel colours(image, options.colour);
  LabelCut cut;
  for (int round = 0; round < options.rounds; ++round) {
    cut.posterior.clear();
    for (std::size_t i = 0; i < prior.size(); ++i) {
      cv::Mat probability;
      if (round == 0) cv::exp(prior[i], probability);
      const cv::Mat log_odds =
          round == 0 ? colours.LogOdds(probability, 1 - probability)
                     : ColoursOf(image, cut.labels == static_cast<int>(i), colours, options.colour);
      // Half a log ratio for each label, so that between two labels it is whole.
      cut.posterior.push_back(prior[i] + 0.5 * log_odds);
    }
    cut.posterior = LogSoftmax(cut.posterior);
    SetCosts(cut.posterior, certain, energy);
    std::vector<std::uint8_t> labels = Expand(energy, options.graphcut.solver).labels;
    cut.labels = cv::Mat(image.size(), CV_8UC1, labels.data()).clone();
  }
  return cut;
}

cv::Mat LabelsAtFullSize(const cv::Mat& image, const cv::Mat& labels,
                         const std::vector<cv::Mat>& prior, const CutOptions& options) {
  if (!options.outline || labels.size() == image.size())
    return ResizeLabels(labels, static_cast<int>(prior.size()), image.size());
  OutlineOptions outline = OutlineBy(options, options.graphcut);
  outline.probability = false;
  const std::vector<cv::Mat> sizes = OutlineSizes(image, labels.total(), outline);
  cv::Mat whole = cv::Mat::zeros(image.size(), CV_8UC1);
  cv::Mat most(image.size(), CV_8UC1, cv::Scalar(0));
  for (std::size_t label = 1; label < prior.size(); ++label) {
    const cv::Mat small = labels == static_cast<int>(label);
    const cv::Mat log_odds = LogOddsOf(prior[label]), share = Resize(small, image.size());
    const cv::Mat mask = AtFullSize(sizes, {small, log_odds, log_odds}, {}, outline).mask;
    const cv::Mat taken = mask & ((whole == 0) | (share > most));
    whole.setTo(static_cast<double>(label), taken);
    share.copyTo(most, taken);
  }
  return whole;
}

}  // namespace gradcut
