#include "gradcut/io/labels_io.h"

#include "gradcut/io/file.h"
#include "gradcut/io/npy.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

namespace gradcut {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::filesystem::path kImages = std::filesystem::path(GRADCUT_TEST_DATA) / "images";

class LabelsIoTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::vector<std::uint8_t>& bytes) {
    WriteFileAtomically(folder_ / "file", bytes);
    return folder_ / "file";
  }
  std::filesystem::path WriteOpenCvPng(const cv::Mat& bgr, const std::vector<int>& settings = {}) {
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", bgr, bytes, settings);
    return Write(bytes);
  }

  template <class T>
  std::filesystem::path WriteArray(int rows, std::initializer_list<T> values) {
    return Write(EncodeNpy(cv::Mat(std::vector<T>(values), /*copyData=*/true).reshape(1, rows)));
  }

  void ExpectMask(const std::filesystem::path& path, const cv::Mat& labels, MaskForm form) {
    const MaskFile mask = ReadMask(path);
    EXPECT_EQ(mask.form, form);
    ASSERT_EQ(mask.labels.type(), CV_8UC1);
    ASSERT_EQ(mask.labels.size(), labels.size());
    EXPECT_EQ(cv::norm(mask.labels, labels, cv::NORM_INF), 0) << mask.labels;
  }

  TemporaryFolder folder_;
  const cv::Mat labels_ = (cv::Mat_<std::uint8_t>(2, 3) << 0, 1, 2, 20, 15, 255);
  const cv::Mat binary_ = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 255, 0, 255, 0);
};

// ---- Masks

TEST_F(LabelsIoTest, PaletteIndicesAreLabelsWhateverTheColours) {
  Palette palette = {};
  ExpectMask(Write(EncodeIndexedPng(labels_, palette)), labels_, MaskForm::kPalette);
  ExpectMask(Write(EncodeIndexedPng(labels_, VocPalette())), labels_, MaskForm::kPalette);
}

TEST_F(LabelsIoTest, SmallPalettesAreUnpacked) {
  const MaskFile mask = ReadMask(kImages / "palette.png");  // 2 bits a pixel
  EXPECT_EQ(mask.form, MaskForm::kPalette);
  double largest = 0;
  cv::minMaxLoc(mask.labels, nullptr, &largest);
  EXPECT_EQ(largest, 2);
}

TEST_F(LabelsIoTest, GreyValuesAreLabels) {
  ExpectMask(Write(EncodePng(labels_)), labels_, MaskForm::kGrey);
  cv::Mat wide;
  labels_.convertTo(wide, CV_16U);
  ExpectMask(WriteOpenCvPng(wide), labels_, MaskForm::kGrey);
}

TEST_F(LabelsIoTest, SixteenBitBinaryMasksAreBinary) {
  cv::Mat wide;
  binary_.convertTo(wide, CV_16U, 257);
  ExpectMask(WriteOpenCvPng(wide), binary_, MaskForm::kGrey);
}

TEST_F(LabelsIoTest, OneBitMasksHoldZeroAndOne) {
  ExpectMask(WriteOpenCvPng(binary_, {cv::IMWRITE_PNG_BILEVEL, 1}), binary_ / 255, MaskForm::kGrey);
}

TEST_F(LabelsIoTest, GreyInThreeChannelsIsGrey) {
  cv::Mat rgb;
  cv::merge(std::vector<cv::Mat>(3, binary_), rgb);
  ExpectMask(Write(EncodePng(rgb)), binary_, MaskForm::kGrey);
  cv::Mat opaque;
  cv::merge(std::vector<cv::Mat>{binary_, binary_, binary_, cv::Mat(2, 3, CV_8UC1, 255)}, opaque);
  ExpectMask(Write(EncodePng(opaque)), binary_, MaskForm::kGrey);
}

TEST_F(LabelsIoTest, VocColoursAreLabels) {
  const Palette palette = VocPalette();
  cv::Mat all(16, 16, CV_8UC1);
  cv::Mat colours(16, 16, CV_8UC3);
  for (int i = 0; i < 256; ++i) {
    all.data[i] = static_cast<std::uint8_t>(i);
    colours.at<cv::Vec3b>(i / 16, i % 16) = palette[static_cast<std::size_t>(i)];
  }
  ExpectMask(Write(EncodePng(colours)), all, MaskForm::kVocColours);
}

