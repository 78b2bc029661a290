#include "gradcut/metrics/evaluate.h"

#include "gradcut/core/image.h"
#include "gradcut/image/image_io.h"
#include "gradcut/metrics/report.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string_view>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Left half object, a column of void beside it: labels of class `index`.
cv::Mat TruthLabels(int index) {
  cv::Mat labels = cv::Mat::zeros(40, 60, CV_8U);
  labels.colRange(0, 30).setTo(index);
  labels.colRange(30, 32).setTo(kVoid);
  return labels;
}

class EvaluateTest : public ::testing::Test {
 protected:
  EvaluateTest() { fs::create_directory(folder_ / "pred"); }

  void Grey(const fs::path& name, const cv::Mat& grey) {
    WriteFileAtomically(folder_ / name, EncodePng(grey));
  }
  void Palette(const fs::path& name, const cv::Mat& labels) {
    WriteFileAtomically(folder_ / name, EncodeIndexedPng(labels, VocPalette()));
  }
  void Array(const fs::path& name, const cv::Mat& mat) {
    WriteFileAtomically(folder_ / name, EncodeNpy(mat));
  }

  EvaluateOptions Options(Protocol protocol = Protocol::kBinary) const {
    EvaluateOptions options;
    options.pairing.predictions = folder_ / "pred";
    options.pairing.truth = folder_ / "gt";
    options.protocol = protocol;
    return options;
  }

  static double TotalOf(const EvaluateReport& report, std::string_view name) {
    for (const Total& total : report.totals)
      if (total.name == name) return total.value.value();
    throw std::out_of_range(std::string(name));
  }

  TemporaryFolder folder_;
};

TEST_F(EvaluateTest, EveryFormOfTheSameMaskScoresTheSame) {
  const cv::Mat object = (TruthLabels(1) == 1) & 1;
  cv::Mat rgba(40, 60, CV_8UC4, cv::Scalar(90, 120, 30, 0));
  rgba.setTo(cv::Scalar(90, 120, 30, 255), object);
  Grey("pred/255.png", object * 255);
  Grey("pred/01.png", object);
  Palette("pred/palette.png", object * 15);
  Grey("pred/index.png", object * 15);
  Grey("pred/cutout.png", rgba);
  Array("pred/npy.npy", object);
  for (const char* name : {"255", "01", "palette", "index", "cutout", "npy"}) {
    Palette(fmt::format("gt/palette/{}.png", name), TruthLabels(7));
    Grey(fmt::format("gt/index/{}.png", name), TruthLabels(7));
    Grey(fmt::format("gt/01/{}.png", name), TruthLabels(1));
    Grey(fmt::format("gt/255/{}.png", name), object * 255);
    Array(fmt::format("gt/npy/{}.npy", name), TruthLabels(3));
  }
  EvaluateOptions options = Options();
  for (const char* form : {"palette", "index", "01", "255", "npy"}) {
    options.pairing.truth = folder_ / "gt" / form;
    const EvaluateReport report = Evaluate(options);
    EXPECT_THAT(report.failures, IsEmpty());
    EXPECT_EQ(report.images.size(), 6) << form;
    for (const ImageResult& image : report.images) EXPECT_EQ(image.values[0], 1) << image.key;
  }
}

// A palette whose 255 is a colour, for instance, has void there, which predicts nothing.
TEST_F(EvaluateTest, PredictionsOfVoidAloneAreWarnedOf) {
  Grey("gt/a.png", (TruthLabels(1) == 1));
  Palette("pred/a.png", (TruthLabels(1) == 1));
  EXPECT_THAT(Evaluate(Options()).warnings,
              ElementsAre(HasSubstr("pred/a.png: has values, but no object")));
  Palette("pred/a.png", cv::Mat::zeros(40, 60, CV_8U));
  EXPECT_THAT(Evaluate(Options()).warnings, IsEmpty());
}

TEST_F(EvaluateTest, WhiteIsSettledByAllTruths) {
  cv::Mat ids = TruthLabels(3);
  ids.row(0).setTo(kVoid);
  std::vector<Pair> pairs;
  for (const char* const name : {"a", "b", "c"}) {
    Grey(fmt::format("gt/{}.png", name), ids);
    pairs.push_back({name, folder_ / fmt::format("gt/{}.png", name), {}});
  }
  EXPECT_EQ(SettleTruth(pairs, {}), WhiteMeans::kByFile);
  Grey("gt/c.png", (ids == 3));
  EXPECT_EQ(SettleTruth(pairs, {}), WhiteMeans::kIsVoid);
  EXPECT_EQ(SettleTruth(pairs, {.values = MaskValues::kObject}), WhiteMeans::kByFile);
  WriteFileAtomically(folder_ / "gt/a.png", std::string_view("no mask"));
  EXPECT_EQ(SettleTruth(pairs, {}), WhiteMeans::kByFile) << "one says this, one that";
}

