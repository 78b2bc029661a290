#include "gradcut/image/image_io.h"

#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;
using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

const std::filesystem::path kImages = std::filesystem::path(GRADCUT_TEST_DATA) / "images";
const cv::Vec3b kRed(255, 0, 0);
const cv::Vec3b kLime(0, 255, 0);
const cv::Vec3b kBlue(0, 0, 255);

// What the files in tests/data/images show, 16x12: red, its upper half lime, beside blue.
cv::Mat Scene() {
  cv::Mat scene(12, 16, CV_8UC3, cv::Scalar(255, 0, 0));
  scene(cv::Rect(0, 0, 8, 6)) = cv::Scalar(0, 255, 0);
  scene(cv::Rect(8, 0, 8, 12)) = cv::Scalar(0, 0, 255);
  return scene;
}

double LargestDifference(const cv::Mat& a, const cv::Mat& b) {
  EXPECT_EQ(a.size(), b.size());
  EXPECT_EQ(a.type(), b.type());
  return cv::norm(a, b, cv::NORM_INF);
}

cv::Mat Decode(const Bytes& bytes) { return DecodeImage(bytes, "test"); }

Bytes OpenCvPng(const cv::Mat& bgr, const std::vector<int>& settings = {}) {
  Bytes bytes;
  cv::imencode(".png", bgr, bytes, settings);
  return bytes;
}

// A JPEG of the scene with an EXIF block that holds nothing but the orientation.
Bytes JpegWithOrientation(int orientation) {
  constexpr auto kBlock =
      "\xff\xe1\x00\x22"
      "Exif\0\0"
      "MM\0*\0\0\0\x08"
      "\0\x01"
      "\x01\x12\0\x03\0\0\0\x01\0\0\0\0"
      "\0\0\0\0"sv;
  Bytes bytes = EncodeJpeg(Scene(), 95);
  Bytes block(kBlock.begin(), kBlock.end());
  block[29] = static_cast<std::uint8_t>(orientation);
  bytes.insert(bytes.begin() + 2, block.begin(), block.end());
  return bytes;
}

// ---- Reading

struct SceneFile {
  const char* name;
  double tolerance;  // JPEG is lossy
};

class SceneFileTest : public ::testing::TestWithParam<SceneFile> {};

TEST_P(SceneFileTest, ReadsAsTheScene) {
  const cv::Mat image = ReadImage(kImages / GetParam().name);
  EXPECT_LE(LargestDifference(image, Scene()), GetParam().tolerance);
}

