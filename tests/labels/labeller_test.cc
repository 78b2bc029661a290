#include "gradcut/labels/labeller.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
#include "support/linear_objectness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

// A red square on the left and a green one on the right of a dark blue image.
const cv::Rect kRed(16, 48, 48, 48), kGreen(128, 48, 48, 48);

cv::Mat TwoSquares() {
  cv::Mat image(144, 192, CV_8UC3, cv::Scalar(10, 10, 60));
  cv::rectangle(image, kRed, cv::Scalar(230, 20, 20), cv::FILLED);
  cv::rectangle(image, kGreen, cv::Scalar(20, 230, 20), cv::FILLED);
  return image;
}

SegmenterOptions Options() {
  SegmenterOptions options = PresetOptions("fast");
  options.saliency.scales = {192};
  options.max_megapixels = 1;
  return options;
}

// The classifier's class is anything red or green; a head tells which.
std::shared_ptr<const LinearHead> RedAndGreen() {
  return std::make_shared<LinearHead>(LinearHead{"cells",
                                                 192,
                                                 {"red", "green"},
                                                 (cv::Mat_<float>(2, 3) << 9, -9, 0, -9, 9, 0),
                                                 cv::Mat::zeros(2, 1, CV_32FC1)});
}

std::vector<LabelNetwork> Networks(std::shared_ptr<const ObjectnessHead> objectness = nullptr) {
  return {{CellClassifier({1, 1, 0}), objectness, RedAndGreen()}};
}

const std::vector<LabelClass> kClasses = {{"red", 7, {0}}, {"green", 3, {0}}};

Labeller MakeLabeller() { return Labeller(Networks(), Options(), kClasses); }

double ShareInside(const cv::Mat& labels, const cv::Rect& box, int label) {
  return static_cast<double>(cv::countNonZero(labels(box) == label)) / box.area();
}

TEST(LabellerTest, TellsTwoClassesApartInOneImage) {
  const LabelMap map = MakeLabeller().Label(TwoSquares(), {0, 1});
  ASSERT_EQ(map.labels.size(), cv::Size(192, 144));
  ASSERT_EQ(map.labels.type(), CV_8UC1);
  EXPECT_GT(ShareInside(map.labels, kRed, 7), 0.95);
  EXPECT_GT(ShareInside(map.labels, kGreen, 3), 0.95);
  EXPECT_GT(ShareInside(map.labels, cv::Rect(0, 0, 192, 30), 0), 0.95);
  ASSERT_EQ(map.objects.size(), 2u);
  EXPECT_EQ(map.objects[0].name, "red");
  EXPECT_NEAR(map.objects[0].area, kRed.area() / (192.0 * 144), 0.02);
  EXPECT_EQ(map.confidence, std::min(map.objects[0].confidence, map.objects[1].confidence));
  EXPECT_GT(map.confidence, 0.2);
}

TEST(LabellerTest, EveryLabelHasAProbability) {
  const LabelMap map = MakeLabeller().Label(TwoSquares(), {0, 1});
  ASSERT_EQ(map.probabilities.size(), 3u);
  const cv::Mat sum = map.probabilities[0] + map.probabilities[1] + map.probabilities[2];
  EXPECT_NEAR(cv::norm(sum - 1, cv::NORM_INF), 0, 1e-5);
  EXPECT_GT(cv::mean(map.probabilities[1](kRed))[0], 0.9);
  EXPECT_GT(cv::mean(map.probabilities[2](kGreen))[0], 0.9);
}

TEST(LabellerTest, OutlinesAreThoseOfThePhotosOwnPixels) {
  cv::Mat large;
  cv::resize(TwoSquares(), large, {}, 4, 4, cv::INTER_NEAREST);
  SegmenterOptions options = Options();
  options.max_megapixels = 0.01;
  const auto wrong = [&](bool outline) {
    options.outline = outline;
    const cv::Mat labels = Labeller(Networks(), options, kClasses).Label(large, {0, 1}).labels;
    cv::Mat truth = cv::Mat::zeros(large.size(), CV_8UC1);
    truth(cv::Rect(kRed.tl() * 4, kRed.size() * 4)).setTo(7);
    truth(cv::Rect(kGreen.tl() * 4, kGreen.size() * 4)).setTo(3);
    return cv::countNonZero(labels != truth);
  };
  EXPECT_LT(wrong(true), 200);  // Corners: a cut rounds them.
  EXPECT_GT(wrong(false), 1000);
}

