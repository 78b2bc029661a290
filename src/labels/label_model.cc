#include "gradcut/labels/label_model.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr double kLeastDeviation = 1e-6;

// Cells x labels: how much of each cell has each label.
cv::Mat SharesOf(const LabelMap& map, const std::vector<int>& present,
                 const std::vector<LabelClass>& classes) {
  cv::Mat shares =
      cv::Mat::zeros(map.cells.inputs.rows, static_cast<int>(classes.size()) + 1, CV_32FC1);
  const auto fill = [&](int column, int label) {
    cv::Mat here;
    cv::Mat(map.labels == label).convertTo(here, CV_32FC1, 1.0 / 255);
    Resize(here, map.cells.size).reshape(1, shares.rows).copyTo(shares.col(column));
  };
  fill(0, 0);
  for (const int index : present) fill(index + 1, classes[static_cast<std::size_t>(index)].label);
  return shares;
}

// The rows of some of the cells, in random order.
std::vector<int> DrawCells(int cells, std::size_t count, std::uint64_t seed) {
  std::vector<int> rows(static_cast<std::size_t>(cells));
  std::iota(rows.begin(), rows.end(), 0);
  count = std::min(count, rows.size());
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < count; ++i)
    std::swap(rows[i], rows[i + DrawBelow(random, rows.size() - i)]);
  rows.resize(count);
  return rows;
}

void AddMoments(const cv::Mat& scores, int row, cv::Mat& moments) {
  if (scores.empty()) return;
  const cv::Mat values = cv::Mat_<double>(scores);
  moments.at<double>(row, 0) += static_cast<double>(values.total());
  moments.at<double>(row, 1) += cv::sum(values)[0];
  moments.at<double>(row, 2) += values.dot(values);
}

Spread SpreadOf(const cv::Mat& moments, int row) {
  const double count = moments.at<double>(row, 0);
  if (count == 0) return {};
  const double mean = moments.at<double>(row, 1) / count;
  const double variance = moments.at<double>(row, 2) / count - mean * mean;
  return {mean, std::max(std::sqrt(std::max(variance, 0.0)), kLeastDeviation)};
}

}  // namespace

LabelSample SampleLabels(const LabelMap& map, const std::vector<int>& present,
                         const std::vector<LabelClass>& classes, std::size_t count,
                         std::uint64_t seed) {
  const int class_count = static_cast<int>(classes.size());
  for (const int index : present)
    if (index < 0 || index >= class_count)
      throw std::invalid_argument(fmt::format("SampleLabels: class {} of {}", index, class_count));
  if (!present.empty() && (map.cells.inputs.empty() || map.cells.group.size() != present.size() ||
                           map.cells.head.size() != present.size()))
    throw std::invalid_argument("SampleLabels: the map was made for other classes");
  LabelSample sample;
  sample.moments = cv::Mat::zeros(2 * class_count, 3, CV_64FC1);
  if (present.empty()) return sample;
  const cv::Mat shares = SharesOf(map, present, classes);
  for (const int row : DrawCells(shares.rows, count, seed)) {
    sample.inputs.push_back(map.cells.inputs.row(row));
    sample.targets.push_back(shares.row(row));
  }
  for (std::size_t i = 0; i < present.size(); ++i) {
    AddMoments(map.cells.group[i], present[i], sample.moments);
    AddMoments(map.cells.head[i], class_count + present[i], sample.moments);
  }
  return sample;
}

void Append(const LabelSample& more, LabelSample& all) {
  if (!more.inputs.empty()) {
    all.inputs.push_back(more.inputs);
    all.targets.push_back(more.targets);
  }
  all.moments = all.moments.empty() ? more.moments.clone() : cv::Mat(all.moments + more.moments);
}

LabelModel LearnLabels(const LabelSample& all) {
  Require(!all.inputs.empty(), "no image with a class could be labelled: nothing to learn from");
  LabelModel model = {LearnCells(all.inputs, all.targets), {}, {}};
  const int classes = all.moments.rows / 2;
  for (int i = 0; i < classes; ++i) {
    model.group.push_back(SpreadOf(all.moments, i));
    model.head.push_back(SpreadOf(all.moments, classes + i));
  }
  return model;
}

}  // namespace gradcut