std::string TestName(const ::testing::TestParamInfo<SceneFile>& file) {
  std::string name = file.param.name;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(, SceneFileTest,
                         ::testing::Values(SceneFile{"plain.jpg", 8},
                                           SceneFile{"progressive.jpg", 8},
                                           SceneFile{"411.jpg", 20}, SceneFile{"cmyk.jpg", 8},
                                           SceneFile{"interlaced.png", 0},
                                           SceneFile{"palette.png", 0},
                                           SceneFile{"lossless.webp", 0}, SceneFile{"rgb16.tif", 0},
                                           SceneFile{"tiles.tif", 0}, SceneFile{"jpeg.tif", 20},
                                           SceneFile{"plain.heic", 8}, SceneFile{"plain.avif", 8},
                                           SceneFile{"rgb.bmp", 0}),
                         TestName);

TEST(ReadImageTest, ExifOrientationIsApplied) {
  // Where the three colours of the stored scene belong in the upright image: the pixel next to its
  // upper left, upper right and lower left corner.
  const struct {
    int rows, cols;
    cv::Vec3b upper_left, upper_right, lower_left;
  } expected[] = {{12, 16, kLime, kBlue, kRed}, {12, 16, kBlue, kLime, kBlue},
                  {12, 16, kBlue, kRed, kBlue}, {12, 16, kRed, kBlue, kLime},
                  {16, 12, kLime, kRed, kBlue}, {16, 12, kRed, kLime, kBlue},
                  {16, 12, kBlue, kBlue, kRed}, {16, 12, kBlue, kBlue, kLime}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    const auto& e = expected[orientation - 1];
    const cv::Mat image = Decode(JpegWithOrientation(orientation));
    ASSERT_EQ(image.rows, e.rows);
    ASSERT_EQ(image.cols, e.cols);
    const auto is_near = [&](int row, int col, const cv::Vec3b& colour) {
      return cv::norm(image.at<cv::Vec3b>(row, col), colour, cv::NORM_INF) <= 8;
    };
    EXPECT_TRUE(is_near(1, 1, e.upper_left));
    EXPECT_TRUE(is_near(1, e.cols - 2, e.upper_right));
    EXPECT_TRUE(is_near(e.rows - 2, 1, e.lower_left));
  }
}

TEST(ReadImageTest, ImpossibleOrientationIsIgnored) {
  for (const int orientation : {0, 9, 255})
    EXPECT_LE(LargestDifference(Decode(JpegWithOrientation(orientation)), Scene()), 8);
}

TEST(ReadImageTest, OrientationCountsInOtherFormatsToo) {
  cv::Mat turned;
  cv::rotate(Scene(), turned, cv::ROTATE_90_CLOCKWISE);
  for (const char* name : {"oriented.png", "oriented.webp", "oriented.tif"})
    EXPECT_EQ(LargestDifference(ReadImage(kImages / name), turned), 0) << name;
  // libheif has turned it.
  EXPECT_LE(LargestDifference(ReadImage(kImages / "oriented.avif"), turned), 8);
}

TEST(ReadImageTest, CmykIsInvertedOnlyWithTheMarkOfAdobe) {
  // One ink mixture. With the mark, black is full; without it, magenta is half and yellow full.
  Bytes bytes = ReadFile(kImages / "inks.jpg");
  EXPECT_LE(LargestDifference(Decode(bytes), cv::Mat(8, 8, CV_8UC3, cv::Scalar(0, 0, 0))), 2);
  const auto mark =
      std::search(bytes.begin(), bytes.end(), std::begin("Adobe"), std::end("Adobe") - 1);
  ASSERT_NE(mark, bytes.end());
  bytes.erase(mark - 4, mark + 12);
  EXPECT_LE(LargestDifference(Decode(bytes), cv::Mat(8, 8, CV_8UC3, cv::Scalar(255, 128, 0))), 2);
}

TEST(ReadImageTest, SixteenBitsAreScaledToEight) {
  const cv::Mat grey = (cv::Mat_<std::uint16_t>(1, 4) << 0, 128, 257 * 100, 65535);
  const cv::Mat expected = (cv::Mat_<cv::Vec3b>(1, 4) << cv::Vec3b(0, 0, 0), cv::Vec3b(0, 0, 0),
                            cv::Vec3b(100, 100, 100), cv::Vec3b(255, 255, 255));
  EXPECT_EQ(LargestDifference(Decode(OpenCvPng(grey)), expected), 0);

  const cv::Mat bgr(2, 2, CV_16UC3, cv::Scalar(257 * 1, 257 * 2, 257 * 3));
  EXPECT_EQ(Decode(OpenCvPng(bgr)).at<cv::Vec3b>(1, 1), cv::Vec3b(3, 2, 1));
}

TEST(ReadImageTest, OneBitImagesAreBlackAndWhite) {
  const cv::Mat mask = (cv::Mat_<std::uint8_t>(1, 3) << 0, 255, 0);
  const cv::Mat image = Decode(OpenCvPng(mask, {cv::IMWRITE_PNG_BILEVEL, 1}));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 0));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 1), cv::Vec3b(255, 255, 255));
}

TEST(ReadImageTest, AlphaIsCompositedOverWhite) {
  const cv::Mat rgba = (cv::Mat_<cv::Vec4b>(1, 3) << cv::Vec4b(10, 20, 30, 255),
                        cv::Vec4b(10, 20, 30, 0), cv::Vec4b(0, 100, 255, 51));
  const cv::Mat image = Decode(EncodePng(rgba));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 0), cv::Vec3b(10, 20, 30));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 1), cv::Vec3b(255, 255, 255));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 2), cv::Vec3b(204, 224, 255));
  // 100 at 128 / 255 over white.
  EXPECT_EQ(ReadImage(kImages / "grey_alpha.png").at<cv::Vec3b>(0, 0), cv::Vec3b(177, 177, 177));
}

