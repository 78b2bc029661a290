// Samples of TIFF files, as photos, masks and heat maps.
#include "support/tiff.h"

#include "gradcut/dataset/labels_io.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <opencv2/core.hpp>
#include <string>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

template <class Sample>
std::string BytesOf(const std::vector<Sample>& samples) {
  std::string bytes(samples.size() * sizeof(Sample), '\0');
  std::memcpy(bytes.data(), samples.data(), bytes.size());
  return bytes;
}

std::string Bytes(const std::vector<std::uint8_t>& samples) { return BytesOf(samples); }

// The first pixel with what is transparent.
cv::Vec4b PixelOf(const TiffContent& content) {
  const cv::Mat photo = DecodeWithAlpha(TiffOf(content), "photo");
  if (photo.channels() == 4) return photo.at<cv::Vec4b>(0, 0);
  const auto rgb = photo.at<cv::Vec3b>(0, 0);
  return {rgb[0], rgb[1], rgb[2], 255};
}

std::string ErrorOfPhoto(const TiffContent& content) {
  return ErrorOf([&] { DecodeImage(TiffOf(content), "photo"); });
}

cv::Mat MaskOf(const TiffContent& content) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "a.tif", TiffOf(content));
  return ReadMask(folder / "a.tif").labels;
}

cv::Mat HeatOf(const TiffContent& content) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "a.tif", TiffOf(content));
  return ReadHeatMap(folder / "a.tif");
}

// ---- Alpha is what the file calls so

TEST(TiffColoursTest, LabOfEitherSizeIsSrgb) {
  // White, sRGB's red and grey.
  for (const auto& [lab, rgb] : {std::pair(cv::Vec3i(255, 0, 0), cv::Vec3b(255, 255, 255)),
                                 {cv::Vec3i(136, 80, 67), cv::Vec3b(255, 0, 0)},
                                 {cv::Vec3i(137, 0, 0), cv::Vec3b(128, 128, 128)}}) {
    const TiffContent small = {
        .bands = 3,
        .photometric = 8,
        .samples = Bytes({static_cast<std::uint8_t>(lab[0]), static_cast<std::uint8_t>(lab[1]),
                          static_cast<std::uint8_t>(lab[2])})};
    TiffContent large = small;
    large.bits = 16;
    large.samples = BytesOf<std::int16_t>({static_cast<std::int16_t>(lab[0] * 257),
                                           static_cast<std::int16_t>(lab[1] * 256),
                                           static_cast<std::int16_t>(lab[2] * 256)});
    for (const TiffContent& content : {small, large}) {
      const cv::Vec4b pixel = PixelOf(content);
      EXPECT_LE(cv::norm(cv::Vec3b(pixel[0], pixel[1], pixel[2]), rgb, cv::NORM_INF), 3) << pixel;
    }
  }
}

TEST(TiffAlphaTest, UnassociatedAlphaLeavesTheColours) {
  EXPECT_EQ(
      PixelOf({.bands = 4, .photometric = 2, .extra = {2}, .samples = Bytes({200, 100, 50, 128})}),
      cv::Vec4b(200, 100, 50, 128));
}

TEST(TiffAlphaTest, AssociatedAlphaIsInTheColoursAlready) {
  EXPECT_EQ(
      PixelOf({.bands = 4, .photometric = 2, .extra = {1}, .samples = Bytes({100, 50, 25, 128})}),
      cv::Vec4b(199, 100, 50, 128));
  EXPECT_EQ(PixelOf({.bands = 4, .photometric = 2, .extra = {1}, .samples = Bytes({0, 0, 0, 0})}),
            cv::Vec4b(0, 0, 0, 0));
}

TEST(TiffAlphaTest, BandThatNobodyNamesIsNoAlpha) {
  const cv::Vec4b rgb(200, 100, 50, 255);
  EXPECT_EQ(
      PixelOf({.bands = 4, .photometric = 2, .extra = {0}, .samples = Bytes({200, 100, 50, 9})}),
      rgb);
  EXPECT_EQ(PixelOf({.bands = 4, .photometric = 2, .samples = Bytes({200, 100, 50, 9})}), rgb);
  EXPECT_EQ(
      PixelOf(
          {.bands = 5, .photometric = 2, .extra = {0, 0}, .samples = Bytes({200, 100, 50, 9, 9})}),
      rgb);
}