TEST_F(LabelsIoTest, AlphaOfACutOutIsTheMask) {
  cv::Mat alpha = (cv::Mat_<std::uint8_t>(2, 3) << 0, 128, 255, 127, 200, 1);
  cv::Mat rgba(2, 3, CV_8UC4, cv::Scalar(10, 20, 30, 0));
  cv::insertChannel(alpha, rgba, 3);
  ExpectMask(Write(EncodePng(rgba)), binary_, MaskForm::kAlpha);
  ExpectMask(kImages / "grey_alpha.png", cv::Mat(2, 4, CV_8UC1, 255), MaskForm::kAlpha);
}

TEST_F(LabelsIoTest, OpaqueCutOutOfAPhotoIsAllObject) {
  const cv::Mat rgba(2, 3, CV_8UC4, cv::Scalar(10, 20, 30, 255));
  ExpectMask(Write(EncodePng(rgba)), cv::Mat(2, 3, CV_8UC1, 255), MaskForm::kAlpha);
}

TEST_F(LabelsIoTest, ArraysOfAnyTypeAreLabels) {
  for (const int type : {CV_8U, CV_16U, CV_32S, CV_32F, CV_64F}) {
    cv::Mat values;
    labels_.convertTo(values, type);
    ExpectMask(Write(EncodeNpy(values)), labels_, MaskForm::kArray);
  }
  const NpyArray extra{.shape = {1, 2, 3, 1}, .dtype = Dtype::kBool, .bytes = {0, 1, 1, 0, 1, 0}};
  ExpectMask(Write(EncodeNpy(extra)), binary_ / 255, MaskForm::kArray);
}