TEST(ReadImageTest, AlphaIsKeptBesideTheColours) {
  const cv::Mat rgba =
      (cv::Mat_<cv::Vec4b>(1, 2) << cv::Vec4b(10, 20, 30, 255), cv::Vec4b(10, 20, 30, 0));
  EXPECT_EQ(LargestDifference(DecodeWithAlpha(EncodePng(rgba), "test"), rgba), 0);
  EXPECT_EQ(DecodeWithAlpha(EncodePng(Scene()), "test").type(), CV_8UC3);
  EXPECT_EQ(DecodeWithAlpha(ReadFile(kImages / "grey_alpha.png"), "test").at<cv::Vec4b>(0, 0),
            cv::Vec4b(100, 100, 100, 128));
  const cv::Mat heic = DecodeWithAlpha(ReadFile(kImages / "alpha.heic"), "test");
  EXPECT_EQ(heic.at<cv::Vec4b>(11, 0)[3], 0);
  EXPECT_NEAR(heic.at<cv::Vec4b>(11, 0)[0], 255, 8);
  EXPECT_EQ(heic.at<cv::Vec4b>(11, 15)[3], 255);
}

TEST(ReadImageTest, FaxesAreBlackAndWhite) {
  const cv::Mat image = ReadImage(kImages / "group4.tif");
  EXPECT_EQ(image.at<cv::Vec3b>(0, 0), cv::Vec3b(255, 255, 255));
  EXPECT_EQ(image.at<cv::Vec3b>(11, 15), cv::Vec3b(0, 0, 0));
}

TEST(ReadImageTest, FirstFrameOfAnAnimation) {
  for (const char* name : {"animated.webp", "animated.png"})
    EXPECT_EQ(LargestDifference(ReadImage(kImages / name),
                                cv::Mat(12, 16, CV_8UC3, cv::Scalar(255, 0, 0))),
              0)
        << name;
}

TEST(ReadImageTest, PortablePixmapsAreRead) {
  const std::string ppm = "P3 # comment\n2 1\n255\n255 0 0  0 0 255\n";
  const cv::Mat image = Decode({ppm.begin(), ppm.end()});
  EXPECT_EQ(image.at<cv::Vec3b>(0, 0), kRed);
  EXPECT_EQ(image.at<cv::Vec3b>(0, 1), kBlue);
}

TEST(ReadImageTest, ThinImagesWork) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 1000), cv::Size(1000, 1)}) {
    const cv::Mat image(size, CV_8UC3, cv::Scalar(255, 0, 0));
    EXPECT_EQ(LargestDifference(Decode(EncodePng(image)), image), 0);
    EXPECT_LE(LargestDifference(Decode(EncodeJpeg(image, 95)), image), 8);
  }
}

TEST(ReadImageTest, ExtensionIsNotTrusted) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "png.jpg", EncodePng(Scene()));
  EXPECT_EQ(LargestDifference(ReadImage(folder / "png.jpg"), Scene()), 0);
}

TEST(ReadImageTest, LimitIsAnOptionThatTheErrorNames) {
  const Bytes png = EncodePng(cv::Mat::zeros(100, 101, CV_8UC1));
  EXPECT_EQ(DecodeImage(png, "a", {.max_megapixels = 0.0101}).rows, 100);
  EXPECT_EQ(ErrorOf([&] { DecodeImage(png, "a", {.max_megapixels = 0.01}); }),
            "a: has 101x100 pixels (0.0 megapixels), more than the limit of 0.01: raise it with "
            "--io.max_megapixels");
  EXPECT_NO_THROW(Validate(ImageReadOptions{}));
}

// ---- Writing

