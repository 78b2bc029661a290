#include "gradcut/labels/labeller.h"

#include "cut/cutter.h"
#include "cut/drawn.h"
#include "cut/label_maps.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/softmax.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/graphcut/expansion.h"
#include "gradcut/learn/cell_inputs.h"
#include "gradcut/storage/file.h"
#include "labels/label_hints.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <optional>

namespace gradcut {
namespace {

// Scaled to [0, 1]; zeros where it is the same everywhere.
cv::Mat Scaled(const cv::Mat& map) {
  double least = 0, greatest = 0;
  cv::minMaxLoc(map, &least, &greatest);
  if (!(greatest > least)) return cv::Mat::zeros(map.size(), CV_32FC1);
  return cv::min(cv::max((map - least) / (greatest - least), 0.0F), 1.0F);
}

std::vector<cv::Mat> Exp(const std::vector<cv::Mat>& logs) {
  std::vector<cv::Mat> values(logs.size());
  for (std::size_t i = 0; i < logs.size(); ++i) cv::exp(logs[i], values[i]);
  return values;
}

// What is certain (`certain` may be empty) rules all other labels out.
void SetCosts(const std::vector<cv::Mat>& log_posterior, const cv::Mat& certain,
              MultiLabelEnergy& energy) {
  for (std::size_t label = 0; label < log_posterior.size(); ++label) {
    cv::Mat costs = -log_posterior[label];
    if (!certain.empty()) {
      costs.setTo(kMaxLogOdds, certain != kVoid);
      costs.setTo(0, certain == static_cast<int>(label));
    }
    SetLabelCosts(label, costs, energy);
  }
}

cv::Mat Indicator(const cv::Mat& labels, int label) {
  cv::Mat mask;
  cv::Mat(labels == label).convertTo(mask, CV_32FC1, 1.0 / 255);
  return mask;
}

}  // namespace

Labeller::Labeller(std::shared_ptr<const Classifier> classifier, const SegmenterOptions& options,
                   std::shared_ptr<const ObjectnessHead> objectness,
                   std::shared_ptr<const LinearHead> head, std::vector<LabelClass> classes,
                   std::shared_ptr<const LabelModel> model)
    : classifier_(std::move(classifier)),
      options_(options),
      objectness_(std::move(objectness)),
      head_(std::move(head)),
      classes_(std::move(classes)),
      model_(std::move(model)) {
  // Checks the options and the objectness head.
  const Segmenter check(classifier_, options_, objectness_);
  Require(options_.location.slope > 0, "location.slope = 0, must be > 0 to label");
  Require(LastChannels(*classifier_) > 0, "{}: names no layers, which labels are made from",
          Printable(classifier_->info().file));
  if (head_ != nullptr) Classifier::WithHead(classifier_, *head_);  // Checks that it fits.
  if (model_ != nullptr &&
      (model_->group.size() != classes_.size() || model_->head.size() != classes_.size()))
    throw std::invalid_argument("Labeller: the model is of other classes");
  for (const LabelClass& each : classes_) {
    if (each.label < 1 || each.label >= kVoid)
      throw std::invalid_argument(
          fmt::format("Labeller: label {}, must be in [1, 254]", each.label));
    Require(!each.group.empty() || (head_ != nullptr && RowOf(*head_, each.name) >= 0),
            "class '{}' is neither in the class map, nor exactly one of the classifier's, nor in a "
            "head: "
            "name its ImageNet indices with --class-map, or fit a head with gradcut fit",
            Printable(each.name));
  }
}

cv::Mat Labeller::Foreground(const Evidence& evidence, cv::Size size) const {
  cv::Mat sum = cv::Mat::zeros(evidence.features.rows, evidence.features.cols, CV_32FC1);
  for (const cv::Mat& heat : evidence.heat) sum += Scaled(heat);
  const cv::Mat objectness = objectness_ == nullptr
                                 ? cv::Mat()
                                 : objectness_->Probability(evidence.features, evidence.layers);
  return Resize(LocationPrior(Scaled(sum), evidence.features, objectness, options_.location), size);
}

LabelCells Labeller::Cells(const Evidence& evidence, const std::vector<int>& present) const {
  LabelCells cells = {{evidence.features.cols, evidence.features.rows}, {}, {}, {}};
  cells.inputs = CellInputs(evidence.features);
  cv::Mat scores;  // Cells of the last layer x rows of the head.
  if (head_ != nullptr) {
    scores = evidence.last.values * head_->weights.t() +
             cv::repeat(head_->bias.t(), evidence.last.values.rows, 1);
    for (int row = 0; row < scores.cols; ++row) {
      const cv::Mat map = scores.col(row).clone().reshape(1, evidence.last.rows);
      cv::hconcat(cells.inputs, Resize(map, cells.size).reshape(1, cells.size.area()),
                  cells.inputs);
    }
  }
  for (std::size_t i = 0; i < present.size(); ++i) {
    const LabelClass& wanted = classes_[static_cast<std::size_t>(present[i])];
    const int row = head_ == nullptr ? -1 : RowOf(*head_, wanted.name);
    cells.group.push_back(wanted.group.empty() ? cv::Mat() : evidence.support[i]);
    cells.head.push_back(row < 0 ? cv::Mat()
                                 : scores.col(row).clone().reshape(1, evidence.last.rows));
  }
  return cells;
}

cv::Mat Labeller::ClassScore(const LabelCells& cells, std::size_t target, int index) const {
  const cv::Mat& group = cells.group[target];
  const cv::Mat& head = cells.head[target];
  if (model_ == nullptr) return group.empty() ? head : head.empty() ? group : group + head;
  const auto standardised = [index](const cv::Mat& score, const std::vector<Spread>& spreads) {
    const Spread& spread = spreads[static_cast<std::size_t>(index)];
    return cv::Mat((score - spread.mean) / spread.deviation);
  };
  if (group.empty()) return 2 * standardised(head, model_->head);
  if (head.empty()) return 2 * standardised(group, model_->group);
  return standardised(group, model_->group) + standardised(head, model_->head);
}

std::vector<cv::Mat> Labeller::ModelPosterior(const LabelCells& cells,
                                              const std::vector<int>& present,
                                              cv::Size size) const {
  const cv::Mat scores = CellScores(model_->cells, cells.inputs);
  std::vector<cv::Mat> maps = {scores.col(0)};
  for (const int index : present) maps.push_back(scores.col(index + 1));
  maps = LogSoftmax(maps);
  for (cv::Mat& map : maps) map = Resize(map.clone().reshape(1, cells.size.height), size);
  return maps;
}

std::vector<cv::Mat> Labeller::Posterior(const Evidence& evidence, const LabelCells& cells,
                                         const std::vector<int>& present, cv::Size size) const {
  std::vector<cv::Mat> which;
  for (std::size_t i = 0; i < present.size(); ++i)
    which.push_back(Resize(ClassScore(cells, i, present[i]), size));
  which = LogSoftmax(which);
  const cv::Mat log_odds =
      options_.location.slope * (Foreground(evidence, size) - options_.location.threshold);
  const std::vector<cv::Mat> where =
      LogSoftmax(std::vector{cv::Mat(cv::Mat::zeros(size, CV_32FC1)), log_odds});
  std::vector<cv::Mat> posterior = {where[0]};
  for (const cv::Mat& each : which) posterior.push_back(where[1] + each);
  if (model_ == nullptr) return posterior;
  const std::vector<cv::Mat> learned = ModelPosterior(cells, present, size);
  for (std::size_t i = 0; i < posterior.size(); ++i) posterior[i] = (posterior[i] + learned[i]) / 2;
  return LogSoftmax(posterior);
}

LabelView Labeller::Look(const cv::Mat& image, const std::vector<int>& present) const {
  CheckImage(image, "Labeller: image");
  LabelView view;
  view.present = present;
  if (present.empty()) return view;
  const Stopwatch watch;
  std::vector<EvidenceTarget> targets;
  for (const int index : present) {
    const LabelClass& wanted = classes_.at(static_cast<std::size_t>(index));
    targets.push_back({wanted.group, wanted.group.empty()
                                         ? head_->weights.row(RowOf(*head_, wanted.name))
                                         : cv::Mat()});
  }
  const Evidence evidence =
      GatherEvidence(*classifier_, image, targets, options_.saliency.scales.front(),
                     LayerNames(objectness_.get()));
  view.features = evidence.features;
  view.cells = Cells(evidence, present);
  view.posterior =
      Posterior(evidence, view.cells, present, WorkingSize(image.size(), options_.max_megapixels));
  view.milliseconds = watch.Milliseconds();
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
  map.cells = view.cells;
  std::vector<cv::Mat> posterior;
  for (const cv::Mat& log : view.posterior) posterior.push_back(log.clone());
  map.milliseconds.emplace_back("evidence", view.milliseconds);

  const cv::Mat working = Resize(image, size);
  GraphcutOptions graphcut = options_.graphcut;
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
    graphcut = WithHints(graphcut, options_.hints);
  }
  GridEnergy weights;
  AddContrastWeights(working, graphcut, weights);
  MultiLabelEnergy energy = MakeMultiLabelEnergy(weights, static_cast<int>(posterior.size()));
  const ColourModel colours(working, options_.colour);
  std::vector<cv::Mat> sides = Exp(posterior);
  cv::Mat cut(size, CV_8UC1);
  for (int round = 0; round < options_.rounds; ++round) {
    // What colours say adds up over the rounds: half a log ratio for each label, so that between
    // two labels it is whole.
    for (std::size_t i = 0; i < posterior.size(); ++i)
      posterior[i] = posterior[i] + 0.5 * colours.LogOdds(sides[i], 1 - sides[i]);
    posterior = LogSoftmax(posterior);
    SetCosts(posterior, certain, energy);
    const Labelling labelling = Expand(energy, options_.graphcut.solver);
    std::copy(labelling.labels.begin(), labelling.labels.end(), cut.begin<std::uint8_t>());
    for (std::size_t i = 0; i < posterior.size(); ++i)
      sides[i] = Indicator(cut, static_cast<int>(i));
  }

