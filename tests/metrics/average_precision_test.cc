// Small cases whose values follow from COCO's definition by hand, and what pycocotools says of
// larger ones: eval/metrics_parity/make_instance_goldens.py writes them.
#include "gradcut/metrics/average_precision.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kTolerance = 1e-12;
constexpr int kSide = 200;

RunLengths Block(const cv::Rect& block) {
  cv::Mat mask = cv::Mat::zeros(kSide, kSide, CV_8UC1);
  mask(block).setTo(255);
  return EncodeRuns(mask);
}

// Twelve blocks of 10 x 10 pixels that do not touch, one above the other.
cv::Rect Place(int index) { return {0, 15 * index, 10, 10}; }

class AveragePrecisionTest : public ::testing::Test {
 protected:
  AveragePrecisionTest() {
    truth_.images = {{.id = 1}, {.id = 2}};
    truth_.categories = {{5, "cat"}};
  }
  CocoInstance& True(const cv::Rect& block, std::int64_t image = 1, std::int64_t category = 5) {
    return truth_.instances.emplace_back(
        CocoInstance{.id = static_cast<std::int64_t>(truth_.instances.size() + 1),
                     .image_id = image,
                     .category_id = category,
                     .mask = Block(block),
                     .area = static_cast<double>(block.area())});
  }
  CocoInstance& Found(const cv::Rect& block, double score, std::int64_t image = 1,
                      std::int64_t category = 5) {
    return found_.emplace_back(CocoInstance{.image_id = image,
                                            .category_id = category,
                                            .mask = Block(block),
                                            .area = static_cast<double>(block.area()),
                                            .score = score});
  }
  double Score(const std::string& measure) const {
    return Of(ScoreInstances(truth_, found_).all, measure);
  }
  static double Of(const CocoScores& scores, const std::string& measure) {
    const auto place = std::find(kCocoMeasures.begin(), kCocoMeasures.end(), measure);
    return scores[static_cast<std::size_t>(place - kCocoMeasures.begin())];
  }

  CocoAnnotations truth_;
  std::vector<CocoInstance> found_;
};

TEST_F(AveragePrecisionTest, WhatIsFoundExactlyIsOne) {
  True(Place(0));
  Found(Place(0), 0.9);
  for (const char* const measure :
       {"ap", "ap_50", "ap_75", "ap_small", "ar_1", "ar_100", "ar_small"})
    EXPECT_NEAR(Score(measure), 1, kTolerance) << measure;
  for (const char* const measure : {"ap_medium", "ap_large", "ar_medium", "ar_large"})
    EXPECT_EQ(Score(measure), -1) << measure;
}

TEST_F(AveragePrecisionTest, NothingFoundIsZeroAndNothingToFindIsMinusOne) {
  EXPECT_EQ(Score("ap"), -1);
  Found(Place(0), 0.9);
  EXPECT_EQ(Score("ap"), -1);
  found_.clear();
  True(Place(0));
  EXPECT_EQ(Score("ap"), 0);
  EXPECT_EQ(Score("ar_100"), 0);
}

TEST_F(AveragePrecisionTest, PrecisionIsTheBestAtThatRecallOrAMoreOne) {
  True(Place(0));
  True(Place(1));
  Found(Place(0), 0.9);
  Found(Place(5), 0.8);
  Found(Place(1), 0.7);
  // Precision 1 up to a recall of 0.5 (51 levels), behind it 2/3 (50 levels).
  EXPECT_NEAR(Score("ap"), (51 + 50 * 2.0 / 3) / 101, kTolerance);
  EXPECT_NEAR(Score("ar_1"), 0.5, kTolerance);
  EXPECT_NEAR(Score("ar_10"), 1, kTolerance);
}

TEST_F(AveragePrecisionTest, CountsAtTheIousThatAreReached) {
  True({0, 0, 8, 10});
  Found({0, 0, 5, 10}, 0.9);  // IoU 5/8: enough for 0.5, 0.55 and 0.6.
  EXPECT_NEAR(Score("ap"), 0.3, kTolerance);
  EXPECT_NEAR(Score("ap_50"), 1, kTolerance);
  EXPECT_EQ(Score("ap_75"), 0);
  EXPECT_NEAR(Score("ar_100"), 0.3, kTolerance);
}

TEST_F(AveragePrecisionTest, AnObjectIsFoundOnce) {
  True(Place(0));
  True(Place(1));
  Found(Place(0), 0.9);
  Found(Place(0), 0.8);
  Found(Place(1), 0.7);
  EXPECT_NEAR(Score("ap"), (51 + 50 * 2.0 / 3) / 101, kTolerance);
}

TEST_F(AveragePrecisionTest, EqualScoresStandInTheOrderOfImagesAndOfTheFile) {
  True(Place(0), 1);
  True(Place(0), 2);
  Found(Place(0), 0.5, 2);
  Found(Place(5), 0.5, 1);
  Found(Place(0), 0.5, 1);
  // Image 1 comes first: wrong, right, right.
  EXPECT_NEAR(Score("ap"), 2.0 / 3, kTolerance);
}

TEST_F(AveragePrecisionTest, CrowdsAndWhatLiesInThemDoNotCount) {
  True(Place(0));
  True({100, 0, 50, 50}).crowd = true;
  Found({100, 0, 5, 5}, 0.95);  // A hundredth of the crowd, and all of it inside.
  Found({110, 0, 5, 5}, 0.94);
  Found(Place(0), 0.5);
  EXPECT_NEAR(Score("ap"), 1, kTolerance);
  Found({160, 0, 5, 5}, 0.99);
  EXPECT_NEAR(Score("ap"), 0.5, kTolerance);
}

