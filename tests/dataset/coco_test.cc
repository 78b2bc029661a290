#include "gradcut/dataset/coco.h"

#include "gradcut/core/image.h"
#include "gradcut/dataset/run_lengths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

cv::Mat Labels() {
  cv::Mat labels = cv::Mat::zeros(10, 20, CV_8UC1);
  labels(cv::Rect(0, 0, 3, 3)) = 2;
  labels(cv::Rect(3, 3, 2, 2)) = 2;  // Touches the first one at a corner.
  labels(cv::Rect(10, 6, 4, 2)) = 2;
  labels(cv::Rect(10, 0, 5, 5)) = 1;
  labels(cv::Rect(16, 0, 2, 9)) = kVoid;
  return labels;
}

json Parsed(const CocoDataset& dataset) { return json::parse(dataset.ToJson()); }

TEST(CocoDatasetTest, CategoriesAreTheClassesWithoutTheBackground) {
  const json dataset = Parsed(CocoDataset({"background", "cat", "dog"}));
  ASSERT_EQ(dataset["categories"].size(), 2U);
  EXPECT_EQ(dataset["categories"][1]["id"], 2);
  EXPECT_EQ(dataset["categories"][1]["name"], "dog");
  EXPECT_EQ(dataset["images"], json::array());
  EXPECT_EQ(dataset["annotations"], json::array());
}

TEST(CocoDatasetTest, EachRegionIsAnAnnotation) {
  CocoDataset dataset({"background", "cat", "dog"});
  dataset.Add("sub/a.jpg", Labels(), 0.75);
  EXPECT_EQ(dataset.annotations(), 3U);
  const json all = Parsed(dataset);
  EXPECT_EQ(all["images"][0],
            json({{"id", 1}, {"file_name", "sub/a.jpg"}, {"width", 20}, {"height", 10}}));
  const json& cat = all["annotations"][0];
  EXPECT_EQ(cat["id"], 1);
  EXPECT_EQ(cat["image_id"], 1);
  EXPECT_EQ(cat["category_id"], 1);
  EXPECT_EQ(cat["iscrowd"], 0);
  EXPECT_EQ(cat["area"], 25);
  EXPECT_EQ(cat["bbox"], json({10, 0, 5, 5}));
  EXPECT_EQ(cat["score"], 0.75);
  EXPECT_EQ(all["annotations"][1]["bbox"], json({0, 0, 5, 5})) << "corners touch: one region";
  EXPECT_EQ(all["annotations"][1]["area"], 13);
}

TEST(CocoDatasetTest, SegmentationsGiveTheLabelsBack) {
  CocoDataset dataset({"background", "cat", "dog"});
  dataset.Add("a.jpg", Labels());
  cv::Mat rebuilt = cv::Mat::zeros(10, 20, CV_8UC1);
  const json all = Parsed(dataset);
  for (const json& each : all["annotations"]) {
    EXPECT_FALSE(each.contains("score"));
    EXPECT_EQ(each["segmentation"]["size"], json({10, 20}));
    rebuilt.setTo(
        each["category_id"].get<int>(),
        DecodeRuns(DecompressRuns(each["segmentation"]["counts"].get<std::string>(), 10, 20)));
  }
  cv::Mat expected = Labels();
  expected.setTo(0, expected == kVoid);
  EXPECT_EQ(cv::norm(rebuilt, expected, cv::NORM_INF), 0);
}

TEST(CocoDatasetTest, AnImageWithoutObjectsIsThereAllTheSame) {
  CocoDataset dataset({"background", "cat"});
  dataset.Add("a.jpg", cv::Mat::zeros(4, 4, CV_8UC1));
  dataset.Add("caf\xe9.jpg", cv::Mat::ones(4, 4, CV_8UC1));
  const json all = Parsed(dataset);
  ASSERT_EQ(all["images"].size(), 2U);
  ASSERT_EQ(all["annotations"].size(), 1U);
  EXPECT_EQ(all["annotations"][0]["image_id"], 2);
}

TEST(CocoDatasetTest, ALabelWithoutAClassIsRefused) {
  CocoDataset dataset({"background", "cat"});
  EXPECT_THROW(dataset.Add("a.jpg", Labels()), std::invalid_argument);
}

InstanceMask Instance(std::int64_t id, const std::string& category, const cv::Mat& mask) {
  return {.id = id, .category = category, .mask = mask, .score = 0.5};
}

TEST(CocoInstancesTest, IdsAreThoseOfTheInput) {
  CocoInstances dataset(std::vector<CocoCategory>{{18, "dog"}, {3, "car"}});
  const cv::Mat mask = Labels() == 2;
  InstanceMask boxed = Instance(901, "car", mask);
  boxed.box = cv::Rect2d(0.5, 1, 7.25, 8);
  dataset.Add("a.jpg", mask.size(), std::vector{Instance(77, "dog", mask), boxed}, 40);
  const json all = json::parse(dataset.ToJson());
  EXPECT_EQ(all["images"][0],
            json({{"id", 40}, {"file_name", "a.jpg"}, {"width", 20}, {"height", 10}}));
  ASSERT_EQ(all["categories"].size(), 2U);
  const json& dog = all["annotations"][0];
  EXPECT_EQ(dog["id"], 77);
  EXPECT_EQ(dog["image_id"], 40);
  EXPECT_EQ(dog["category_id"], 18);
  EXPECT_EQ(dog["iscrowd"], 0);
  EXPECT_EQ(dog["area"], 21);
  EXPECT_EQ(dog["bbox"], json({0, 0, 14, 8}));
  EXPECT_EQ(dog["score"], 0.5);
  const RunLengths runs = DecompressRuns(dog["segmentation"]["counts"].get<std::string>(), 10, 20);
  EXPECT_EQ(cv::norm(DecodeRuns(runs), mask, cv::NORM_INF), 0);
  EXPECT_EQ(all["annotations"][1]["id"], 901);
  EXPECT_EQ(all["annotations"][1]["category_id"], 3);
  EXPECT_EQ(all["annotations"][1]["bbox"], json({0.5, 1, 7.25, 8}));
}

TEST(CocoInstancesTest, WhatHasNoIdGetsTheNextFreeOne) {
  CocoInstances dataset(std::vector<CocoCategory>{{18, "dog"}});
  const cv::Mat mask = cv::Mat::zeros(4, 4, CV_8UC1);
  dataset.Add("a.jpg", mask.size(), {}, 40);
  dataset.Add("b.jpg", mask.size(), std::vector{Instance(1, "", mask), Instance(2, "cat", mask)});
  const json all = json::parse(dataset.ToJson());
  EXPECT_EQ(all["images"][1]["id"], 41);
  EXPECT_EQ(all["categories"][1],
            json({{"id", 19}, {"name", "object"}, {"supercategory", "object"}}));
  EXPECT_EQ(all["categories"][2]["id"], 20);
  EXPECT_EQ(all["annotations"][0]["category_id"], 19);
  EXPECT_EQ(all["annotations"][0]["bbox"], json({0, 0, 0, 0}));
}

TEST(CocoInstancesTest, BrokenContractsAreRefused) {
  CocoInstances dataset;
  const cv::Mat mask = cv::Mat::zeros(4, 4, CV_8UC1);
  dataset.Add("a.jpg", mask.size(), {}, 40);
  EXPECT_THROW(dataset.Add("b.jpg", mask.size(), {}, 40), std::invalid_argument);
  EXPECT_THROW(dataset.Add("b.jpg", {5, 4}, std::vector{Instance(1, "", mask)}),
               std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
