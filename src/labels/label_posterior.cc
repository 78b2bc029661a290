#include "labels/label_posterior.h"

#include "gradcut/core/image.h"
#include "gradcut/core/softmax.h"
#include "gradcut/labels/label_sample.h"
#include "gradcut/labels/labeller.h"

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

// How much evidence of the data set counts, in nats a standard deviation.
constexpr double kDense = 1, kInstances = 3;
constexpr double kLearned = 0.4;  // Share of what was learned from labels in the log posterior.
constexpr double kGated = 0.8;  // Of the log odds by the foreground, that an open gate takes away.

std::size_t Size(int index) { return static_cast<std::size_t>(index); }

// Of a cell: log odds of the class's group, of its row of the head, or their sum.
cv::Mat ClassScore(const LabelEvidence& evidence, const LabelNetwork& network,
                   const LabelClass& wanted, std::size_t target) {
  const cv::Mat& group = evidence.group[target];
  const int row = network.head == nullptr ? -1 : RowOf(*network.head, wanted.name);
  if (row < 0) return group;
  const cv::Mat head = evidence.scores.values.col(row).clone().reshape(1, evidence.scores.rows);
  return group.empty() ? head : group + head;
}

// What the foreground and the scores of the classes say of one image by itself.
std::vector<cv::Mat> OwnPosterior(const LabelEvidence& evidence, const LabelNetwork& network,
                                  const std::vector<LabelClass>& classes,
                                  const std::vector<int>& present,
                                  const LocationOptions& location) {
  const cv::Size grid = evidence.foreground.size();
  std::vector<cv::Mat> which;
  for (std::size_t i = 0; i < present.size(); ++i)
    which.push_back(Resize(ClassScore(evidence, network, classes[Size(present[i])], i), grid));
  which = LogSoftmax(which);
  const cv::Mat log_odds = location.slope * (evidence.foreground - location.threshold);
  const std::vector<cv::Mat> where =
      LogSoftmax(std::vector{cv::Mat(cv::Mat::zeros(grid, CV_32FC1)), log_odds});
  std::vector<cv::Mat> posterior = {where[0]};
  for (const cv::Mat& each : which) posterior.push_back(where[1] + each);
  return posterior;
}

cv::Mat InUnitsOf(const cv::Mat& scores, const Scale& scale) {
  return (scores - scale.quantile) / scale.deviation;
}

// The scores of the model of the image's fold, or the mean of all.
template <class Model>
cv::Mat ScoresOf(const std::vector<Model>& models, const cv::Mat& inputs, int fold) {
  if (fold != kUnseen) return CellScores(models.at(Size(fold)), inputs);
  cv::Mat sum = CellScores(models.front(), inputs);
  for (std::size_t i = 1; i < models.size(); ++i) sum += CellScores(models[i], inputs);
  return sum / static_cast<double>(models.size());
}

cv::Mat MapOf(const cv::Mat& scores, int col, cv::Size grid) {
  return scores.col(col).clone().reshape(1, grid.height);
}

}  // namespace

std::vector<cv::Mat> LogPosterior(const LabelEvidence& evidence, const LabelNetwork& network,
                                  const std::vector<LabelClass>& classes,
                                  const std::vector<int>& present, const LocationOptions& location,
                                  const NetworkModel* model, int fold) {
  std::vector<cv::Mat> own = OwnPosterior(evidence, network, classes, present, location);
  if (model == nullptr) return own;
  const cv::Size grid = evidence.foreground.size();
  const cv::Mat inputs = LabelInputs(evidence);
  const cv::Mat instances = ScoresOf(model->heads, inputs, fold);
  std::vector<cv::Mat> posterior = {cv::Mat::zeros(grid, CV_32FC1)};
  for (std::size_t i = 0; i < present.size(); ++i) {
    const std::size_t cls = Size(present[i]);
    const double gate = model->gates[cls];
    posterior.push_back((1 - kGated * gate) * (own[i + 1] - own[0]) +
                        kDense * InUnitsOf(evidence.dense[i], model->dense[cls]) +
                        kInstances * gate *
                            InUnitsOf(MapOf(instances, present[i], grid), model->instances[cls]));
  }
  posterior = LogSoftmax(posterior);
  if (model->nets.empty()) return posterior;
  const cv::Mat scores = ScoresOf(model->nets, inputs, fold);
  std::vector<cv::Mat> learned = {MapOf(scores, 0, grid)};
  for (const int index : present) learned.push_back(MapOf(scores, index + 1, grid));
  learned = LogSoftmax(learned);
  for (std::size_t i = 0; i < posterior.size(); ++i)
    posterior[i] = (1 - kLearned) * posterior[i] + kLearned * learned[i];
  return LogSoftmax(posterior);
}

}  // namespace gradcut
