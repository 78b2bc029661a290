#pragma once

#include "gradcut/model/class_names.h"
#include "gradcut/saliency/scored_image.h"
#include "saliency/scored_input.h"

#include <ATen/ATen.h>

#include <memory>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {

/// An input (1 x 3 x H x W) to a network of up to 1000 classes, with its score.
inline ScoredImage Scored(const Network& network, const at::Tensor& input,
                          const std::vector<int>& classes = {}, const ScoreOptions& score = {}) {
  static const ClassNames names = NumberedClassNames(1000);
  return ScoredImage(std::make_unique<ScoredInput>(
      network, input, std::make_shared<TargetScore>(names, classes, score), /*memory=*/1000));
}

/// A map as a double tensor, H x W.
inline at::Tensor ToTensor(const cv::Mat& map) {
  return at::from_blob(map.data, {map.rows, map.cols}, at::kFloat).to(at::kDouble);
}

/// |a - b| / |b|.
inline double RelativeError(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

/// Numbers in [least, greatest), the same in every run, as floats.
inline at::Tensor Numbers(at::IntArrayRef shape, double least, double greatest) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape) count *= side;
  const at::Tensor phase = (at::arange(count, at::kDouble) * 0.6180339887498949).frac();
  return (least + (greatest - least) * phase).view(shape).to(at::kFloat);
}

}  // namespace gradcut
