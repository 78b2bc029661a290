#include "gradcut/learn/cell_inputs.h"

#include <algorithm>

namespace gradcut {

cv::Mat CellInputs(const FeatureMap& features) {
  const int channels = features.values.cols;
  cv::Mat inputs(features.values.rows, 2 * channels, CV_32FC1);
  for (int row = 0; row < features.rows; ++row) {
    for (int col = 0; col < features.cols; ++col) {
      const int cell = row * features.cols + col;
      float* const own = inputs.ptr<float>(cell);
      float* const around = own + channels;
      std::copy_n(features.values.ptr<float>(cell), channels, own);
      std::fill_n(around, channels, 0.0F);
      int cells = 0;
      for (int r = std::max(0, row - 1); r <= std::min(features.rows - 1, row + 1); ++r) {
        for (int c = std::max(0, col - 1); c <= std::min(features.cols - 1, col + 1);
             ++c, ++cells) {
          const float* const value = features.values.ptr<float>(r * features.cols + c);
          for (int i = 0; i < channels; ++i) around[i] += value[i];
        }
      }
      for (int i = 0; i < channels; ++i) around[i] /= static_cast<float>(cells);
    }
  }
  return inputs;
}

}  // namespace gradcut