TEST_F(AveragePrecisionTest, AnObjectThatCountsGoesBeforeACrowd) {
  True({0, 0, 20, 10}).crowd = true;
  True({0, 0, 10, 8});
  Found({0, 0, 10, 10}, 0.9);  // IoU 0.8 with the object, 1 with the crowd.
  EXPECT_NEAR(Score("ap_75"), 1, kTolerance);
}

TEST_F(AveragePrecisionTest, RangesOfAreasHaveTheirOwnObjects) {
  True({0, 0, 20, 20});
  True({50, 0, 40, 40});
  True({0, 100, 100, 100});
  Found({0, 0, 20, 20}, 0.9);
  Found({0, 100, 100, 100}, 0.8);
  EXPECT_NEAR(Score("ap_small"), 1, kTolerance) << "the large one is no mistake there";
  EXPECT_EQ(Score("ap_medium"), 0);
  EXPECT_NEAR(Score("ap_large"), 1, kTolerance);
  EXPECT_NEAR(Score("ar_100"), 2.0 / 3, kTolerance);
}

TEST_F(AveragePrecisionTest, AnAreaOnTheEndOfARangeIsInBoth) {
  True({0, 0, 32, 32});
  Found({0, 0, 32, 32}, 0.9);
  EXPECT_NEAR(Score("ap_small"), 1, kTolerance);
  EXPECT_NEAR(Score("ap_medium"), 1, kTolerance);
}

TEST_F(AveragePrecisionTest, HundredObjectsOfAnImageCount) {
  True(Place(0));
  for (int i = 0; i < 100; ++i) Found(Place(5), 0.9);
  Found(Place(0), 0.8);
  EXPECT_EQ(Score("ap"), 0);
  EXPECT_EQ(Score("ar_100"), 0);
  found_.erase(found_.begin());
  EXPECT_NEAR(Score("ap"), 0.01, kTolerance);
  EXPECT_NEAR(Score("ar_100"), 1, kTolerance);
  EXPECT_EQ(Score("ar_10"), 0);
}

TEST_F(AveragePrecisionTest, CategoriesCountAlike) {
  truth_.categories = {{5, "cat"}, {6, "dog"}, {7, "cow"}};
  True(Place(0), 1, 5);
  True(Place(1), 1, 6);
  True(Place(2), 1, 6);
  Found(Place(0), 0.9, 1, 5);
  Found(Place(1), 0.9, 1, 5);
  Found(Place(1), 0.1, 1, 8);  // No category, no image of the truth.
  Found(Place(1), 0.1, 9, 6);
  const InstanceScores scores = ScoreInstances(truth_, found_);
  EXPECT_NEAR(Of(scores.all, "ap"), 0.5, kTolerance);
  ASSERT_EQ(scores.categories.size(), 3U);
  EXPECT_NEAR(Of(scores.categories[0], "ap"), 1, kTolerance);
  EXPECT_EQ(Of(scores.categories[1], "ap"), 0);
  EXPECT_EQ(Of(scores.categories[2], "ap"), -1);
}

TEST_F(AveragePrecisionTest, MasksOfAnotherSizeAreWrong) {
  True(Place(0));
  Found(Place(0), 0.9).mask = {10, 10, {0, 100}};
  EXPECT_EQ(Score("ap"), 0);
}

TEST(MaskIouTest, IsTheShareOfWhatIsInEither) {
  EXPECT_DOUBLE_EQ(MaskIou(Block({0, 0, 4, 4}), Block({2, 0, 4, 4})), 8.0 / 24);
  EXPECT_EQ(MaskIou(Block({0, 0, 4, 4}), Block({9, 9, 4, 4})), 0);
  EXPECT_EQ(MaskIou(Block({}), Block({})), 0);
  EXPECT_EQ(MaskIou(Block({0, 0, 4, 4}), {10, 10, {0, 100}}), 0);
}

class CocoGoldenTest : public ::testing::Test {
 protected:
  const fs::path data_ = fs::path(GRADCUT_TEST_DATA) / "instances";
  const CocoAnnotations truth_ = ReadCocoInstances(data_ / "truth.json");
  const Json expected_ = Json::parse(std::ifstream(data_ / "expected.json"));

  void ExpectScores(const std::vector<CocoInstance>& found, const Json& expected) const {
    const CocoScores scores = ScoreInstances(truth_, found).all;
    for (std::size_t i = 0; i < scores.size(); ++i)
      EXPECT_NEAR(scores[i], expected.at(std::string(kCocoMeasures[i])).get<double>(), kTolerance)
          << kCocoMeasures[i];
  }
};

TEST_F(CocoGoldenTest, MasksAreTheSameBitForBit) {
  ASSERT_EQ(truth_.instances.size(), expected_["runs"].size());
  for (const CocoInstance& each : truth_.instances)
    EXPECT_EQ(CompressRuns(each.mask), expected_["runs"][static_cast<std::size_t>(*each.id - 1)])
        << *each.id;
}

TEST_F(CocoGoldenTest, ScoresAgree) {
  std::vector<CocoInstance> found = ReadCocoInstances(data_ / "results.json").instances;
  ExpectScores(found, expected_["masks"]);
  for (CocoInstance& each : found) each.area = ObjectBox(each.mask).area();
  ExpectScores(found, expected_["boxes"]);
}

}  // namespace
}  // namespace gradcut