TEST(TiffAlphaTest, AlphaMayComeAfterOtherBands) {
  EXPECT_EQ(
      PixelOf(
          {.bands = 5, .photometric = 2, .extra = {0, 2}, .samples = Bytes({200, 100, 50, 9, 7})}),
      cv::Vec4b(200, 100, 50, 7));
}

TEST(TiffAlphaTest, GreyAndCmykHaveItToo) {
  EXPECT_EQ(PixelOf({.bands = 2, .extra = {2}, .samples = Bytes({90, 33})}),
            cv::Vec4b(90, 90, 90, 33));
  EXPECT_EQ(PixelOf({.bands = 2, .photometric = 0, .extra = {2}, .samples = Bytes({90, 33})}),
            cv::Vec4b(165, 165, 165, 33));
  EXPECT_EQ(
      PixelOf({.bands = 5, .photometric = 5, .extra = {2}, .samples = Bytes({0, 255, 255, 0, 33})}),
      cv::Vec4b(255, 0, 0, 33));
}

TEST(TiffAlphaTest, SixteenBitsHaveItToo) {
  EXPECT_EQ(
      PixelOf({.bands = 4,
               .bits = 16,
               .photometric = 2,
               .extra = {2},
               .samples = BytesOf<std::uint16_t>({257 * 200, 257 * 100, 257 * 50, 257 * 128})}),
      cv::Vec4b(200, 100, 50, 128));
}

// ---- Samples of all sizes

TEST(TiffSamplesTest, AnyNumberOfBitsIsScaledToWhite) {
  const struct {
    int bits;
    std::vector<std::uint8_t> bytes;  // The largest value, then a fifth of it or so.
    int second;
  } files[] = {{1, {0b10000000}, 0},
               {2, {0b11010000}, 85},
               {4, {0xf3}, 51},
               {6, {0b11111100, 0b11000000}, 49},
               {12, {0xff, 0xf3, 0x33}, 51},
               {16, {0xff, 0xff, 0x33, 0x33}, 51}};
  for (const auto& file : files) {
    const cv::Mat image =
        DecodeImage(TiffOf({.cols = 2, .bits = file.bits, .samples = Bytes(file.bytes)}), "photo");
    EXPECT_EQ(image.at<cv::Vec3b>(0, 0), cv::Vec3b(255, 255, 255)) << file.bits;
    EXPECT_EQ(image.at<cv::Vec3b>(0, 1)[0], file.second) << file.bits;
  }
}

TEST(TiffSamplesTest, FloatingPointPhotosAreInZeroToOne) {
  EXPECT_EQ(PixelOf({.bands = 3,
                     .bits = 32,
                     .format = 3,
                     .photometric = 2,
                     .samples = BytesOf<float>({0, 0.2F, 1})}),
            cv::Vec4b(0, 51, 255, 255));
  EXPECT_EQ(
      ErrorOfPhoto({.cols = 2, .bits = 32, .format = 3, .samples = BytesOf<float>({0, 200})}),
      "photo: has floating-point samples in [0, 200], expected [0, 1]: convert it to PNG or JPEG");
}

TEST(TiffSamplesTest, LabelsMayHaveAnyType) {
  const cv::Mat expected = (cv::Mat_<std::uint8_t>(1, 3) << 0, 7, 255);
  const auto same = [&](const cv::Mat& mask) {
    return cv::norm(mask, expected, cv::NORM_INF) == 0;
  };
  EXPECT_TRUE(
      same(MaskOf({.cols = 3, .bits = 32, .samples = BytesOf<std::uint32_t>({0, 7, 255})})));
  EXPECT_TRUE(same(
      MaskOf({.cols = 3, .bits = 32, .format = 2, .samples = BytesOf<std::int32_t>({0, 7, 255})})));
  EXPECT_TRUE(same(
      MaskOf({.cols = 3, .bits = 16, .format = 2, .samples = BytesOf<std::int16_t>({0, 7, 255})})));
  EXPECT_TRUE(
      same(MaskOf({.cols = 3, .bits = 32, .format = 3, .samples = BytesOf<float>({0, 7, 255})})));
  EXPECT_TRUE(
      same(MaskOf({.cols = 3, .bits = 64, .format = 3, .samples = BytesOf<double>({0, 7, 255})})));
  // Kept, for the reader to say whether it is void.
  EXPECT_EQ(MaskOf({.cols = 2, .bits = 16, .format = 2, .samples = BytesOf<std::int16_t>({3, -1})})
                .at<int>(0, 1),
            -1);
}

