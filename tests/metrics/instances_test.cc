// Objects one by one: COCO's measures as pycocotools has them, and IoU by id.
#include "gradcut/metrics/instances.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/coco_instances.h"
#include "gradcut/metrics/instance_report.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const fs::path kData = fs::path(GRADCUT_TEST_DATA) / "instances";

nlohmann::json Golden() { return nlohmann::json::parse(TextOf(kData / "golden.json")); }

TEST(InstancesGoldenTest, PolygonsAndRunsAreThoseOfPycocotools) {
  const CocoAnnotations truth = ReadCocoInstances(kData / "truth.json");
  const nlohmann::json masks = Golden().at("masks");
  ASSERT_EQ(truth.instances.size(), masks.size());
  for (const CocoInstance& each : truth.instances)
    EXPECT_EQ(CompressRuns(each.mask), masks.at(std::to_string(*each.id)).get<std::string>())
        << *each.id;
}

TEST(InstancesGoldenTest, MeasuresAreThoseOfPycocotools) {
  const CocoAnnotations truth = ReadCocoInstances(kData / "truth.json");
  const CocoAnnotations found = ReadCocoInstances(kData / "results.json");
  const InstanceScores scores = ScoreInstances(truth, found.instances);
  const nlohmann::json golden = Golden();
  for (std::size_t k = 0; k < kCocoMeasures.size(); ++k) {
    EXPECT_NEAR(scores.all[k], golden.at("all")[k].get<double>(), 1e-12) << kCocoMeasures[k];
    for (std::size_t c = 0; c < truth.categories.size(); ++c)
      EXPECT_NEAR(scores.categories[c][k],
                  golden.at("categories")[std::to_string(truth.categories[c].id)][k].get<double>(),
                  1e-12)
          << truth.categories[c].name << " " << kCocoMeasures[k];
  }
}

// Two images of 10 x 4 pixels: objects of ten pixels each, 1 and 2 in the first image, 3 in the
// second.
std::string Truth() {
  return R"({"images": [{"id": 1, "file_name": "in/a.jpg", "width": 10, "height": 4},
                        {"id": 2, "file_name": "in/b.jpg", "width": 10, "height": 4}],
    "annotations": [
      {"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [4, 10], "counts": [0, 10, 30]}},
      {"id": 2, "image_id": 1, "category_id": 1, "segmentation": {"size": [4, 10], "counts": [20, 10, 10]}},
      {"id": 3, "image_id": 2, "category_id": 2, "segmentation": {"size": [4, 10], "counts": [0, 10, 30]}}],
    "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]})";
}

class InstancesTest : public ::testing::Test {
 protected:
  InstancesTest() { WriteFileAtomically(folder_ / "truth.json", Truth()); }
  InstanceReport Evaluate(const std::string& predictions) const {
    WriteFileAtomically(folder_ / "out/instances.json", predictions);
    return EvaluateInstances(
        {.predictions = folder_ / "out", .truth = folder_ / "truth.json", .bootstrap = {}});
  }
  std::string Refusal(const std::string& predictions) const {
    return ErrorOf([&] { Evaluate(predictions); });
  }
  TemporaryFolder folder_;
};

TEST_F(InstancesTest, IoUIsThatOfTheSameId) {
  // Of 1 five pixels of ten and five others; of 2 all; of 3 nothing is there.
  const InstanceReport report = Evaluate(
      R"({"images": [{"id": 7, "file_name": "a.jpg", "width": 10, "height": 4}],
        "annotations": [
          {"id": 2, "image_id": 7, "category_id": 1, "score": 0.5, "segmentation": {"size": [4, 10], "counts": [20, 10, 10]}},
          {"id": 1, "image_id": 7, "category_id": 1, "score": 0.9, "segmentation": {"size": [4, 10], "counts": [5, 10, 25]}}],
        "categories": [{"id": 1, "name": "cat"}]})");
  ASSERT_EQ(report.boxes.size(), 3U);
  EXPECT_DOUBLE_EQ(report.boxes[0].iou, 5.0 / 15);
  EXPECT_DOUBLE_EQ(report.boxes[1].iou, 1);
  EXPECT_DOUBLE_EQ(report.boxes[2].iou, 0);
  EXPECT_DOUBLE_EQ(*report.summary.mean_iou, (5.0 / 15 + 1) / 3);
  EXPECT_DOUBLE_EQ(*report.summary.iou_50, 1.0 / 3);
  EXPECT_THAT(report.missing, ElementsAre(HasSubstr("3")));
  EXPECT_THAT(ToCsv(report), HasSubstr("image,id,category,iou,score\n"));
  EXPECT_THAT(ToTable(report), HasSubstr("mean_iou"));
  EXPECT_EQ(nlohmann::json::parse(ToJson(report)).at("boxes"), 3);
}

TEST_F(InstancesTest, WhatIsNoCocoFileIsRefused) {
  EXPECT_THAT(Refusal("{"), HasSubstr("instances.json"));
  EXPECT_THAT(Refusal("7"), HasSubstr("instances.json"));
  EXPECT_THAT(Refusal(R"({"images": []})"), HasSubstr("annotations"));
  EXPECT_THAT(
      Refusal(
          R"([{"image_id": 1, "category_id": 1, "score": 1, "segmentation": {"size": [4, 10], "counts": [41]}}])"),
      HasSubstr("instances.json"));
}

TEST_F(InstancesTest, MasksOfAnotherSizeFailTheirImage) {
  const InstanceReport report = Evaluate(
      R"({"images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 4}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [4, 9], "counts": [0, 9, 27]}}],
        "categories": [{"id": 1, "name": "cat"}]})");
  EXPECT_THAT(report.failures, ElementsAre(HasSubstr("a.jpg")));
}

}  // namespace
}  // namespace gradcut
