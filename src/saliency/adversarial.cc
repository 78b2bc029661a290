#include "gradcut/saliency/adversarial.h"

#include "gradcut/core/image.h"
#include "gradcut/saliency/scored_image.h"
#include "saliency/scored_input.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

// `original` with each value moved by `step` against the sign of the gradient, 1 x 3 x H x W.
cv::Mat Moved(const cv::Mat& original, const at::Tensor& gradient, int step) {
  const at::Tensor signs =
      gradient[0].sign().to(at::kCPU, at::kInt).permute({1, 2, 0}).contiguous();
  const cv::Mat moves(original.size(), CV_32SC3, signs.data_ptr<int>());
  cv::Mat wide;
  original.convertTo(wide, CV_32SC3);
  cv::Mat moved;
  cv::Mat(wide - step * moves).convertTo(moved, CV_8UC3);  // Saturates.
  return moved;
}

std::vector<int> Best(const ScoredImage& image) { return {image.classes().front().index}; }

}  // namespace

AdversarialExample FastGradientSign(const Classifier& classifier, const cv::Mat& image,
                                    const std::vector<int>& classes, int epsilon) {
  const int side = classifier.network().native_size();
  AdversarialExample example = {.original = Resize(image, {side, side})};
  const ScoreOptions score = {.kind = ScoreKind::kLogProbability};
  const std::vector<int> best = Best(ScoredImage(classifier, example.original, classes, score));
  const ScoredImage original(classifier, example.original, best, score);
  example.before = original.classes().front();
  example.changed = Moved(example.original, original.input().InputGradient(), epsilon);
  example.after = ScoredImage(classifier, example.changed, {}, score).classes().front();
  example.remaining = ScoredImage(classifier, example.changed, best, score).classes().front().score;
  return example;
}

}  // namespace gradcut
