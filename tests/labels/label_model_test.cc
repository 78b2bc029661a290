#include "gradcut/labels/label_model.h"

#include "gradcut/core/error.h"
#include "gradcut/core/random.h"
#include "gradcut/labels/label_evidence_file.h"
#include "gradcut/labels/label_model_file.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "support/error_of.h"
#include "support/label_images.h"
#include "support/sparse_file.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <set>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

const std::vector<LabelClass> kClasses = {{"red", 7, {0}}, {"green", 3, {}}};
const cv::Rect kLeft(0, 0, 2, 4), kRight(2, 0, 2, 4);
constexpr int kImages = 40;

// Every second image shows the first class, in the left half. `object` is the foreground.
EvidenceSamples Samples(const cv::Rect& object) {
  EvidenceSamples all;
  const std::vector<int> folds = DrawFolds(kImages, kLabelFolds, 0);
  for (int i = 0; i < kImages; ++i) {
    const bool shown = i % 2 == 0;
    const std::vector<int> present = shown ? std::vector{0} : std::vector{1};
    LabelEvidence evidence = EvidenceOf(shown ? kLeft : cv::Rect(), object, 1);
    cv::Mat noise(evidence.features.values.size(), CV_32FC1);
    cv::RNG(i + 1).fill(noise, cv::RNG::NORMAL, 0, 0.1);
    evidence.features.values += noise;
    evidence.deep.values = evidence.features.values;
    Append(SampleEvidence({evidence}, present, 2, folds[i], 16, i), all);
  }
  return all;
}

TEST(LabelModelTest, FoldsAreOfTheSameSize) {
  const std::vector<int> folds = DrawFolds(52, kLabelFolds, 3);
  for (int fold = 0; fold < kLabelFolds; ++fold)
    EXPECT_NEAR(static_cast<double>(std::count(folds.begin(), folds.end(), fold)), 10.4, 1);
  EXPECT_EQ(folds, DrawFolds(52, kLabelFolds, 3));
  EXPECT_NE(folds, DrawFolds(52, kLabelFolds, 4));
}

TEST(LabelModelTest, HeadsTellTheCellsOfAClass) {
  const auto model = LearnEvidence(Samples(kLeft), {});
  ASSERT_TRUE(model);
  ASSERT_EQ(model->networks.size(), 1u);
  const NetworkModel& network = model->networks[0];
  ASSERT_EQ(network.heads.size(), static_cast<std::size_t>(kLabelFolds));
  const cv::Mat inputs = LabelInputs(EvidenceOf(kLeft, kLeft, 1));
  for (const CellModel& head : network.heads) {
    const cv::Mat scores = CellScores(head, inputs).col(0).clone().reshape(1, 4);
    EXPECT_GT(cv::mean(scores(kLeft))[0], cv::mean(scores(kRight))[0] + 1);
  }
}

TEST(LabelModelTest, AClassThatIsBackgroundToTheForegroundHasAnOpenGate) {
  EXPECT_EQ(LearnEvidence(Samples(kLeft), {})->networks[0].gates[0], 0);
  EXPECT_EQ(LearnEvidence(Samples(kRight), {})->networks[0].gates[0], 1);
}

TEST(LabelModelTest, ScalesAreThoseOfTheImagesThatShowTheClass) {
  const auto model = LearnEvidence(Samples(kLeft), {});
  // Half of the cells of these are 10, the others 0.
  EXPECT_EQ(model->networks[0].dense[0].quantile, 10);
  EXPECT_NEAR(model->networks[0].dense[0].deviation, 5, 1e-6);
}

TEST(LabelModelTest, ARareClassHasAClosedGate) {
  EvidenceSamples samples = Samples(kRight);
  samples.shown.col(0) = 0;
  for (int i = 0; i < kLeastTeachers - 1; ++i) samples.shown.at<std::uint8_t>(i, 0) = 1;
  EXPECT_EQ(LearnEvidence(samples, {})->networks[0].gates[0], 0);
}

