#include "gradcut/labels/label_model.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/core/random.h"
#include "gradcut/learn/bag_heads.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr double kLeastDeviation = 1e-6;
constexpr double kQuantile = 0.75;
// A class whose scores go with the foreground as well as this needs no other evidence of where it
// is, and one that is this much less so needs nothing else.
constexpr double kForegroundCorrelation = 0.6, kGateWidth = 0.4;

using Values = std::vector<float>;

Scale ScaleOf(Values values) {
  if (values.empty()) return {};
  double sum = 0, squares = 0;
  for (const float value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const float value : values) squares += (value - mean) * (value - mean);
  const auto at = static_cast<std::ptrdiff_t>(kQuantile * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return {values[static_cast<std::size_t>(at)],
          std::max(std::sqrt(squares / static_cast<double>(values.size())), kLeastDeviation)};
}

// Pearson's; 0 where one of the columns is constant.
double Correlation(const cv::Mat& a, const cv::Mat& b) {
  const cv::Mat x = a - cv::mean(a)[0], y = b - cv::mean(b)[0];
  const double product = cv::norm(x) * cv::norm(y);
  return product > 0 ? x.dot(y) / product : 0;
}

// The flags of the images of a fold, as `LearnFromBags` leaves them out.
cv::Mat InFold(const std::vector<int>& folds, int fold) {
  cv::Mat flags(static_cast<int>(folds.size()), 1, CV_8UC1);
  for (int i = 0; i < flags.rows; ++i) flags.at<std::uint8_t>(i) = folds[i] == fold ? 1 : 0;
  return flags;
}

// Calls `learn` for each fold; false if a stop was requested.
bool LearnFolds(const RunControl& control, const std::function<void(int fold)>& learn) {
  RunControl quiet = control;
  quiet.progress = {};
  return WorkInOrder(kLabelFolds, quiet,
                     [&](std::size_t fold) -> Completion {
                       learn(static_cast<int>(fold));
                       return [] {};
                     }) == kLabelFolds &&
         !control.stop.stop_requested();
}

// What the scores of each class say over the images that show it.
class ClassStatistics {
 public:
  ClassStatistics(const EvidenceSamples& samples, const EvidenceSamples::Network& network)
      : samples_(samples),
        network_(network),
        cells_(network.inputs.rows / samples.shown.rows),
        dense_(static_cast<std::size_t>(samples.shown.cols)),
        instances_(dense_.size()),
        correlation_(dense_.size()) {}

  // `scores` are those of the cells of an image, cells x classes.
  void Add(int image, const cv::Mat& scores) {
    const cv::Range rows(image * cells_, (image + 1) * cells_);
    for (int cls = 0; cls < samples_.shown.cols; ++cls) {
      if (samples_.shown.at<std::uint8_t>(image, cls) == 0) continue;
      for (int row = 0; row < cells_; ++row) {
        dense_[cls].push_back(network_.dense.at<float>(rows.start + row, cls));
        instances_[cls].push_back(scores.at<float>(row, cls));
      }
      correlation_[cls] +=
          Correlation(scores.col(cls).clone(), network_.foreground.rowRange(rows).clone());
    }
  }

  void Finish(NetworkModel& model) const {
    for (int cls = 0; cls < samples_.shown.cols; ++cls) {
      const int showing = cv::countNonZero(samples_.shown.col(cls));
      const bool teaches =
          showing >= kLeastTeachers && samples_.shown.rows - showing >= kLeastTeachers;
      const double mean = correlation_[cls] / std::max(showing, 1);
      model.dense.push_back(ScaleOf(dense_[cls]));
      model.instances.push_back(ScaleOf(instances_[cls]));
      model.gates.push_back(
          teaches ? std::clamp((kForegroundCorrelation - mean) / kGateWidth, 0.0, 1.0) : 0);
    }
  }

 private:
  const EvidenceSamples& samples_;
  const EvidenceSamples::Network& network_;
  const int cells_;
  std::vector<Values> dense_, instances_;
  std::vector<double> correlation_;
};

}  // namespace

std::optional<LabelModel> LearnEvidence(const EvidenceSamples& samples, const RunControl& control) {
  const int images = samples.shown.rows;
  Require(images >= kLeastTeachers, "{} images with a class, {} are needed to learn from", images,
          kLeastTeachers);
  LabelModel model;
  for (const EvidenceSamples::Network& network : samples.networks) {
    NetworkModel& learned = model.networks.emplace_back();
    learned.heads.resize(kLabelFolds);
    const auto learn = [&](int fold) {
      learned.heads[fold] =
          LearnFromBags(network.inputs, samples.shown, InFold(samples.folds, fold));
    };
    if (!LearnFolds(control, learn)) return std::nullopt;
    ClassStatistics statistics(samples, network);
    const int cells = network.inputs.rows / images;
    for (int image = 0; image < images; ++image)
      statistics.Add(image,
                     CellScores(learned.heads[samples.folds[image]],
                                network.inputs.rowRange(image * cells, (image + 1) * cells)));
    statistics.Finish(learned);
  }
  return model;
}

std::optional<LabelModel> LearnNets(const LabelSamples& samples, LabelModel model,
                                    std::uint64_t seed, const RunControl& control) {
  Expect(samples.networks.size() == model.networks.size(), "samples of {} networks for {}",
         samples.networks.size(), model.networks.size());
  for (std::size_t n = 0; n < model.networks.size(); ++n) {
    const LabelSamples::Network& network = samples.networks[n];
    std::vector<CellNet> nets(kLabelFolds);
    const auto learn = [&](int fold) {
      cv::Mat inputs, targets;
      for (int row = 0; row < network.inputs.rows; ++row) {
        if (network.folds[static_cast<std::size_t>(row)] == fold) continue;
        inputs.push_back(network.inputs.row(row));
        targets.push_back(network.targets.row(row));
      }
      Require(!inputs.empty(), "no image with a class could be labelled: nothing to learn from");
      CellNetOptions options;
      options.seed = SplitMix64(seed, n * kLabelFolds + static_cast<std::size_t>(fold));
      nets[static_cast<std::size_t>(fold)] = LearnCellNet(inputs, targets, options, control.stop);
    };
    if (!LearnFolds(control, learn)) return std::nullopt;
    model.networks[n].nets = std::move(nets);
  }
  return model;
}

}  // namespace gradcut
