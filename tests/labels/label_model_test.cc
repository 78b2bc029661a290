#include "gradcut/labels/label_model.h"

#include "gradcut/core/error.h"
#include "gradcut/labels/label_model_file.h"
#include "gradcut/tensor/safetensors.h"
#include "support/error_of.h"
#include "support/sparse_file.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

const std::vector<LabelClass> kClasses = {{"red", 7, {0}}, {"green", 3, {}}};

// Four cells of 2 x 2 pixels: background, green, half of each, green. Only green (1) is present.
LabelMap Map() {
  LabelMap map;
  map.labels = (cv::Mat_<std::uint8_t>(4, 4) << 0, 0, 3, 3,  //
                0, 0, 3, 3,                                  //
                0, 3, 3, 3,                                  //
                0, 3, 3, 3);
  map.cells.size = {2, 2};
  map.cells.inputs = (cv::Mat_<float>(4, 1) << 10, 20, 30, 40);
  map.cells.group = {cv::Mat()};
  map.cells.head = {(cv::Mat_<float>(1, 2) << 1, 3)};
  return map;
}

TEST(LabelModelTest, CellsAreSampledWithTheSharesOfTheirLabels) {
  const LabelSample sample = SampleLabels(Map(), {1}, kClasses, 100, 5);
  ASSERT_EQ(sample.inputs.rows, 4);
  ASSERT_EQ(sample.targets.size(), cv::Size(3, 4));
  for (int i = 0; i < 4; ++i) {
    const float input = sample.inputs.at<float>(i);
    EXPECT_FLOAT_EQ(sample.targets.at<float>(i, 0), input == 10 ? 1 : input == 30 ? 0.5F : 0);
    EXPECT_FLOAT_EQ(sample.targets.at<float>(i, 1), 0);
    EXPECT_NEAR(cv::sum(sample.targets.row(i))[0], 1, 1e-6);
  }
  EXPECT_EQ(SampleLabels(Map(), {1}, kClasses, 3, 5).inputs.rows, 3);
  EXPECT_TRUE(SampleLabels(Map(), {}, kClasses, 3, 5).inputs.empty());
}

TEST(LabelModelTest, TheSpreadIsThatOfAllImagesOfTheClass) {
  LabelMap other = Map();
  other.cells.head = {(cv::Mat_<float>(1, 2) << 5, 7)};
  LabelSample all;
  Append(SampleLabels(Map(), {1}, kClasses, 2, 0), all);
  Append(SampleLabels(Map(), {}, kClasses, 2, 0), all);
  Append(SampleLabels(other, {1}, kClasses, 2, 1), all);
  EXPECT_EQ(all.inputs.rows, 4);
  const LabelModel model = LearnLabels(all);
  ASSERT_EQ(model.head.size(), 2u);
  EXPECT_DOUBLE_EQ(model.head[1].mean, 4);
  EXPECT_NEAR(model.head[1].deviation, std::sqrt(5), 1e-9);
  EXPECT_EQ(model.group[0].deviation, 1);  // No image shows it.
  EXPECT_EQ(model.cells.weights.size(), cv::Size(3, 1));
}

TEST(LabelModelTest, AFileKeepsItForRunsOfTheSameOrigin) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "rounds/1.safetensors";
  EXPECT_FALSE(ReadLabelModel("this data set", path));
  LabelSample all;
  Append(SampleLabels(Map(), {1}, kClasses, 4, 0), all);
  const LabelModel model = LearnLabels(all);
  WriteLabelModel(model, "this data set", path);
  EXPECT_FALSE(ReadLabelModel("another one", path));
  const std::optional<LabelModel> read = ReadLabelModel("this data set", path);
  ASSERT_TRUE(read);
  EXPECT_EQ(cv::norm(read->cells.weights, model.cells.weights, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(read->cells.bias, model.cells.bias, cv::NORM_INF), 0);
  ASSERT_EQ(read->group.size(), 2u);
  ASSERT_EQ(read->head.size(), 2u);
  EXPECT_EQ(read->head[1].mean, model.head[1].mean);
  EXPECT_EQ(read->head[1].deviation, model.head[1].deviation);
}

TEST(LabelModelTest, AFileThatIsNoModelIsNamed) {
  const TemporaryFolder folder;
  WriteSafetensors(folder / "other.safetensors", {}, {{"format", "something else"}});
  EXPECT_THAT(ErrorOf([&] { ReadLabelModel("", folder / "other.safetensors"); }),
              ::testing::HasSubstr("other.safetensors: not what gradcut label keeps"));
}

TEST(LabelModelTest, MoreCellsThanAnIntCountsAreRefused) {
  const TemporaryFolder folder;
  WriteSparseSafetensors(folder / "model.safetensors",
                         R"({"__metadata__":{"format":"gradcut-label-model-1","origin":""},)" +
                             SparseTensor("weights", "[4294967520,1]", 0, kWrapsTo224) + "}",
                         4 * kWrapsTo224);
  EXPECT_THAT(ErrorOf([&] { ReadLabelModel("", folder / "model.safetensors"); }),
              ::testing::HasSubstr("4294967520"));
}

TEST(LabelModelTest, ClassesThatTheMapWasNotMadeForBreakTheContract) {
  EXPECT_THROW(SampleLabels(Map(), {2}, kClasses, 3, 0), std::invalid_argument);
  EXPECT_THROW(SampleLabels(Map(), {0, 1}, kClasses, 3, 0), std::invalid_argument);
}

TEST(LabelModelTest, NothingToLearnFromIsSaid) {
  LabelSample all;
  Append(SampleLabels(Map(), {}, kClasses, 3, 0), all);
  EXPECT_THROW(LearnLabels(all), Error);
}

}  // namespace
}  // namespace gradcut
