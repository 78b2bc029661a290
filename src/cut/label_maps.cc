#include "cut/label_maps.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {

void SetLabelCosts(std::size_t label, const cv::Mat& costs, MultiLabelEnergy& energy) {
  std::int32_t* cost = &energy.unary[label * energy.size()];
  for (int row = 0; row < costs.rows; ++row)
    for (int col = 0; col < costs.cols; ++col, ++cost) {
      const double nats = std::clamp<double>(costs.at<float>(row, col), -kMaxLogOdds, kMaxLogOdds);
      *cost = static_cast<std::int32_t>(std::lround(nats * kCapacityScale));
    }
}

cv::Mat CutByCosts(const cv::Mat& image, const std::vector<cv::Mat>& costs,
                   const GraphcutOptions& options) {
  GridEnergy weights;
  AddContrastWeights(image, options, weights);
  MultiLabelEnergy energy = MakeMultiLabelEnergy(weights, static_cast<int>(costs.size()));
  for (std::size_t label = 0; label < costs.size(); ++label)
    SetLabelCosts(label, costs[label], energy);
  std::vector<std::uint8_t> labels = Expand(energy, options.solver).labels;
  return cv::Mat(image.size(), CV_8UC1, labels.data()).clone();
}

cv::Mat ResizeLabels(const cv::Mat& labels, int count, cv::Size size) {
  if (labels.size() == size) return labels;
  cv::Mat resized = cv::Mat::zeros(size, CV_8UC1), most;
  for (int label = 0; label < count; ++label) {
    const cv::Mat share = Resize(labels == label, size);
    if (most.empty()) {
      most = share;
      continue;
    }
    resized.setTo(label, share > most);
    cv::max(most, share, most);
  }
  return resized;
}

void ChooseLabelParts(const MaskOptions& options, int neighbours, cv::Mat& labels) {
  if (!options.fill_holes && !options.keep_largest && options.min_area == 0) return;
  double most = 0;
  cv::minMaxLoc(labels, nullptr, &most);
  for (int label = 1; label <= most; ++label) {
    const cv::Mat mask = labels == label;
    const cv::Mat chosen = ChooseParts(mask, options, neighbours);
    labels.setTo(0, mask & ~chosen);
    labels.setTo(label, chosen & (labels == 0));
  }
}

}  // namespace gradcut
