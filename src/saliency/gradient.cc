#include "gradcut/saliency/gradient.h"

#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat InputGradient(const ScoredImage& image, ChannelReduction reduction) {
  return Reduce(image.input().InputGradient(), reduction);
}

cv::Mat GradientTimesInput(const ScoredImage& image, ChannelReduction reduction) {
  return Reduce(image.input().InputGradient() * image.input().tensor(), reduction);
}

}  // namespace gradcut
