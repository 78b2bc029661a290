#include "gradcut/dataset/mask_io.h"

#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/error_of.h"
#include "support/matrix_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

namespace gradcut {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::filesystem::path kImages = std::filesystem::path(GRADCUT_TEST_DATA) / "images";

class MaskIoTest : public MatrixFileTest {
 protected:
  void ExpectMask(const std::filesystem::path& path, const cv::Mat& labels, MaskForm form) {
    const MaskFile mask = ReadMask(path);
    EXPECT_EQ(mask.form, form);
    ASSERT_EQ(mask.labels.type(), CV_8UC1);
    ASSERT_EQ(mask.labels.size(), labels.size());
    EXPECT_EQ(cv::norm(mask.labels, labels, cv::NORM_INF), 0) << mask.labels;
  }

  const cv::Mat labels_ = (cv::Mat_<std::uint8_t>(2, 3) << 0, 1, 2, 20, 15, 255);
  const cv::Mat binary_ = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 255, 0, 255, 0);
};

TEST_F(MaskIoTest, PaletteIndicesAreLabelsWhateverTheColours) {
  Palette palette = VocPalette();
  std::reverse(palette.begin(), palette.end());
  ExpectMask(Write(EncodeIndexedPng(labels_, palette)), labels_, MaskForm::kPalette);
  ExpectMask(Write(EncodeIndexedPng(labels_, VocPalette())), labels_, MaskForm::kPalette);
}

TEST_F(MaskIoTest, SmallPalettesAreUnpacked) {
  const MaskFile mask = ReadMask(kImages / "palette.png");  // 2 bits a pixel
  EXPECT_EQ(mask.form, MaskForm::kPalette);
  double largest = 0;
  cv::minMaxLoc(mask.labels, nullptr, &largest);
  EXPECT_EQ(largest, 2);
}

TEST_F(MaskIoTest, GreyValuesAreLabels) {
  ExpectMask(Write(EncodePng(labels_)), labels_, MaskForm::kGrey);
  cv::Mat wide;
  labels_.convertTo(wide, CV_16U);
  ExpectMask(WriteOpenCvPng(wide), labels_, MaskForm::kGrey);
}

TEST_F(MaskIoTest, ValuesAboveAByteAreKept) {
  cv::Mat wide;
  binary_.convertTo(wide, CV_16U, 257);
  const MaskFile mask = ReadMask(WriteOpenCvPng(wide));
  EXPECT_EQ(mask.labels.type(), CV_32SC1);
  EXPECT_EQ(mask.labels.at<int>(0, 1), 65535);
  EXPECT_EQ(mask.white, 65535);
  const MaskFile ids = ReadMask(WriteArray<int>(1, {0, 24001, -1}));
  EXPECT_EQ(ids.labels.at<int>(0, 1), 24001);
  EXPECT_EQ(ids.labels.at<int>(0, 2), -1);
  EXPECT_EQ(ids.white, 0);
}

TEST_F(MaskIoTest, OneBitMasksHoldZeroAndOne) {
  ExpectMask(WriteOpenCvPng(binary_, {cv::IMWRITE_PNG_BILEVEL, 1}), binary_ / 255, MaskForm::kGrey);
}

TEST_F(MaskIoTest, GreyInThreeChannelsIsGrey) {
  cv::Mat rgb;
  cv::merge(std::vector<cv::Mat>(3, binary_), rgb);
  ExpectMask(Write(EncodePng(rgb)), binary_, MaskForm::kGrey);
  cv::Mat opaque;
  cv::merge(std::vector<cv::Mat>{binary_, binary_, binary_, cv::Mat(2, 3, CV_8UC1, 255)}, opaque);
  ExpectMask(Write(EncodePng(opaque)), binary_, MaskForm::kGrey);
}

TEST_F(MaskIoTest, GreyThatLossyCompressionTintedIsGrey) {
  cv::Mat tinted;
  cv::merge(std::vector<cv::Mat>{binary_, binary_ * 0.99, binary_ * 0.98}, tinted);
  ExpectMask(Write(EncodePng(tinted)), binary_, MaskForm::kGrey);
}

TEST_F(MaskIoTest, VocColoursAreLabels) {
  const Palette palette = VocPalette();
  cv::Mat all(16, 16, CV_8UC1);
  cv::Mat colours(16, 16, CV_8UC3);
  for (int i = 0; i < 256; ++i) {
    all.data[i] = static_cast<std::uint8_t>(i);
    colours.at<cv::Vec3b>(i / 16, i % 16) = palette[static_cast<std::size_t>(i)];
  }
  ExpectMask(Write(EncodePng(colours)), all, MaskForm::kVocColours);
}

TEST_F(MaskIoTest, AlphaOfACutOutIsTheMask) {
  cv::Mat alpha = (cv::Mat_<std::uint8_t>(2, 3) << 0, 128, 255, 127, 200, 1);
  cv::Mat rgba(2, 3, CV_8UC4, cv::Scalar(10, 20, 30, 0));
  cv::insertChannel(alpha, rgba, 3);
  ExpectMask(Write(EncodePng(rgba)), binary_, MaskForm::kAlpha);
  ExpectMask(kImages / "grey_alpha.png", cv::Mat(2, 4, CV_8UC1, 255), MaskForm::kAlpha);
}

TEST_F(MaskIoTest, OpaqueCutOutOfAPhotoIsAllObject) {
  const cv::Mat rgba(2, 3, CV_8UC4, cv::Scalar(10, 20, 30, 255));
  ExpectMask(Write(EncodePng(rgba)), cv::Mat(2, 3, CV_8UC1, 255), MaskForm::kAlpha);
}

