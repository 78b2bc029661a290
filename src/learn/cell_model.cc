#include "gradcut/learn/cell_model.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {

cv::Mat CellScores(const CellModel& model, const cv::Mat& inputs) {
  if (inputs.type() != CV_32FC1 || model.weights.type() != CV_32FC1 ||
      model.bias.type() != CV_32FC1 || inputs.cols != model.weights.rows || model.bias.rows != 1 ||
      model.bias.cols != model.weights.cols)
    throw std::invalid_argument(
        fmt::format("CellScores: a model of {} inputs for {}", model.weights.rows, inputs.cols));
  return inputs * model.weights + cv::repeat(model.bias, inputs.rows, 1);
}

}  // namespace gradcut
