#include "gradcut/metrics/instances.h"

#include "gradcut/metrics/instance_report.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Json = nlohmann::json;
using Objects = std::vector<InstanceMask>;

constexpr double kTolerance = 1e-12;
constexpr int kSide = 20;

// The first `cols` columns of a small image.
InstanceMask Object(std::int64_t id, int cols, const std::string& category = "cat") {
  cv::Mat mask = cv::Mat::zeros(kSide, kSide, CV_8UC1);
  mask.colRange(0, cols).setTo(255);
  return {.id = id, .category = category, .mask = mask, .score = 0.5};
}

class EvaluateInstancesTest : public ::testing::Test {
 protected:
  EvaluateInstancesTest() {
    truth_.Add("sub/a.jpg", {kSide, kSide}, Objects{Object(11, 10), Object(12, 10, "dog")}, 1);
    truth_.Add("b.jpg", {kSide, kSide}, Objects{Object(13, 4)}, 2);
  }
  InstanceReport Evaluate(const CocoInstances& predictions) const {
    return Evaluate(predictions.ToJson());
  }
  InstanceReport Evaluate(const std::string& predictions) const {
    WriteFileAtomically(folder_ / "run/instances.json", predictions);
    WriteFileAtomically(folder_ / "truth.json", truth_.ToJson());
    return EvaluateInstances({.predictions = folder_ / "run", .truth = folder_ / "truth.json"});
  }
  // IoU 0.8, 0.5 and 1, with ids of images and categories of its own.
  static CocoInstances Predicted() {
    CocoInstances predicted;
    predicted.Add("b.jpg", {kSide, kSide}, Objects{Object(13, 4)}, 1);
    predicted.Add("sub/a.jpg", {kSide, kSide}, Objects{Object(12, 5, "dog"), Object(11, 8)}, 7);
    return predicted;
  }

  TemporaryFolder folder_;
  CocoInstances truth_;
};