TEST_F(MaskIoTest, ArraysOfAnyTypeAreLabels) {
  for (const int type : {CV_8U, CV_16U, CV_32S, CV_32F, CV_64F}) {
    cv::Mat values;
    labels_.convertTo(values, type);
    ExpectMask(Write(EncodeNpy(values)), labels_, MaskForm::kArray);
  }
  const NpyArray extra{.shape = {1, 2, 3, 1}, .dtype = Dtype::kBool, .bytes = {0, 1, 1, 0, 1, 0}};
  ExpectMask(Write(EncodeNpy(extra)), binary_ / 255, MaskForm::kArray);
}

TEST_F(MaskIoTest, FractionsAreProbabilities) {
  const MaskFile mask = ReadMask(WriteArray<float>(1, {0, 0.4999F, 0.5F, 1}));
  EXPECT_EQ(mask.form, MaskForm::kFractions);
  const cv::Mat expected = (cv::Mat_<std::uint8_t>(1, 4) << 0, 127, 128, 255);
  EXPECT_EQ(cv::norm(mask.labels, expected), 0);
}

TEST_F(MaskIoTest, ValuesThatAreNoLabelsAreNamed) {
  EXPECT_THAT(ErrorOf([&] {
                ReadMask(WriteArray<double>(2, {0, 0, 2.5, 0}));
              }),
              EndsWith(": has the value 2.5 at row 1, column 0, expected whole numbers, or "
                       "fractions from 0 to 1"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(ErrorOf([&] { ReadMask(WriteArray<float>(1, {nan})); }),
              HasSubstr("the value nan at"));
}

TEST_F(MaskIoTest, WhatIsNoMaskIsRefused) {
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

// ---- Index PNGs that show but grey

Palette Colours(const std::vector<int>& greys) {
  Palette palette = {};
  for (std::size_t i = 0; i < greys.size(); ++i)
    palette[i] = cv::Vec3b::all(static_cast<std::uint8_t>(greys[i]));
  return palette;
}

TEST_F(MaskIoTest, GreyPaletteMeansGreyValues) {
  const cv::Mat index = (cv::Mat_<std::uint8_t>(1, 3) << 0, 1, 0);
  ExpectMask(Write(EncodeIndexedPng(index, Colours({255, 0}))),
             (cv::Mat_<std::uint8_t>(1, 3) << 255, 0, 255), MaskForm::kGrey);
  ExpectMask(Write(EncodeIndexedPng(index, Colours({0, 15}))),
             (cv::Mat_<std::uint8_t>(1, 3) << 0, 15, 0), MaskForm::kGrey);
  Palette ramp;
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = cv::Vec3b::all(static_cast<uchar>(i));
  ExpectMask(Write(EncodeIndexedPng(binary_, ramp)), binary_, MaskForm::kGrey);
}

TEST_F(MaskIoTest, GreyColoursOfAClassPaletteAreClasses) {
  const cv::Mat cars = (cv::Mat_<std::uint8_t>(1, 3) << 0, 7, 0);  // VOC's class 7 is grey.
  ExpectMask(Write(EncodeIndexedPng(cars, VocPalette())), cars, MaskForm::kPalette);
  const cv::Mat empty = cv::Mat::zeros(2, 3, CV_8U);
  ExpectMask(Write(EncodeIndexedPng(empty, VocPalette())), empty, MaskForm::kPalette);
  const cv::Mat ones = (cv::Mat_<std::uint8_t>(1, 3) << 0, 1, 0);
  ExpectMask(Write(EncodeIndexedPng(ones, Colours({0, 255}))), ones, MaskForm::kPalette);
  Palette with_void = VocPalette();
  with_void[255] = cv::Vec3b::all(255);
  ExpectMask(Write(EncodeIndexedPng(binary_, with_void)), binary_, MaskForm::kPalette);
}

TEST_F(MaskIoTest, BlackAndWhiteInAPaletteOfColoursIsBoth) {
  Palette web = VocPalette();
  web[10] = cv::Vec3b::all(0);
  web[225] = cv::Vec3b::all(255);
  const cv::Mat index = (cv::Mat_<std::uint8_t>(1, 3) << 10, 225, 10);
  const MaskFile mask = ReadMask(Write(EncodeIndexedPng(index, web)));
  EXPECT_EQ(mask.form, MaskForm::kGrey);
  const cv::Mat shown = (cv::Mat_<std::uint8_t>(1, 3) << 0, 255, 0);
  EXPECT_EQ(cv::norm(mask.labels, shown), 0);
  EXPECT_EQ(cv::norm(mask.indices, index), 0);
}

TEST_F(MaskIoTest, ClassColoursOnATransparentGroundAreClasses) {
  cv::Mat rgba(1, 3, CV_8UC4, cv::Scalar::all(0));
  rgba.at<cv::Vec4b>(0, 1) = {192, 128, 128, 255};
  rgba.at<cv::Vec4b>(0, 2) = {12, 34, 56, 0};
  ExpectMask(Write(EncodePng(rgba)), (cv::Mat_<std::uint8_t>(1, 3) << 0, 15, 0),
             MaskForm::kVocColours);
  rgba.at<cv::Vec4b>(0, 1) = {0, 0, 0, 255};  // A black silhouette is no class.
  ExpectMask(Write(EncodePng(rgba)), (cv::Mat_<std::uint8_t>(1, 3) << 0, 255, 0), MaskForm::kAlpha);
}

}  // namespace
}  // namespace gradcut