TEST_F(EvaluateTest, SoftMaskIsObjectFromTheMiddleOn) {
  cv::Mat soft = cv::Mat::zeros(40, 60, CV_8U);
  soft.colRange(0, 20).setTo(128);
  soft.colRange(20, 60).setTo(127);
  Grey("pred/a.png", soft);
  Grey("gt/a.png", (soft == 128));
  EXPECT_EQ(TotalOf(Evaluate(Options()), "mean_iou"), 1);
}

TEST_F(EvaluateTest, MissingPredictionIsScoredAsEmptyAndReported) {
  Palette("gt/a.png", TruthLabels(3));
  Palette("gt/b.png", TruthLabels(3));
  Palette("pred/a.png", TruthLabels(3));
  for (const Protocol protocol : {Protocol::kBinary, Protocol::kVoc}) {
    const EvaluateReport report = Evaluate(Options(protocol));
    EXPECT_THAT(report.missing, ElementsAre("b"));
    EXPECT_THAT(report.failures, IsEmpty());
    EXPECT_TRUE(report.images[1].missing);
  }
  EXPECT_EQ(TotalOf(Evaluate(Options()), "mean_iou"), 0.5);
}

TEST_F(EvaluateTest, WhatCannotBeScoredIsOneLineAndTheRestIsScored) {
  for (const char* name : {"a", "size", "corrupt", "index", "photo"}) {
    Palette(fmt::format("gt/{}.png", name), TruthLabels(3));
    Palette(fmt::format("pred/{}.png", name), TruthLabels(3));
  }
  Palette("pred/size.png", cv::Mat::zeros(60, 40, CV_8U));
  Palette("pred/index.png", TruthLabels(21));
  WriteFileAtomically(folder_ / "pred/corrupt.png", std::string_view("no PNG"));
  cv::Mat photo(40, 60, CV_8UC3);
  cv::RNG(7).fill(photo, cv::RNG::UNIFORM, 0, 256);
  Grey("pred/photo.png", photo);
  const EvaluateReport report = Evaluate(Options(Protocol::kVoc));
  EXPECT_THAT(
      report.failures,
      ElementsAre(HasSubstr("corrupt.png: "),
                  AllOf(HasSubstr("pred/index.png: has class index 21"), HasSubstr("0 to 20")),
                  HasSubstr("photo.png: "),
                  AllOf(HasSubstr("pred/size.png: has 40x60 pixels"), HasSubstr("60x40"))));
  EXPECT_EQ(report.images.size(), 1);
  EXPECT_EQ(TotalOf(report, "miou"), 1);
}

TEST_F(EvaluateTest, TruthThatIsVoidEverywhereIsLeftOut) {
  Palette("gt/a.png", cv::Mat(4, 4, CV_8U, cv::Scalar(kVoid)));
  Palette("gt/b.png", TruthLabels(3));
  Palette("pred/b.png", TruthLabels(3));
  for (const Protocol protocol : {Protocol::kBinary, Protocol::kVoc}) {
    const EvaluateReport report = Evaluate(Options(protocol));
    EXPECT_THAT(report.unscored, ElementsAre("a"));
    EXPECT_EQ(report.images.size(), 1);
    EXPECT_EQ(report.totals.front().value, 1);
  }
}

TEST_F(EvaluateTest, FurtherIndexCanBeVoid) {
  cv::Mat truth = TruthLabels(3);
  truth.row(0).setTo(19);
  Palette("gt/a.png", truth);
  Palette("pred/a.png", TruthLabels(3));
  EvaluateOptions options = Options(Protocol::kVoc);
  EXPECT_LT(TotalOf(Evaluate(options), "pixel_accuracy"), 1);
  options.truth.ignore = 19;
  EXPECT_EQ(TotalOf(Evaluate(options), "pixel_accuracy"), 1);
}