TEST(LabellerTest, OnlyClassesThatArePresentAreUsed) {
  const LabelMap map = MakeLabeller().Label(TwoSquares(), {1});
  EXPECT_EQ(cv::countNonZero(map.labels == 7), 0);
  EXPECT_GT(ShareInside(map.labels, kGreen, 3), 0.95);
  EXPECT_EQ(cv::countNonZero(MakeLabeller().Label(TwoSquares(), {}).labels), 0);
}

// Heads and nets of no opinion, for all folds.
LabelModel BlankModel(int inputs) {
  NetworkModel network;
  network.heads.assign(kLabelFolds,
                       {cv::Mat::zeros(inputs, 2, CV_32FC1), cv::Mat::zeros(1, 2, CV_32FC1)});
  network.dense = network.instances = {Scale{0, 1e6}, Scale{0, 1e6}};
  network.gates = {0, 0};
  return {{network}};
}

int InputsOf(const Labeller& labeller) {
  return LabelInputs(labeller.Gather(TwoSquares(), {0, 1}).front()).cols;
}

LabelMap LabelWith(const LabelModel& model, int fold = kUnseen) {
  return Labeller(Networks(), Options(), kClasses, std::make_shared<LabelModel>(model))
      .Label(TwoSquares(), {0, 1}, {}, fold);
}

TEST(LabellerTest, NetsThatLearnedFromTheDataSetAreMixedIn) {
  const int inputs = InputsOf(MakeLabeller());
  ASSERT_EQ(inputs, 3 + 3 + 3);  // Activations, their means around, those of the last layer.
  LabelModel model = BlankModel(inputs);
  EXPECT_GT(ShareInside(LabelWith(model).labels, kRed, 7), 0.95);
  // It holds against everything else that green is what the head calls red.
  CellNet net = {{cv::Mat::eye(inputs, 3, CV_32FC1), cv::Mat::zeros(1, 3, CV_32FC1)},
                 {cv::Mat::zeros(3, 3, CV_32FC1), cv::Mat::zeros(1, 3, CV_32FC1)}};
  net.labels.weights.at<float>(0, 2) = 200;  // Red activations, label green.
  net.labels.weights.at<float>(1, 1) = 200;
  model.networks[0].nets.assign(kLabelFolds, net);
  EXPECT_GT(ShareInside(LabelWith(model).labels, kRed, 3), 0.95);
  EXPECT_GT(ShareInside(LabelWith(model).labels, kGreen, 7), 0.95);
}

TEST(LabellerTest, AnImageIsScoredByTheFoldThatHasNotSeenIt) {
  const int inputs = InputsOf(MakeLabeller());
  LabelModel model = BlankModel(inputs);
  CellNet net = {{cv::Mat::eye(inputs, 3, CV_32FC1), cv::Mat::zeros(1, 3, CV_32FC1)},
                 {cv::Mat::zeros(3, 3, CV_32FC1), cv::Mat::zeros(1, 3, CV_32FC1)}};
  model.networks[0].nets.assign(kLabelFolds, net);
  net.labels.weights = net.labels.weights.clone();
  net.labels.weights.at<float>(0, 2) = 200;
  net.labels.weights.at<float>(1, 1) = 200;
  model.networks[0].nets[3] = net;
  EXPECT_GT(ShareInside(LabelWith(model, 3).labels, kRed, 3), 0.95);
  EXPECT_GT(ShareInside(LabelWith(model, 2).labels, kRed, 7), 0.95);
}

TEST(LabellerTest, AnOpenGateLetsTheHeadSayWhereAClassIs) {
  const int inputs = InputsOf(MakeLabeller());
  LabelModel model = BlankModel(inputs);
  // Red is where there is little blue: in both squares.
  for (CellModel& head : model.networks[0].heads) head.weights.at<float>(2, 0) = -1;
  model.networks[0].instances[0] = {-0.15, 0.01};
  const LabelMap closed = LabelWith(model);
  model.networks[0].gates[0] = 1;
  const LabelMap open = LabelWith(model);
  EXPECT_EQ(ShareInside(closed.labels, kGreen, 7), 0);
  EXPECT_GT(ShareInside(open.labels, kGreen, 7), 0.9);
}