TEST_F(LabelsIoTest, ValuesThatAreNoLabelsAreNamed) {
  EXPECT_THAT(
      ErrorOf([&] {
        ReadMask(WriteArray<int>(2, {0, 0, 300, 0}));
      }),
      EndsWith(": has the value 300 at row 1, column 0, expected whole numbers in [0, 255]"));
  EXPECT_THAT(ErrorOf([&] { ReadMask(WriteArray<int>(1, {-1})); }), HasSubstr("the value -1 at"));
  EXPECT_THAT(ErrorOf([&] { ReadMask(WriteArray<double>(1, {0.5})); }),
              HasSubstr("the value 0.5 at"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(ErrorOf([&] { ReadMask(WriteArray<float>(1, {nan})); }),
              HasSubstr("the value nan at"));
  EXPECT_THAT(ErrorOf([&] { ReadMask(WriteOpenCvPng((cv::Mat_<std::uint16_t>(1, 2) << 1, 256))); }),
              EndsWith(": has the value 256 at row 0, column 1, expected labels in [0, 255]"));
}

TEST_F(LabelsIoTest, WhatIsNoMaskIsRefused) {
  EXPECT_THAT(ErrorOf([] { ReadMask(kImages / "plain.jpg"); }),
              HasSubstr("is a colour image, not a mask"));
  const NpyArray cube{
      .shape = {2, 2, 2}, .dtype = Dtype::kUint8, .bytes = std::vector<std::uint8_t>(8)};
  EXPECT_THAT(ErrorOf([&] { ReadMask(Write(EncodeNpy(cube))); }), HasSubstr("is not a matrix"));
  const NpyArray none{.shape = {0, 2}, .dtype = Dtype::kUint8, .bytes = {}};
  EXPECT_THAT(ErrorOf([&] { ReadMask(Write(EncodeNpy(none))); }), HasSubstr("is not a matrix"));
  EXPECT_THAT(ErrorOf([&] { ReadMask(Write({})); }), EndsWith(": is empty (zero bytes)"));
  EXPECT_THAT(ErrorOf([&] { ReadMask(folder_ / "none.png"); }), HasSubstr("No such file"));
}

// ---- Heat maps

TEST_F(LabelsIoTest, HeatMapsAreScaledToOne) {
  const cv::Mat expected = (cv::Mat_<float>(1, 3) << 0, 0.2, 1);
  cv::Mat eight, sixteen, wide;
  expected.convertTo(eight, CV_8U, 255);
  expected.convertTo(sixteen, CV_16U, 65535);
  expected.convertTo(wide, CV_64F);
  for (const cv::Mat& mat : {eight, sixteen}) {
    ASSERT_EQ(ReadHeatMap(WriteOpenCvPng(mat)).type(), CV_32FC1);
    EXPECT_LT(cv::norm(ReadHeatMap(WriteOpenCvPng(mat)), expected, cv::NORM_INF), 1e-6);
    EXPECT_LT(cv::norm(ReadHeatMap(Write(EncodeNpy(mat))), expected, cv::NORM_INF), 1e-6);
  }
  EXPECT_LT(cv::norm(ReadHeatMap(Write(EncodeNpy(expected))), expected, cv::NORM_INF), 1e-9);
  EXPECT_LT(cv::norm(ReadHeatMap(Write(EncodeNpy(wide))), expected, cv::NORM_INF), 1e-6);
}

TEST_F(LabelsIoTest, OneBitHeatMapReachesOne) {
  const cv::Mat heat = ReadHeatMap(WriteOpenCvPng(binary_, {cv::IMWRITE_PNG_BILEVEL, 1}));
  EXPECT_EQ(heat.at<float>(0, 1), 1);
}

// Encoders add them to grey images unasked.
TEST_F(LabelsIoTest, GreyHeatMapsMayHaveAPaletteOrAnOpaqueAlphaChannel) {
  const cv::Mat expected = (cv::Mat_<float>(1, 3) << 0, 0.2, 1);
  Palette greys, reversed;
  for (int i = 0; i < 256; ++i) {
    greys[i] = cv::Vec3b::all(static_cast<std::uint8_t>(i));
    reversed[255 - i] = greys[i];
  }
  const cv::Mat grey = (cv::Mat_<std::uint8_t>(1, 3) << 0, 51, 255), backwards = 255 - grey;
  const auto expect = [&](const std::filesystem::path& path) {
    EXPECT_LT(cv::norm(ReadHeatMap(path), expected, cv::NORM_INF), 1e-6);
  };
  expect(Write(EncodeIndexedPng(grey, greys)));
  expect(Write(EncodeIndexedPng(backwards, reversed)));
  cv::Mat rgba;
  cv::merge(std::vector{grey, grey, grey, cv::Mat(grey.size(), CV_8UC1, cv::Scalar(255))}, rgba);
  expect(Write(EncodePng(rgba)));
  rgba.convertTo(rgba, CV_16U, 257);
  expect(WriteOpenCvPng(rgba));
  rgba.at<cv::Vec4w>(0, 1)[3] = 0;
  EXPECT_THAT(ErrorOf([&] { ReadHeatMap(WriteOpenCvPng(rgba)); }), HasSubstr("transparent pixels"));
}

TEST_F(LabelsIoTest, RoundingBeyondOneIsForgiven) {
  const cv::Mat heat = ReadHeatMap(WriteArray<double>(1, {-1e-7, 1.0000001}));
  EXPECT_EQ(heat.at<float>(0, 0), 0);
  EXPECT_EQ(heat.at<float>(0, 1), 1);
}

TEST_F(LabelsIoTest, WhatIsNoHeatMapIsRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(ErrorOf([&] { ReadHeatMap(WriteArray<float>(1, {0, nan})); }), HasSubstr("(NaN)"));
  EXPECT_THAT(ErrorOf([&] {
                ReadHeatMap(WriteArray<double>(1, {-1, 2.5}));
              }),
              EndsWith(": has values in [-1, 2.5], expected a heat map in [0, 1]"));
  EXPECT_THAT(ErrorOf([&] {
                ReadHeatMap(WriteArray<int>(1, {0, 1}));
              }),
              HasSubstr("has int32 elements"));
  EXPECT_THAT(ErrorOf([] { ReadHeatMap(kImages / "plain.jpg"); }), HasSubstr("is a colour image"));
  EXPECT_THAT(ErrorOf([] { ReadHeatMap(kImages / "palette.png"); }),
              HasSubstr("expected grey values"));
}

}  // namespace
}  // namespace gradcut