TEST(TiffSamplesTest, WideIntegersAreNoPhoto) {
  EXPECT_EQ(ErrorOfPhoto({.bits = 32, .samples = BytesOf<std::uint32_t>({7})}),
            "photo: has integer samples up to 4294967295, expected 8 or 16 bits without a sign: "
            "convert it to PNG "
            "or JPEG");
}

TEST(TiffSamplesTest, HeatMapsMayBeFloatingPoint) {
  const cv::Mat heat =
      HeatOf({.cols = 3, .bits = 32, .format = 3, .samples = BytesOf<float>({0, 0.25F, 1})});
  EXPECT_EQ(heat.type(), CV_32FC1);
  EXPECT_EQ(heat.at<float>(0, 1), 0.25F);
  const std::string half("\x00\x38\x00\x3c", 4);  // 0.5 and 1
  EXPECT_EQ(HeatOf({.cols = 2, .bits = 16, .format = 3, .samples = half}).at<float>(0, 0), 0.5F);
  EXPECT_THAT(ErrorOf([] { HeatOf({.bits = 32, .format = 3, .samples = BytesOf<float>({2})}); }),
              HasSubstr("has values in [2, 2], expected a heat map in [0, 1]"));
}

// ---- Colours

TEST(TiffColoursTest, WhiteMayBeZero) {
  EXPECT_EQ(PixelOf({.photometric = 0, .samples = Bytes({255})}), cv::Vec4b(0, 0, 0, 255));
  EXPECT_EQ(PixelOf({.bits = 16, .photometric = 0, .samples = Bytes({0, 0})}),
            cv::Vec4b(255, 255, 255, 255));
}

TEST(TiffColoursTest, PalettesAreLookedUp) {
  std::vector<int> palette(3 * 4, 0);
  palette[1] = 65535, palette[4 + 1] = 257 * 9;  // Red and green of the second colour.
  EXPECT_EQ(PixelOf({.bits = 2, .photometric = 3, .palette = palette, .samples = "\x40"}),
            cv::Vec4b(255, 9, 0, 255));
  palette[1] = 255, palette[4 + 1] = 9;  // As old writers have it.
  EXPECT_EQ(PixelOf({.bits = 2, .photometric = 3, .palette = palette, .samples = "\x40"}),
            cv::Vec4b(255, 9, 0, 255));
}

TEST(TiffColoursTest, CmykIsConverted) {
  EXPECT_EQ(PixelOf({.bands = 4, .photometric = 5, .samples = Bytes({0, 51, 255, 0})}),
            cv::Vec4b(255, 204, 0, 255));
}

TEST(TiffColoursTest, ManyBandsWithoutColoursAreRefused) {
  EXPECT_EQ(ErrorOfPhoto({.bands = 5, .extra = {0, 0, 0, 0}, .samples = "abcde"}),
            "photo: is a TIFF with 5 bands that are not grey, RGB or CMYK, which is not supported: "
            "convert it to PNG "
            "or JPEG");
}

// ---- Damage

TEST(TiffDamageTest, MissingSamplesAreAnError) {
  EXPECT_THAT(
      ErrorOfPhoto({.cols = 30, .rows = 20, .bands = 3, .photometric = 2, .samples = "too short"}),
      HasSubstr("photo: is corrupt or truncated (TIFF)"));
}

TEST(TiffDamageTest, HugeTilesAreRefusedBeforeAllocation) {
  std::vector<std::uint8_t> file =
      ReadFile(std::filesystem::path(GRADCUT_TEST_DATA) / "images/tiles.tif");
  // Tags of tile width and length, BigTIFF entries of 20 bytes: tag, type, count, value.
  for (std::size_t at = 16; at + 20 < file.size(); ++at)
    if (file[at] == 0x42 || file[at] == 0x43)
      if (file[at + 1] == 1 && file[at + 4] == 1 && file[at + 12] == 16) file[at + 13] = 0x70;
  EXPECT_THAT(ErrorOf([&] { DecodeImage(file, "photo"); }), HasSubstr("photo: "));
}

}  // namespace
}  // namespace gradcut