TEST(LabelModelTest, TooFewImagesAreSaid) {
  EvidenceSamples few;
  Append(SampleEvidence({EvidenceOf(kLeft, kLeft, 1)}, {0}, 2, 0, 4, 0), few);
  EXPECT_THAT(ErrorOf([&] { LearnEvidence(few, {}); }), HasSubstr("1 images with a class"));
}

// Red in the left half of every image.
LabelSamples LabelledSamples() {
  LabelSamples all;
  cv::Mat labels = cv::Mat::zeros(8, 8, CV_8UC1);
  labels.colRange(0, 4).setTo(7);
  const std::vector<int> folds = DrawFolds(kImages, kLabelFolds, 0);
  for (int i = 0; i < kImages; ++i)
    Append(SampleLabels({EvidenceOf(kLeft, kLeft, 1)}, labels, {0}, kClasses, folds[i], 16, i),
           all);
  return all;
}

TEST(LabelModelTest, CellsAreSampledWithTheSharesOfTheirLabels) {
  // 2 x 2 pixels a cell: the first cell is all background, the second half of each, the rest green.
  cv::Mat labels(8, 8, CV_8UC1, cv::Scalar(3));
  labels(cv::Rect(0, 0, 3, 2)).setTo(0);
  const LabelSamples samples =
      SampleLabels({EvidenceOf(kLeft, kLeft, 1)}, labels, {1}, kClasses, 2, 100, 5);
  const cv::Mat& targets = samples.networks[0].targets;
  ASSERT_EQ(targets.size(), cv::Size(3, 16));
  const cv::Mat_<float> first = targets.col(0);
  const std::multiset<float> background(first.begin(), first.end());
  EXPECT_EQ(background.count(0), 14u);
  EXPECT_EQ(background.count(0.5F), 1u);
  EXPECT_EQ(background.count(1), 1u);
  EXPECT_EQ(cv::countNonZero(targets.col(1)), 0);
  for (int i = 0; i < 16; ++i) EXPECT_NEAR(cv::sum(targets.row(i))[0], 1, 1e-6);
  EXPECT_EQ(samples.networks[0].folds, std::vector<int>(16, 2));
  EXPECT_EQ(SampleLabels({EvidenceOf(kLeft, kLeft, 1)}, labels, {1}, kClasses, 2, 3, 5)
                .networks[0]
                .inputs.rows,
            3);
}

TEST(LabelModelTest, NetsTellWhatTheLabelsTaught) {
  const auto model = LearnNets(LabelledSamples(), *LearnEvidence(Samples(kLeft), {}), 0, {});
  ASSERT_TRUE(model);
  const cv::Mat inputs = LabelInputs(EvidenceOf(kLeft, kLeft, 1));
  ASSERT_EQ(model->networks[0].nets.size(), static_cast<std::size_t>(kLabelFolds));
  for (const CellNet& net : model->networks[0].nets) {
    const cv::Mat scores = CellScores(net, inputs);
    EXPECT_GT(scores.at<float>(0, 1), scores.at<float>(0, 0));
    EXPECT_GT(scores.at<float>(3, 0), scores.at<float>(3, 1));
  }
}

TEST(LabelModelTest, AFileKeepsItForRunsOfTheSameOrigin) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "rounds/1.safetensors";
  EXPECT_FALSE(ReadLabelModel("this data set", path));
  const LabelModel model =
      LearnNets(LabelledSamples(), *LearnEvidence(Samples(kRight), {}), 0, {}).value();
  WriteLabelModel(model, "this data set", path);
  EXPECT_FALSE(ReadLabelModel("another one", path));
  const LabelModel read = ReadLabelModel("this data set", path).value();
  const NetworkModel &own = model.networks[0], &kept = read.networks[0];
  EXPECT_EQ(kept.gates, own.gates);
  EXPECT_EQ(kept.dense[0].quantile, own.dense[0].quantile);
  EXPECT_EQ(kept.instances[1].deviation, own.instances[1].deviation);
  EXPECT_EQ(cv::norm(kept.heads[4].weights, own.heads[4].weights, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(kept.nets[4].labels.weights, own.nets[4].labels.weights, cv::NORM_INF), 0);
}

