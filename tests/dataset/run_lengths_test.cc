#include "gradcut/dataset/run_lengths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
#include <stdexcept>

namespace gradcut {
namespace {

using ::testing::ElementsAre;

cv::Mat Pattern(int rows, int cols, int level) {
  cv::Mat mask(rows, cols, CV_8UC1);
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col)
      mask.at<std::uint8_t>(row, col) =
          (row * row / 9 + col * col / 7 + row * col / 31) % 7 < level ? 255 : 0;
  return mask;
}

std::string Compressed(const cv::Mat& mask) { return CompressRuns(EncodeRuns(mask)); }

TEST(RunLengthsTest, RunsGoDownTheColumnsAndBeginWithBackground) {
  const cv::Mat mask = (cv::Mat_<std::uint8_t>(2, 3) << 1, 0, 7, 1, 1, 0);
  const RunLengths runs = EncodeRuns(mask);
  EXPECT_EQ(runs.rows, 2);
  EXPECT_EQ(runs.cols, 3);
  EXPECT_THAT(runs.counts, ElementsAre(0, 2, 1, 2, 1));
  EXPECT_THAT(EncodeRuns(cv::Mat::zeros(4, 5, CV_8UC1)).counts, ElementsAre(20));
}

// Printed by tests/data/class_maps/make_files.py.
TEST(RunLengthsTest, TextIsWhatPycocotoolsWrites) {
  EXPECT_EQ(Compressed(Pattern(1, 1, 0)), "1");
  EXPECT_EQ(Compressed(Pattern(1, 1, 7)), "01");
  EXPECT_EQ(Compressed(Pattern(5, 7, 3)), "0g0<");
  EXPECT_EQ(Compressed(Pattern(13, 17, 4)),
            "062L050K050K050KOO041MO0012OO040L0O51J00O31N013OM0O50K00012ON00O22ON00O210ON150LO14OL0"
            "0O031NO00O");
  cv::Mat block = cv::Mat::zeros(200, 300, CV_8UC1);
  block(cv::Rect(40, 50, 220, 100)) = 1;
  EXPECT_EQ(Compressed(block).substr(0, 40), "bk7T3T3000000000000000000000000000000000");
}

TEST(RunLengthsTest, EveryMaskComesBack) {
  cv::RNG random(3);
  for (int round = 0; round < 200; ++round) {
    cv::Mat mask(random.uniform(1, 40), random.uniform(1, 40), CV_8UC1);
    random.fill(mask, cv::RNG::UNIFORM, 0, 256);
    mask = mask < random.uniform(0, 256);
    const RunLengths runs = DecompressRuns(Compressed(mask), mask.rows, mask.cols);
    ASSERT_EQ(cv::norm(DecodeRuns(runs), mask, cv::NORM_INF), 0);
  }
}

TEST(RunLengthsTest, LongRunsComeBack) {
  const RunLengths runs = {70000, 60000, {4'000'000'000, 1, 0, 199'999'999}};
  EXPECT_EQ(DecompressRuns(CompressRuns(runs), 70000, 60000).counts, runs.counts);
}

// All of them against the masks themselves.
TEST(RunLengthsTest, MeasuresAreThoseOfTheMasks) {
  cv::RNG random(9);
  for (int round = 0; round < 500; ++round) {
    const cv::Size size(random.uniform(1, 9), random.uniform(1, 9));
    cv::Mat masks[2];
    for (cv::Mat& mask : masks) {
      mask = cv::Mat(size, CV_8UC1);
      random.fill(mask, cv::RNG::UNIFORM, 0, 256);
      mask = mask < random.uniform(0, 256);
    }
    const RunLengths a = EncodeRuns(masks[0]), b = EncodeRuns(masks[1]);
    ASSERT_EQ(ObjectPixels(a), cv::countNonZero(masks[0]));
    std::vector<cv::Point> object;  // `boundingRect` of small masks may be wrong in OpenCV 4.6.
    cv::findNonZero(masks[0], object);
    ASSERT_EQ(ObjectBox(a), cv::boundingRect(object));
    ASSERT_EQ(CommonPixels(a, b), cv::countNonZero(masks[0] & masks[1]));
    ASSERT_EQ(UniteRuns(a, b).counts, EncodeRuns(masks[0] | masks[1]).counts);
  }
}

TEST(RunLengthsTest, AnImageWithoutPixelsHasAMaskWithoutPixels) {
  EXPECT_EQ(DecodeRuns({0, 0, {}}).size(), cv::Size(0, 0));
  EXPECT_EQ(DecodeRuns(DecompressRuns("", 0, 5)).size(), cv::Size(5, 0));
}

TEST(RunLengthsTest, RunsOfNoPixelsChangeNothing) {
  const RunLengths odd = {2, 3, {0, 0, 1, 2, 0, 1, 2, 0, 0, 0}}, plain = {2, 3, {1, 3, 2}};
  EXPECT_EQ(ObjectPixels(odd), 3);
  EXPECT_EQ(ObjectBox(odd), ObjectBox(plain));
  EXPECT_EQ(CommonPixels(odd, odd), 3);
  EXPECT_EQ(UniteRuns(odd, plain).counts, plain.counts);
}

TEST(RunLengthsTest, MasksOfTwoSizesAreNotCompared) {
  EXPECT_THROW(CommonPixels({2, 3, {6}}, {3, 2, {6}}), std::invalid_argument);
  EXPECT_THROW(UniteRuns({2, 3, {6}}, {3, 2, {6}}), std::invalid_argument);
}

TEST(RunLengthsTest, OtherTextsAreRefused) {
  EXPECT_THROW(DecompressRuns("2", 1, 1), std::invalid_argument) << "too many pixels";
  EXPECT_THROW(DecompressRuns("", 1, 1), std::invalid_argument) << "too few";
  EXPECT_THROW(DecompressRuns("P", 1, 1), std::invalid_argument) << "ends early";
  EXPECT_THROW(DecompressRuns(" ", 1, 1), std::invalid_argument);
  EXPECT_THROW(DecompressRuns("\xff", 1, 1), std::invalid_argument);
  EXPECT_THROW(DecompressRuns("O", 1, 1), std::invalid_argument) << "negative";
  EXPECT_THROW(DecompressRuns("ooooooooo1", 1, 1), std::invalid_argument) << "overflow";
  EXPECT_THROW(DecodeRuns({1, 2, {3}}), std::invalid_argument);
  EXPECT_THROW(DecodeRuns({-1, -2, {2}}), std::invalid_argument);
  EXPECT_THROW(EncodeRuns(cv::Mat()), std::invalid_argument);
}

TEST(RunLengthsTest, AnyTextIsReadOrRefused) {
  std::mt19937 random(5);
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text(random() % 8, ' ');
    for (char& c : text) c = static_cast<char>('0' + random() % 64);
    try {
      DecodeRuns(DecompressRuns(text, 3, 3));
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 10000);
  EXPECT_LT(refused, 20000);
}

}  // namespace
}  // namespace gradcut
