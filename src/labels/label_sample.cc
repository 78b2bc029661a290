#include "gradcut/labels/label_sample.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/random.h"
#include "gradcut/learn/cell_inputs.h"

#include <algorithm>
#include <numeric>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

// All cells in random order.
std::vector<int> ShuffledCells(int cells, std::uint64_t seed) {
  std::vector<int> rows(static_cast<std::size_t>(cells));
  std::iota(rows.begin(), rows.end(), 0);
  std::mt19937_64 random(seed);
  Shuffle(rows, random);
  return rows;
}

// Cells x labels: how much of each cell has each label.
cv::Mat SharesOf(const cv::Mat& labels, cv::Size grid, const std::vector<int>& present,
                 const std::vector<LabelClass>& classes) {
  cv::Mat shares = cv::Mat::zeros(grid.area(), static_cast<int>(classes.size()) + 1, CV_32FC1);
  const auto fill = [&](int column, int label) {
    cv::Mat here;
    cv::Mat(labels == label).convertTo(here, CV_32FC1, 1.0 / 255);
    Resize(here, grid).reshape(1, shares.rows).copyTo(shares.col(column));
  };
  fill(0, 0);
  for (const int index : present) fill(index + 1, classes[static_cast<std::size_t>(index)].label);
  return shares;
}

void CheckPresent(const std::vector<LabelEvidence>& evidence, const std::vector<int>& present,
                  int classes) {
  for (const int index : present)
    Expect(index >= 0 && index < classes, "class {} of {}", index, classes);
  for (const LabelEvidence& each : evidence)
    Expect(each.dense.size() == present.size(), "evidence of {} classes, {} are present",
           each.dense.size(), present.size());
}

cv::Mat RowsOf(const cv::Mat& mat, const std::vector<int>& rows) {
  cv::Mat chosen(static_cast<int>(rows.size()), mat.cols, mat.type());
  for (int i = 0; i < chosen.rows; ++i) mat.row(rows[i]).copyTo(chosen.row(i));
  return chosen;
}

}  // namespace

cv::Mat LabelInputs(const LabelEvidence& evidence) {
  cv::Mat inputs;
  cv::hconcat(CellInputs(evidence.features), evidence.deep.values, inputs);
  return inputs;
}

EvidenceSamples SampleEvidence(const std::vector<LabelEvidence>& evidence,
                               const std::vector<int>& present, int classes, int fold,
                               std::size_t count, std::uint64_t seed) {
  CheckPresent(evidence, present, classes);
  EvidenceSamples samples;
  samples.folds = {fold};
  samples.shown = cv::Mat::zeros(1, classes, CV_8UC1);
  for (const int index : present) samples.shown.at<std::uint8_t>(index) = 1;
  for (const LabelEvidence& each : evidence) {
    const int cells = static_cast<int>(each.foreground.total());
    const std::vector<int> order = ShuffledCells(cells, seed);
    std::vector<int> rows(count);
    for (std::size_t i = 0; i < count; ++i) rows[i] = order[i % order.size()];
    cv::Mat dense = cv::Mat::zeros(cells, classes, CV_32FC1);
    for (std::size_t i = 0; i < present.size(); ++i)
      each.dense[i].reshape(1, cells).copyTo(dense.col(present[i]));
    samples.networks.push_back({RowsOf(LabelInputs(each), rows),
                                RowsOf(each.foreground.reshape(1, cells), rows),
                                RowsOf(dense, rows)});
  }
  return samples;
}

LabelSamples SampleLabels(const std::vector<LabelEvidence>& evidence, const cv::Mat& labels,
                          const std::vector<int>& present, const std::vector<LabelClass>& classes,
                          int fold, std::size_t count, std::uint64_t seed) {
  CheckPresent(evidence, present, static_cast<int>(classes.size()));
  LabelSamples samples;
  for (const LabelEvidence& each : evidence) {
    std::vector<int> rows = ShuffledCells(static_cast<int>(each.foreground.total()), seed);
    rows.resize(std::min(rows.size(), count));
    samples.networks.push_back(
        {RowsOf(LabelInputs(each), rows),
         RowsOf(SharesOf(labels, each.foreground.size(), present, classes), rows),
         std::vector<int>(rows.size(), fold)});
  }
  return samples;
}

void Append(const EvidenceSamples& more, EvidenceSamples& all) {
  all.networks.resize(more.networks.size());
  for (std::size_t n = 0; n < more.networks.size(); ++n) {
    all.networks[n].inputs.push_back(more.networks[n].inputs);
    all.networks[n].foreground.push_back(more.networks[n].foreground);
    all.networks[n].dense.push_back(more.networks[n].dense);
  }
  all.shown.push_back(more.shown);
  all.folds.insert(all.folds.end(), more.folds.begin(), more.folds.end());
}

void Append(const LabelSamples& more, LabelSamples& all) {
  all.networks.resize(more.networks.size());
  for (std::size_t n = 0; n < more.networks.size(); ++n) {
    all.networks[n].inputs.push_back(more.networks[n].inputs);
    all.networks[n].targets.push_back(more.networks[n].targets);
    all.networks[n].folds.insert(all.networks[n].folds.end(), more.networks[n].folds.begin(),
                                 more.networks[n].folds.end());
  }
}

}  // namespace gradcut
