#include "gradcut/objectness/learn_objectness.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/feature_maps.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

constexpr int kChannels = 6;
const std::vector<HeadLayer> kLayers = {{"cells", kChannels}};

// Photos of noise with a block of "object" cells, where the first channel is high.
struct Photos {
  explicit Photos(int count) {
    for (int i = 0; i < count; ++i) {
      const int rows = i % 3 == 0 ? 6 : 8, cols = i % 3 == 0 ? 8 : 6;
      ObjectnessSample sample = {RandomFeatures(rows, cols, kChannels, i + 1),
                                 cv::Mat::zeros(rows, cols, CV_32FC1)};
      sample.targets(cv::Rect(1 + i % 2, 1, 3, 3 + i % 3)).setTo(1);
      sample.inputs.values.col(0) += 6 * sample.targets.reshape(1, rows * cols);
      samples.push_back(sample);
    }
  }

  ObjectnessSamples View() const {
    ObjectnessSamples view;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      view.grids.push_back(samples[i].targets.size());
      view.confidences.push_back(1 - 0.01 * static_cast<double>(i));
      view.areas.push_back(cv::mean(samples[i].targets)[0]);
    }
    view.read = [this](std::size_t i) { return samples[i]; };
    return view;
  }

  std::vector<ObjectnessSample> samples;
};

const ObjectnessOptions kShort = {.hidden = 8, .epochs = 30, .rate = 1e-2};

cv::Mat ProbabilityOf(const ObjectnessHead& head, const FeatureMap& features) {
  return head.Probability(features, {features});
}

std::vector<std::uint8_t> BytesOf(const ObjectnessHead& head) {
  const TemporaryFolder folder;
  head.Write(folder / "head.safetensors");
  return ReadFile(folder / "head.safetensors");
}

TEST(LearnObjectnessTest, ObjectsAreFoundInPhotosThatItHasNotSeen) {
  const Photos seen(24), unseen(30);
  const auto head = LearnObjectness(seen.View(), "net", kLayers, kShort);
  EXPECT_EQ(head->architecture(), "net");
  EXPECT_EQ(LayerNames(head.get()), std::vector<std::string>{"cells"});
  for (std::size_t i = 24; i < 30; ++i) {
    const cv::Mat p = ProbabilityOf(*head, unseen.samples[i].inputs);
    cv::Mat objects = unseen.samples[i].targets > 0;
    EXPECT_GT(cv::mean(p, objects)[0], cv::mean(p, ~objects)[0] + 0.5) << i;
  }
}

TEST(LearnObjectnessTest, MeanProbabilityOverAllPhotosIsTheShare) {
  const Photos photos(12);
  for (const double share : {0.1, 0.3, 0.7}) {
    ObjectnessOptions options = kShort;
    options.epochs = 3;
    options.share = share;
    const auto head = LearnObjectness(photos.View(), "net", kLayers, options);
    double mean = 0;
    for (const ObjectnessSample& sample : photos.samples)
      mean += cv::mean(ProbabilityOf(*head, sample.inputs))[0] / 12;
    EXPECT_NEAR(mean, share, 2e-3);
  }
}

TEST(LearnObjectnessTest, MostConfidentMasksTeach) {
  // The others say the opposite.
  Photos photos(20);
  for (std::size_t i = 10; i < 20; ++i) photos.samples[i].targets = 1 - photos.samples[i].targets;
  ObjectnessOptions options = kShort;
  options.confident = 0.5;
  const auto head = LearnObjectness(photos.View(), "net", kLayers, options);
  const cv::Mat p = ProbabilityOf(*head, photos.samples[0].inputs);
  EXPECT_GT(cv::mean(p, photos.samples[0].targets > 0)[0], 0.7);
}

TEST(LearnObjectnessTest, EmptyAndFullMasksTeachNothing) {
  Photos photos(6);
  const auto alone = BytesOf(*LearnObjectness(photos.View(), "net", kLayers, kShort));
  ObjectnessSamples view = photos.View();
  for (const double area : {0.0, 0.004, 0.96, 1.0}) {
    view.areas = std::vector<double>(6, area);
    EXPECT_THAT(ErrorOf([&] { LearnObjectness(view, "net", kLayers, kShort); }),
                testing::HasSubstr("no photo has a mask that teaches"))
        << area;
  }
  view.areas = {0.3, 1, 0, 1, 0, 1};
  EXPECT_FALSE(BytesOf(*LearnObjectness(view, "net", kLayers, kShort)) == alone);
}