TEST_F(EvaluateInstancesTest, EachAnnotationIsComparedWithItsOwnMask) {
  const InstanceReport report = Evaluate(Predicted());
  ASSERT_EQ(report.boxes.size(), 3U);
  EXPECT_EQ(report.boxes[0].image, "sub/a.jpg");
  EXPECT_EQ(report.boxes[0].id, 11);
  EXPECT_EQ(report.boxes[0].category.name, "cat");
  EXPECT_DOUBLE_EQ(report.boxes[0].iou, 0.8);
  EXPECT_EQ(report.boxes[0].score, 0.5);
  EXPECT_DOUBLE_EQ(report.boxes[1].iou, 0.5);
  EXPECT_DOUBLE_EQ(report.boxes[2].iou, 1);
  EXPECT_NEAR(report.summary.mean_iou.value(), 2.3 / 3, kTolerance);
  EXPECT_DOUBLE_EQ(report.summary.median_iou.value(), 0.8);
  EXPECT_DOUBLE_EQ(report.summary.iou_50.value(), 1);
  EXPECT_DOUBLE_EQ(report.summary.iou_70.value(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(report.summary.iou_90.value(), 1.0 / 3);
  EXPECT_NEAR(report.interval.low, 0.65, kTolerance) << "two images are drawn, not three boxes";
  EXPECT_NEAR(report.interval.high, 1, kTolerance);
  EXPECT_EQ(report.images, 2U);
  EXPECT_EQ(report.predictions, 3U);
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_THAT(report.missing, IsEmpty());
}

TEST_F(EvaluateInstancesTest, CategoriesBelongTogetherByName) {
  const InstanceReport report = Evaluate(Predicted());
  ASSERT_EQ(report.categories.size(), 2U);
  EXPECT_EQ(report.categories[0].category.name, "cat");
  EXPECT_EQ(report.categories[0].boxes.boxes, 2U);
  EXPECT_NEAR(report.categories[0].boxes.mean_iou.value(), 0.9, kTolerance);
  EXPECT_NEAR(report.categories[0].scores[1], 1, kTolerance);
  EXPECT_NEAR(report.categories[1].boxes.mean_iou.value(), 0.5, kTolerance);
  EXPECT_NEAR(report.categories[1].scores[0], 0.1, kTolerance);
}

TEST_F(EvaluateInstancesTest, WhatIsMissingCountsZeroAndIsSaid) {
  CocoInstances predicted;
  predicted.Add("sub/a.jpg", {kSide, kSide}, Objects{Object(11, 10)});
  predicted.Add("c.jpg", {kSide, kSide}, Objects{Object(1, 10)});
  const InstanceReport report = Evaluate(predicted);
  EXPECT_NEAR(report.summary.mean_iou.value(), 1.0 / 3, kTolerance);
  EXPECT_THAT(report.missing, ElementsAre("sub/a.jpg: 12", "b.jpg: 13"));
  EXPECT_THAT(report.extra, ElementsAre("c.jpg"));
  EXPECT_EQ(report.boxes[1].score, std::nullopt);
  EXPECT_EQ(report.predictions, 1U);
}

TEST_F(EvaluateInstancesTest, NothingPredictedIsZero) {
  CocoInstances predicted;
  predicted.Add("b.jpg", {kSide, kSide}, {});
  EXPECT_EQ(Evaluate(predicted).summary.mean_iou, 0);
  EXPECT_EQ(Evaluate(CocoInstances()).missing.size(), 3U);
}

TEST_F(EvaluateInstancesTest, ImagesBelongTogetherByAUniqueStem) {
  CocoInstances predicted;
  predicted.Add("elsewhere/a.png", {kSide, kSide}, Objects{Object(11, 10)});
  EXPECT_EQ(Evaluate(predicted).boxes[0].iou, 1);
  predicted.Add("a.jpg", {kSide, kSide}, {});
  EXPECT_THAT(ErrorOf([&] { Evaluate(predicted); }),
              AllOf(HasSubstr("instances.json: holds no image of "),
                    HasSubstr("for instance elsewhere/a.png, but sub/a.jpg")));
}

TEST_F(EvaluateInstancesTest, ResultsBelongToImagesAndCategoriesById) {
  const std::string runs = CompressRuns(EncodeRuns(Object(0, 4).mask));
  const Json result = {{"image_id", 2},
                       {"category_id", 1},
                       {"score", 0.5},
                       {"segmentation", {{"size", {kSide, kSide}}, {"counts", runs}}}};
  const InstanceReport report = Evaluate(Json({result}).dump());
  EXPECT_FALSE(report.by_id);
  EXPECT_THAT(report.boxes, IsEmpty());
  EXPECT_EQ(report.summary.mean_iou, std::nullopt);
  EXPECT_NEAR(report.scores[8], 0.25, kTolerance) << "one of two cats, no dog";
  EXPECT_TRUE(Json::parse(ToJson(report))["mean_iou"].is_null());
  EXPECT_THAT(ToTable(report), Not(HasSubstr("median_iou")));
}

TEST_F(EvaluateInstancesTest, CrowdsAreNoBoxes) {
  Json truth = Json::parse(truth_.ToJson());
  truth["annotations"][0]["iscrowd"] = 1;
  WriteFileAtomically(folder_ / "crowd.json", truth.dump());
  WriteFileAtomically(folder_ / "own.json", Predicted().ToJson());
  const InstanceReport report =
      EvaluateInstances({.predictions = folder_ / "own.json", .truth = folder_ / "crowd.json"});
  EXPECT_EQ(report.summary.boxes, 2U);
}

TEST_F(EvaluateInstancesTest, OddFilesAreWarnedOf) {
  truth_.Add("z.jpg", {kSide, kSide}, Objects{Object(0, 3)});
  InstanceMask object = Object(11, 10, "unicorn");
  object.score.reset();
  CocoInstances predicted;
  predicted.Add("sub/a.jpg", {kSide, kSide}, Objects{object});
  EXPECT_THAT(Evaluate(predicted).warnings,
              ElementsAre(HasSubstr("1 found objects are of categories that the truth does not"),
                          HasSubstr("1 found objects have no score"),
                          HasSubstr("1 annotations of the truth have the id 0")));
}

TEST_F(EvaluateInstancesTest, MasksOfAnotherSizeAreSaid) {
  InstanceMask object = Object(11, 10);
  object.mask = object.mask.rowRange(0, 10);
  CocoInstances predicted;
  predicted.Add("sub/a.jpg", object.mask.size(), Objects{object});
  const InstanceReport report = Evaluate(predicted);
  EXPECT_THAT(report.failures,
              ElementsAre("sub/a.jpg: a predicted mask has 20x10 pixels, but the truth's image has "
                          "20x20"));
  EXPECT_EQ(report.boxes[0].iou, 0);
}

TEST_F(EvaluateInstancesTest, FolderWithoutInstancesIsNamed) {
  WriteFileAtomically(folder_ / "truth.json", truth_.ToJson());
  EXPECT_THAT(ErrorOf([&] {
                EvaluateInstances({.predictions = folder_.path(), .truth = folder_ / "truth.json"});
              }),
              HasSubstr("holds no instances.json"));
}

TEST_F(EvaluateInstancesTest, ReportsHaveAllOfIt) {
  const InstanceReport report = Evaluate(Predicted());
  const Json json = Json::parse(ToJson(report));
  EXPECT_EQ(json["boxes"], 3);
  EXPECT_NEAR(json["mean_iou"].get<double>(), 2.3 / 3, kTolerance);
  EXPECT_EQ(json["interval_95"]["mean_iou"].size(), 2U);
  EXPECT_EQ(json["ap_large"], -1);
  EXPECT_NEAR(json["per_class"]["dog"]["mean_iou"].get<double>(), 0.5, kTolerance);
  EXPECT_EQ(ToCsv(report),
            "image,id,category,iou,score\n"
            "sub/a.jpg,11,cat,0.8,0.5\n"
            "sub/a.jpg,12,dog,0.5,0.5\n"
            "b.jpg,13,cat,1,0.5\n");
  EXPECT_THAT(ToTable(report, 1),
              AllOf(HasSubstr("mean_iou                   0.7667   [0.6500, 1.0000]\n"),
                    HasSubstr("ap_large                        -\n"),
                    HasSubstr("dog                             1   0.5000   0.1000   1.0000"),
                    HasSubstr("worst boxes by iou\n   0.5000  sub/a.jpg: 12\n")));
}

}  // namespace
}  // namespace gradcut