  map.labels = cv::Mat::zeros(image.size(), CV_8UC1);
  cv::Mat most = cv::Mat::zeros(image.size(), CV_32FC1);
  map.probability = cv::Mat::zeros(image.size(), CV_32FC1);
  const std::vector<cv::Mat> probable = Exp(posterior);
  for (std::size_t i = 0; i < posterior.size(); ++i) {
    const cv::Mat share = Resize(sides[i], image.size()), wins = share > most;
    most = cv::max(most, share);
    const bool background = i == 0;
    const LabelClass* const wanted =
        background ? nullptr : &classes_[static_cast<std::size_t>(present[i - 1])];
    map.labels.setTo(background ? 0 : wanted->label, wins);
    map.probabilities.push_back(cv::min(Resize(probable[i], image.size()), 1.0));
    map.probabilities.back().copyTo(map.probability, wins);
    if (background) continue;
    map.objects.push_back(
        {wanted->name, wanted->label, cv::mean(sides[i])[0],
         cv::countNonZero(sides[i]) > 0 ? SoftJaccard(probable[i], sides[i]).value_or(0) : 0});
    map.confidence = std::min(map.confidence, map.objects.back().confidence);
  }
  ChooseLabelParts(PartsWanted(hints), options_.graphcut.neighbours, map.labels);
  if (told) told->Impose(map.labels);
  map.milliseconds.emplace_back("cut", watch.Lap());
  return map;
}

}  // namespace gradcut