TEST(LabelModelTest, AFileThatIsNoModelIsNamed) {
  const TemporaryFolder folder;
  WriteSafetensors(folder / "other.safetensors", {}, {{"format", "something else"}});
  EXPECT_THAT(ErrorOf([&] { ReadLabelModel("", folder / "other.safetensors"); }),
              HasSubstr("other.safetensors: not what gradcut label keeps"));
  WriteSafetensors(folder / "empty.safetensors", {},
                   {{"format", "gradcut-label-model-2"}, {"origin", ""}, {"networks", "1"}});
  EXPECT_THAT(ErrorOf([&] { ReadLabelModel("", folder / "empty.safetensors"); }),
              HasSubstr("empty.safetensors: not what gradcut label keeps"));
}

TEST(LabelModelTest, MoreCellsThanAnIntCountsAreRefused) {
  const TemporaryFolder folder;
  WriteSparseSafetensors(
      folder / "model.safetensors",
      R"({"__metadata__":{"format":"gradcut-label-model-2","origin":"","networks":"1"},)" +
          SparseTensor("0.classes", "[4294967520,1]", 0, kWrapsTo224) + "}",
      4 * kWrapsTo224);
  EXPECT_THAT(ErrorOf([&] { ReadLabelModel("", folder / "model.safetensors"); }),
              HasSubstr("4294967520"));
}

TEST(LabelModelTest, ClassesThatTheEvidenceIsNotOfBreakTheContract) {
  const std::vector<LabelEvidence> evidence = {EvidenceOf(kLeft, kLeft, 1)};
  const cv::Mat labels = cv::Mat::zeros(8, 8, CV_8UC1);
  EXPECT_THROW(SampleLabels(evidence, labels, {2}, kClasses, 0, 3, 0), std::invalid_argument);
  EXPECT_THROW(SampleLabels(evidence, labels, {0, 1}, kClasses, 0, 3, 0), std::invalid_argument);
  EXPECT_THROW(SampleEvidence(evidence, {2}, 2, 0, 3, 0), std::invalid_argument);
}

TEST(LabelEvidenceTest, AFileKeepsIt) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "image.safetensors";
  LabelEvidence first = EvidenceOf(kLeft, kRight, 2), second = EvidenceOf(kRight, kLeft, 2);
  first.group[1] = cv::Mat();  // A class of a head alone.
  first.scores = {2, 3, cv::Mat::ones(6, 4, CV_32FC1)};
  first.milliseconds = 12.5;
  EXPECT_FALSE(ReadLabelEvidence("an image", path));
  WriteLabelEvidence({first, second}, "an image", path);
  EXPECT_FALSE(ReadLabelEvidence("another one", path));
  const auto read = ReadLabelEvidence("an image", path);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(cv::norm((*read)[0].features.values, first.features.values, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm((*read)[1].foreground, second.foreground, cv::NORM_INF), 0);
  EXPECT_TRUE((*read)[0].group[1].empty());
  EXPECT_EQ((*read)[0].milliseconds, 12.5);
  EXPECT_EQ((*read)[0].scores.rows, 2);
  EXPECT_EQ((*read)[0].scores.cols, 3);
  EXPECT_TRUE((*read)[1].scores.values.empty());
}

TEST(LabelEvidenceTest, AFileThatIsNoneIsNamed) {
  const TemporaryFolder folder;
  WriteSafetensors(folder / "part.safetensors", {},
                   {{"format", "gradcut-label-evidence-1"},
                    {"origin", ""},
                    {"networks", "1"},
                    {"present", "1"}});
  EXPECT_THAT(ErrorOf([&] { ReadLabelEvidence("", folder / "part.safetensors"); }),
              HasSubstr("part.safetensors: not what gradcut label keeps of an image"));
  WriteFileAtomically(folder / "text.safetensors", std::string("nothing"));
  EXPECT_THAT(ErrorOf([&] { ReadLabelEvidence("", folder / "text.safetensors"); }),
              HasSubstr("text.safetensors"));
}

}  // namespace
}  // namespace gradcut
