#include "gradcut/saliency/adversarial.h"

#include "support/fake_classifier.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr int kSide = 8;

// Logits that differ by 0.1 on a grey image; the first channel speaks for class 0, the second for
// class 1, the third for none.
std::shared_ptr<const Classifier> NearlyUndecided() {
  const double scale = 1e-3;
  at::Tensor first = at::zeros({3, kSide, kSide}), second = at::zeros({3, kSide, kSide});
  first[0].fill_(1.02 * scale);
  second[1].fill_(scale);
  return LinearClassifier({first, second});
}

cv::Mat Grey(cv::Size size = {kSide, kSide}) { return {size, CV_8UC3, cv::Scalar::all(100)}; }

TEST(FastGradientSignTest, MovesEachValueByEpsilonAgainstTheClass) {
  const AdversarialExample example = FastGradientSign(*NearlyUndecided(), Grey(), {}, 5);
  EXPECT_EQ(example.before.index, 0);
  const cv::Mat expected(kSide, kSide, CV_8UC3, cv::Scalar(95, 105, 100));
  EXPECT_EQ(cv::norm(example.changed, expected, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(example.original, Grey(), cv::NORM_INF), 0);
}

TEST(FastGradientSignTest, SmallChangeFlipsTheClass) {
  const AdversarialExample example = FastGradientSign(*NearlyUndecided(), Grey(), {}, 5);
  EXPECT_EQ(example.after.index, 1);
  EXPECT_GT(example.after.score, 0.5);
  EXPECT_NEAR(example.remaining, 1 - example.after.score, 1e-6);
  EXPECT_LT(example.remaining, example.before.score);
}

TEST(FastGradientSignTest, WorksAgainstTheClassThatIsNamed) {
  const AdversarialExample example = FastGradientSign(*NearlyUndecided(), Grey(), {1}, 5);
  EXPECT_EQ(example.before.index, 1);
  EXPECT_EQ(example.after.index, 0);
  EXPECT_LT(example.remaining, example.before.score);
}

TEST(FastGradientSignTest, StaysWithinTheImagesRangeAtTheNetworksSize) {
  const cv::Mat black(20, 30, CV_8UC3, cv::Scalar::all(0));
  const AdversarialExample example = FastGradientSign(*NearlyUndecided(), black, {0}, 255);
  EXPECT_EQ(example.changed.size(), cv::Size(kSide, kSide));
  const cv::Mat expected(kSide, kSide, CV_8UC3, cv::Scalar(0, 255, 0));
  EXPECT_EQ(cv::norm(example.changed, expected, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace gradcut
