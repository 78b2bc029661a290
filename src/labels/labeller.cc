#include "gradcut/labels/labeller.h"

#include "cut/cutter.h"
#include "cut/drawn.h"
#include "cut/label_maps.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/softmax.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/saliency/evidence.h"
#include "gradcut/storage/file.h"
#include "labels/label_cut.h"
#include "labels/label_hints.h"
#include "labels/label_posterior.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <optional>

namespace gradcut {
namespace {

std::vector<cv::Mat> Exp(const std::vector<cv::Mat>& logs) {
  std::vector<cv::Mat> values(logs.size());
  for (std::size_t i = 0; i < logs.size(); ++i) cv::exp(logs[i], values[i]);
  return values;
}

cv::Mat Indicator(const cv::Mat& labels, int label) {
  cv::Mat mask;
  cv::Mat(labels == label).convertTo(mask, CV_32FC1, 1.0 / 255);
  return mask;
}

}  // namespace

Labeller::Labeller(std::vector<LabelNetwork> networks, const SegmenterOptions& options,
                   std::vector<LabelClass> classes, std::shared_ptr<const LabelModel> model)
    : networks_(std::move(networks)),
      options_(options),
      classes_(std::move(classes)),
      model_(std::move(model)) {
  Expect(!networks_.empty(), "Labeller: no network");
  Require(options_.location.slope > 0, "location.slope = 0, must be > 0 to label");
  for (const LabelNetwork& network : networks_) {
    // Checks the options and the objectness head.
    const Segmenter check(network.classifier, options_, network.objectness);
    Require(LastChannels(*network.classifier) > 0,
            "{}: names no layers, which labels are made from",
            Printable(network.classifier->info().file));
    if (network.head != nullptr)
      Classifier::WithHead(network.classifier, *network.head);  // Checks that it fits.
  }
  if (model_ != nullptr)
    for (const NetworkModel& network : model_->networks)
      Expect(model_->networks.size() == networks_.size() && network.gates.size() == classes_.size(),
             "Labeller: the model is of other networks or classes");
  for (const LabelClass& each : classes_) {
    Expect(each.label >= 1 && each.label < kVoid, "Labeller: label {}, must be in [1, 254]",
           each.label);
    for (const LabelNetwork& network : networks_)
      Require(
          !each.group.empty() || (network.head != nullptr && RowOf(*network.head, each.name) >= 0),
          "class '{}' is neither in the class map, nor exactly one of the classifier's, nor in "
          "a head: name its ImageNet indices with --class-map, or fit a head with gradcut fit",
          Printable(each.name));
  }
}

std::vector<LabelEvidence> Labeller::Gather(const cv::Mat& image,
                                            const std::vector<int>& present) const {
  CheckImage(image, "Labeller: image");
  std::vector<LabelEvidence> evidence;
  if (present.empty()) return evidence;
  Stopwatch watch;
  for (const LabelNetwork& network : networks_) {
    evidence.push_back(GatherLabelEvidence(network, image, classes_, present, options_));
    evidence.back().milliseconds = watch.Lap();
  }
  return evidence;
}

LabelView Labeller::Look(const std::vector<LabelEvidence>& evidence,
                         const std::vector<int>& present, int fold) const {
  LabelView view;
  view.present = present;
  if (present.empty()) return view;
  Expect(evidence.size() == networks_.size(), "Labeller: evidence of {} networks", evidence.size());
  const Stopwatch watch;
  view.features = evidence.front().features;
  const cv::Size grid(view.features.cols, view.features.rows);
  for (std::size_t n = 0; n < networks_.size(); ++n) {
    const std::vector<cv::Mat> own =
        LogPosterior(evidence[n], networks_[n], classes_, present, options_.location,
                     model_ == nullptr ? nullptr : &model_->networks[n], fold);
    for (std::size_t i = 0; i < own.size(); ++i)
      if (n == 0)
        view.posterior.push_back(own[i]);
      else
        view.posterior[i] += Resize(own[i], grid);
  }
  // Networks err alike: between the mean of their log posteriors and the sum.
  for (cv::Mat& each : view.posterior) each /= std::sqrt(static_cast<double>(networks_.size()));
  view.posterior = LogSoftmax(view.posterior);
  view.milliseconds = watch.Milliseconds();
  for (const LabelEvidence& each : evidence) view.milliseconds += each.milliseconds;
  return view;
}

LabelMap Labeller::Cut(const cv::Mat& image, const LabelView& view, const Hints& hints) const {
  CheckImage(image, "Labeller: image");
  LabelMap map;
  const std::vector<int>& present = view.present;
  if (present.empty()) {
    map.labels = cv::Mat::zeros(image.size(), CV_8UC1);
    map.probability = cv::Mat::ones(image.size(), CV_32FC1);
    map.probabilities = {map.probability};
    return map;
  }
  Stopwatch watch;
  const cv::Size size = WorkingSize(image.size(), options_.max_megapixels);
  std::vector<cv::Mat> posterior;
  for (const cv::Mat& log : view.posterior) posterior.push_back(Resize(log, size));
  posterior = LogSoftmax(posterior);
  map.milliseconds.emplace_back("evidence", view.milliseconds);

  const cv::Mat working = Resize(image, size);
  CutOptions options = options_;
  cv::Mat certain;
  std::optional<LabelHints> told;
  if (hints.drawn()) {
    std::vector<HintedLabel> labels = {{}};
    for (const int index : present) {
      const LabelClass& each = classes_[static_cast<std::size_t>(index)];
      labels.push_back({each.name, each.label});
    }
    told.emplace(working, image.size(), view.features, hints, labels, options_.hints);
    posterior = told->Correct(posterior);
    certain = told->certain();
    options.graphcut = WithHints(options_.graphcut, options_.hints);
  }
  const LabelCut cut = CutLabels(working, posterior, certain, options);
  const cv::Mat whole = LabelsAtFullSize(image, cut.labels, posterior, options);
  map.labels = cv::Mat::zeros(image.size(), CV_8UC1);
  map.probability = cv::Mat::zeros(image.size(), CV_32FC1);
  const std::vector<cv::Mat> probable = Exp(cut.posterior);
  for (std::size_t i = 0; i < probable.size(); ++i) {
    const cv::Mat here = whole == static_cast<int>(i);
    map.probabilities.push_back(cv::min(Resize(probable[i], image.size()), 1.0));
    map.probabilities.back().copyTo(map.probability, here);
    if (i == 0) continue;
    const LabelClass& wanted = classes_[static_cast<std::size_t>(present[i - 1])];
    map.labels.setTo(wanted.label, here);
    const cv::Mat side = Indicator(cut.labels, static_cast<int>(i));
    map.objects.push_back(
        {wanted.name, wanted.label, cv::mean(side)[0],
         cv::countNonZero(side) > 0 ? SoftJaccard(probable[i], side).value_or(0) : 0});
    map.confidence = std::min(map.confidence, map.objects.back().confidence);
  }
  ChooseLabelParts(PartsWanted(hints), options_.graphcut.neighbours, map.labels);
  if (told) told->Impose(map.labels);
  map.milliseconds.emplace_back("cut", watch.Lap());
  return map;
}

}  // namespace gradcut