TEST_F(EvaluateTest, ClassesAreCountedOverTheDataSet) {
  // 10 pixels of class 1 in a, of which all are found; 30 in b, of which none is.
  cv::Mat a = cv::Mat::zeros(10, 10, CV_8U);
  a.row(0).setTo(1);
  cv::Mat b = cv::Mat::zeros(10, 10, CV_8U);
  b.rowRange(0, 3).setTo(1);
  Palette("gt/a.png", a);
  Palette("gt/b.png", b);
  Palette("pred/a.png", a);
  Palette("pred/b.png", b * 0);
  const EvaluateReport report = Evaluate(Options(Protocol::kVoc));
  EXPECT_DOUBLE_EQ(*report.classes[1].values[0], 10.0 / 40);
  EXPECT_DOUBLE_EQ(TotalOf(report, "miou"), (10.0 / 40 + 160.0 / 190) / 2);
  EXPECT_EQ(report.classes[1].name, "aeroplane");
  EXPECT_FALSE(report.classes[2].values[0].has_value());
}

TEST_F(EvaluateTest, HeatMapsAreScoredFromArraysAndImages) {
  const cv::Mat object = (TruthLabels(1) == 1);
  cv::Mat heat;
  object.convertTo(heat, CV_32F, 1.0 / 255);
  for (const char* name : {"a", "b", "c"}) Palette(fmt::format("gt/{}.png", name), TruthLabels(1));
  Array("pred/a.npy", heat);
  Grey("pred/b.png", object);
  EvaluateOptions options = Options();
  options.pairing.kind = PredictionKind::kHeatMaps;
  const EvaluateReport report = Evaluate(options);
  EXPECT_THAT(report.missing, ElementsAre("c"));
  EXPECT_EQ(report.images[0].values, report.images[1].values);
  EXPECT_EQ(report.columns[0], "best_iou");
  EXPECT_EQ(report.images[0].values[0], 1);
  EXPECT_DOUBLE_EQ(TotalOf(report, "best_threshold_iou"), 2.0 / 3);
}

TEST_F(EvaluateTest, HeatMapEnergyIsReportedByClass) {
  fs::create_directories(folder_ / "gt/SegmentationClass");
  cv::Mat truth = cv::Mat::zeros(10, 10, CV_8U);
  truth.colRange(0, 2).setTo(3);
  Palette("gt/SegmentationClass/a.png", truth);
  cv::Mat heat = cv::Mat::zeros(10, 10, CV_32F);
  heat.colRange(1, 5).setTo(0.5);
  Array("pred/a.npy", heat);
  EvaluateOptions options = Options();
  options.pairing.kind = PredictionKind::kHeatMaps;
  const EvaluateReport report = Evaluate(options);
  ASSERT_EQ(report.classes.size(), 1);
  EXPECT_EQ(report.classes[0].name, "bird");
  EXPECT_DOUBLE_EQ(*report.classes[0].values[1], 0.25);
  EXPECT_DOUBLE_EQ(*report.classes[0].values[2], 0.2);
}

TEST_F(EvaluateTest, ResultsDoNotDependOnTheNumberOfJobs) {
  cv::RNG rng(7);
  for (int i = 0; i < 40; ++i) {
    cv::Mat noise(30, 40, CV_8U);
    rng.fill(noise, cv::RNG::UNIFORM, 0, 256);
    cv::blur(noise, noise, {5, 5});
    Grey(fmt::format("pred/{}.png", i), noise);
    rng.fill(noise, cv::RNG::UNIFORM, 0, 256);
    cv::blur(noise, noise, {5, 5});
    Grey(fmt::format("gt/{}.png", i), noise > 128);
  }
  for (const auto kind : {PredictionKind::kMasks, PredictionKind::kHeatMaps}) {
    EvaluateOptions options = Options();
    options.pairing.kind = kind;
    const EvaluateReport alone = Evaluate(options, {.jobs = 1});
    const EvaluateReport together = Evaluate(options, {.jobs = 7});
    EXPECT_EQ(ToJson(alone), ToJson(together));
    EXPECT_EQ(ToCsv(alone), ToCsv(together));
  }
}

TEST_F(EvaluateTest, FewerMeasuresAreTheSameNumbers) {
  Palette("gt/a.png", TruthLabels(3));
  Palette("pred/a.png", cv::Mat(40, 60, CV_8U, cv::Scalar(3)));
  for (const Protocol protocol : {Protocol::kBinary, Protocol::kVoc}) {
    EvaluateOptions options = Options(protocol);
    const EvaluateReport full = Evaluate(options);
    options.measures = Measures::kRegion;
    const EvaluateReport region = Evaluate(options);
    EXPECT_LT(region.totals.size(), full.totals.size());
    for (const Total& total : region.totals) EXPECT_EQ(total.value, TotalOf(full, total.name));
  }
}

}  // namespace
}  // namespace gradcut