TEST(LearnObjectnessTest, SameBytesWhateverTheJobs) {
  const Photos photos(9);
  ObjectnessOptions options = kShort;
  options.epochs = 2;
  options.nets = 3;
  const auto one = BytesOf(*LearnObjectness(photos.View(), "net", kLayers, options, {.jobs = 1}));
  const auto three = BytesOf(*LearnObjectness(photos.View(), "net", kLayers, options, {.jobs = 3}));
  EXPECT_TRUE(one == three);
  options.seed = 1;
  EXPECT_FALSE(BytesOf(*LearnObjectness(photos.View(), "net", kLayers, options)) == one);
}

TEST(LearnObjectnessTest, PartsCanBeLeftOut) {
  const Photos photos(9);
  ObjectnessOptions options = kShort;
  options.epochs = 2;
  const std::size_t whole =
      BytesOf(*LearnObjectness(photos.View(), "net", kLayers, options)).size();
  options.context = false;
  const std::size_t blind =
      BytesOf(*LearnObjectness(photos.View(), "net", kLayers, options)).size();
  options.filter = false;
  const std::size_t narrow =
      BytesOf(*LearnObjectness(photos.View(), "net", kLayers, options)).size();
  options.hidden = 0;
  const std::size_t linear =
      BytesOf(*LearnObjectness(photos.View(), "net", kLayers, options)).size();
  EXPECT_GT(whole, blind);
  EXPECT_GT(blind, narrow);
  EXPECT_GT(narrow, linear);
}

TEST(LearnObjectnessTest, StopsWhereItIs) {
  const Photos photos(9);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(LearnObjectness(photos.View(), "net", kLayers, kShort, {.stop = stop.get_token()}),
            nullptr);
}

TEST(LearnObjectnessTest, OnePhotoIsEnough) {
  const auto head = LearnObjectness(Photos(1).View(), "net", kLayers, kShort);
  EXPECT_NE(head, nullptr);
}

TEST(LearnObjectnessTest, SamplesOfOtherShapesBreakTheContract) {
  const Photos photos(3);
  ObjectnessSamples view = photos.View();
  view.confidences.pop_back();
  EXPECT_THROW(LearnObjectness(view, "net", kLayers, kShort), std::invalid_argument);
  view = photos.View();
  view.grids[0] = {3, 3};
  EXPECT_THROW(LearnObjectness(view, "net", kLayers, kShort), std::invalid_argument);
  EXPECT_THROW(LearnObjectness(photos.View(), "net", {{"cells", 5}}, kShort),
               std::invalid_argument);
  ObjectnessOptions options;
  options.nets = 0;
  EXPECT_THROW(LearnObjectness(photos.View(), "net", kLayers, options), Error);
}

TEST(JoinLayersTest, ChannelsOfAllLayersOnTheGridOfTheFeatures) {
  const FeatureMap features = RandomFeatures(2, 2, 1, 1);
  FeatureMap fine = {4, 4, cv::Mat::zeros(16, 1, CV_32FC1)};
  fine.values.at<float>(0) = 4;  // A fourth of the first cell.
  const FeatureMap coarse = {1, 1, (cv::Mat_<float>(1, 2) << 5, 7)};
  const FeatureMap joined = JoinLayers(features, {fine, features, coarse});
  EXPECT_EQ(joined.rows, 2);
  EXPECT_EQ(joined.cols, 2);
  const cv::Mat first = (cv::Mat_<float>(1, 4) << 1, features.values.at<float>(0), 5, 7);
  EXPECT_EQ(Difference(joined.values.row(0), first), 0);
  EXPECT_EQ(joined.values.at<float>(3, 0), 0);
  EXPECT_THROW(JoinLayers({}, {features}), std::invalid_argument);
  EXPECT_THROW(JoinLayers(features, {}), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