TEST(EncodePngTest, PixelsComeBackExactly) {
  cv::Mat random(37, 53, CV_8UC4);
  cv::RNG rng(1);
  rng.fill(random, cv::RNG::UNIFORM, 0, 256);
  cv::Mat bgra;
  cv::mixChannels(random, bgra = cv::Mat(random.size(), CV_8UC4), {0, 2, 1, 1, 2, 0, 3, 3});
  EXPECT_EQ(cv::norm(cv::imdecode(EncodePng(random), cv::IMREAD_UNCHANGED), bgra, cv::NORM_INF), 0);
  cv::Mat rgb, grey;
  cv::extractChannel(random, grey, 0);
  EXPECT_EQ(cv::norm(cv::imdecode(EncodePng(grey), cv::IMREAD_UNCHANGED), grey, cv::NORM_INF), 0);
  cv::mixChannels(random, rgb = cv::Mat(random.size(), CV_8UC3), {0, 0, 1, 1, 2, 2});
  EXPECT_EQ(LargestDifference(Decode(EncodePng(rgb)), rgb), 0);
}

TEST(EncodePngTest, PartOfALargerMatrixIsEncoded) {
  const cv::Mat part = Scene()(cv::Rect(5, 3, 7, 6));
  EXPECT_EQ(LargestDifference(Decode(EncodePng(part)), part), 0);
  EXPECT_LE(LargestDifference(Decode(EncodeJpeg(Scene()(cv::Rect(0, 0, 8, 6)), 95)),
                              cv::Mat(6, 8, CV_8UC3, cv::Scalar(0, 255, 0))),
            8);
}

TEST(EncodePngTest, MasksAreSmall) {
  cv::Mat mask = cv::Mat::zeros(375, 500, CV_8UC1);
  mask(cv::Rect(100, 100, 200, 150)) = 255;
  EXPECT_LT(EncodePng(mask).size(), 2000u);
}

TEST(EncodePngTest, OtherTypesAreRefused) {
  EXPECT_THROW(EncodePng(cv::Mat()), std::invalid_argument);
  EXPECT_THROW(EncodePng(cv::Mat(2, 2, CV_8UC2)), std::invalid_argument);
  EXPECT_THROW(EncodePng(cv::Mat(2, 2, CV_32FC1)), std::invalid_argument);
}

TEST(EncodeIndexedPngTest, LabelsShowTheirColours) {
  const cv::Mat labels = (cv::Mat_<std::uint8_t>(1, 3) << 0, 15, 255);
  const cv::Mat image = Decode(EncodeIndexedPng(labels, VocPalette()));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 0));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 1), cv::Vec3b(192, 128, 128));
  EXPECT_EQ(image.at<cv::Vec3b>(0, 2), cv::Vec3b(224, 224, 192));
}

TEST(VocPaletteTest, AgreesWithTheDevkit) {
  const Palette palette = VocPalette();
  EXPECT_EQ(palette[1], cv::Vec3b(128, 0, 0));
  EXPECT_EQ(palette[7], cv::Vec3b(128, 128, 128));
  EXPECT_EQ(palette[8], cv::Vec3b(64, 0, 0));
  EXPECT_EQ(palette[20], cv::Vec3b(0, 64, 128));
}

TEST(EncodeJpegTest, QualityIsChecked) {
  EXPECT_THROW(EncodeJpeg(Scene(), 0), std::invalid_argument);
  EXPECT_THROW(EncodeJpeg(Scene(), 101), std::invalid_argument);
  EXPECT_THROW(EncodeJpeg(cv::Mat(), 90), std::invalid_argument);
  EXPECT_LT(EncodeJpeg(Scene(), 10).size(), EncodeJpeg(Scene(), 100).size());
}

TEST(EncodeJpegTest, TooLargeForTheFormatIsAnError) {
  EXPECT_THAT(ErrorOf([] { EncodeJpeg(cv::Mat(1, 70000, CV_8UC3), 90); }),
              HasSubstr("JPEG cannot hold an image of 70000x1 pixels"));
}

}  // namespace
}  // namespace gradcut