TEST(LabellerTest, PosteriorsOfSeveralNetworksAreBetweenMeanAndProduct) {
  std::vector<LabelNetwork> networks = {Networks().front(), Networks().front()};
  const Labeller two(networks, Options(), kClasses);
  const LabelView view = two.Look(two.Gather(TwoSquares(), {0, 1}), {0, 1});
  const LabelView own = MakeLabeller().Look(MakeLabeller().Gather(TwoSquares(), {0, 1}), {0, 1});
  EXPECT_NEAR(cv::norm(view.posterior[1] - view.posterior[0],
                       std::sqrt(2) * (own.posterior[1] - own.posterior[0]), cv::NORM_INF),
              0, 1e-3);
  // A second one that takes red for green: together they can't tell which is which.
  networks[1].head = std::make_shared<LinearHead>(
      LinearHead{"cells", 192, {"green", "red"}, RedAndGreen()->weights, RedAndGreen()->bias});
  const Labeller split(networks, Options(), kClasses);
  const LabelView mixed = split.Look(split.Gather(TwoSquares(), {0, 1}), {0, 1});
  EXPECT_NEAR(cv::norm(mixed.posterior[1], mixed.posterior[2], cv::NORM_INF), 0, 1e-3);
  EXPECT_GT(cv::norm(own.posterior[1], own.posterior[2], cv::NORM_INF), 1);
  EXPECT_THROW(Labeller({}, Options(), kClasses), std::invalid_argument);
}

TEST(LabellerTest, EvidenceIsTheSameOnceItWasKept) {
  const Labeller labeller = MakeLabeller();
  const auto evidence = labeller.Gather(TwoSquares(), {0, 1});
  cv::Mat half, back;
  evidence[0].features.values.convertTo(half, CV_16F);
  half.convertTo(back, CV_32F);
  EXPECT_EQ(cv::norm(back, evidence[0].features.values, cv::NORM_INF), 0);
  EXPECT_TRUE(labeller.Gather(TwoSquares(), {}).empty());
}

// A value of an option that is not the present one.
std::string OtherValue(const Option& option) {
  if (option.kind == Option::Kind::kIntegers) return "160";
  if (option.key == "saliency.layer") return "cells";
  if (option.kind == Option::Kind::kBoolean) return option.get() == "true" ? "false" : "true";
  if (option.kind == Option::Kind::kChoice || option.kind == Option::Kind::kNames) {
    // "one of A, B" and "of A, B, separated by commas".
    const std::string& allowed = option.constraint;
    const std::size_t comma = allowed.find(", "), start = allowed.rfind(' ', comma - 1) + 1;
    const std::string first = allowed.substr(start, comma - start);
    if (first != option.get()) return first;
    const std::size_t end = allowed.find_first_of(",", comma + 1);
    return allowed.substr(comma + 2, end == std::string::npos ? end : end - comma - 2);
  }
  const double half = std::stod(option.get()) / 2;
  return option.kind == Option::Kind::kInteger ? std::to_string(std::max(1, static_cast<int>(half)))
                                               : std::to_string(half > 0 ? half : 0.5);
}

// What gradcut label has flags for, and nothing else.
TEST(LabellerTest, LabelsDependOnTheOptionsThatAreSaidToDecideThem) {
  cv::Mat image = TwoSquares(), noise(image.size(), CV_8UC3);
  cv::RNG(3).fill(noise, cv::RNG::UNIFORM, 0, 120);
  image = image / 2 + noise;
  const auto head = LinearObjectnessOf("cells", (cv::Mat_<float>(1, 6) << 2, 2, -1, 1, 1, -2), -1);
  SegmenterOptions base = Options();
  base.max_megapixels = 0.02;
  base.graphcut.smoothness = 3;
  base.rounds = 2;
  const auto label = [&](const SegmenterOptions& options) {
    return Labeller(Networks(head), options, kClasses).Label(image, {0, 1});
  };
  const LabelMap before = label(base);
  SegmenterOptions changed = base;
  OptionList list;
  Describe(changed, list);
  for (const Option& option : list.options()) {
    changed = base;
    SetOption(list, option.key, OtherValue(option));
    const LabelMap after = label(changed);
    bool differs = cv::norm(before.labels, after.labels, cv::NORM_INF) > 0;
    for (std::size_t i = 0; i < before.probabilities.size(); ++i)
      differs =
          differs || cv::norm(before.probabilities[i], after.probabilities[i], cv::NORM_INF) > 0;
    // Solvers find the same labels; that is what a choice between them is for.
    EXPECT_EQ(differs, DecidesLabels(option.key) && option.key != "graphcut.solver" &&
                           !option.key.starts_with("hints."))
        << option.key << " = " << OtherValue(option);
  }
}

TEST(LabellerTest, AHeadAloneIsEnough) {
  const Labeller labeller(Networks(), Options(), {{"red", 1, {}}, {"green", 2, {}}});
  const LabelMap map = labeller.Label(TwoSquares(), {0, 1});
  EXPECT_GT(ShareInside(map.labels, kRed, 1), 0.95);
  EXPECT_GT(ShareInside(map.labels, kGreen, 2), 0.95);
}

TEST(LabellerTest, AClassThatNothingKnowsIsRefused) {
  EXPECT_THAT(ErrorOf([] {
                Labeller(Networks(), Options(), {{"blue", 1, {}}});
              }),
              HasSubstr("class 'blue' is neither in the class map"));
}

TEST(LabellerTest, StrokesOfAClassAreOfThatClass) {
  // The red square is called green, by hand.
  const Hints hints = {.strokes = {{.points = {{40, 72}}, .radius = 3, .class_name = "green"},
                                   {.points = {{152, 72}}, .radius = 3, .object = false}}};
  const LabelMap map = MakeLabeller().Label(TwoSquares(), {0, 1}, hints);
  EXPECT_EQ(map.labels.at<std::uint8_t>(72, 40), 3);
  EXPECT_EQ(map.labels.at<std::uint8_t>(72, 152), 0);
  EXPECT_GT(ShareInside(map.labels, kRed, 3), 0.9);
}

TEST(LabellerTest, AnImageOfClassIndicesIsObeyed) {
  cv::Mat scribbles(144, 192, CV_8UC1, cv::Scalar(kVoid));
  scribbles(cv::Rect(30, 70, 10, 2)).setTo(3);
  scribbles(cv::Rect(150, 70, 10, 2)).setTo(0);
  const LabelMap map = MakeLabeller().Label(TwoSquares(), {0, 1}, {.labels = scribbles});
  EXPECT_EQ(cv::countNonZero(map.labels(cv::Rect(30, 70, 10, 2)) == 3), 20);
  EXPECT_EQ(cv::countNonZero(map.labels(cv::Rect(150, 70, 10, 2))), 0);
}

TEST(LabellerTest, RefusesHintsOfOtherClasses) {
  const auto label = [&](const Hints& hints, std::vector<int> present) {
    return ErrorOf([&] { MakeLabeller().Label(TwoSquares(), present, hints); });
  };
  EXPECT_THAT(label({.strokes = {{.points = {{40, 72}}, .class_name = "blue"}}}, {0, 1}),
              HasSubstr("'blue'"));
  EXPECT_THAT(label({.strokes = {{.points = {{40, 72}}}}}, {0, 1}), HasSubstr("has no class"));
  EXPECT_EQ(label({.strokes = {{.points = {{40, 72}}}}}, {0}), "no error");
  EXPECT_THAT(label({.labels = cv::Mat::zeros(144, 192, CV_8UC1) + 9}, {0}), HasSubstr("label 9"));
}

TEST(LabellerTest, WishesForTheLabelsActOnEachClass) {
  cv::Mat image = TwoSquares();
  const cv::Rect hole(32, 64, 16, 16), spot(20, 10, 14, 14);
  cv::rectangle(image, hole, cv::Scalar(10, 10, 60), cv::FILLED);
  cv::rectangle(image, spot, cv::Scalar(230, 20, 20), cv::FILLED);
  const cv::Mat plain = MakeLabeller().Label(image, {0, 1}).labels;
  ASSERT_LT(ShareInside(plain, hole, 7), 0.5);
  ASSERT_GT(ShareInside(plain, spot, 7), 0.5);
  const cv::Mat labels =
      MakeLabeller().Label(image, {0, 1}, {.fill_holes = true, .keep_largest = true}).labels;
  EXPECT_EQ(ShareInside(labels, hole, 7), 1);
  EXPECT_EQ(ShareInside(labels, spot, 0), 1);
  EXPECT_EQ(cv::countNonZero((labels == 3) != (plain == 3)), 0);
}

}  // namespace
}  // namespace gradcut
