// All kinds of BMP files: each shows the same four pixels.
#include "gradcut/image/image_io.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <string>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

struct Bitmap {
  int bits = 24;
  int compression = 0;
  int header = 40;
  int rows = 2;            // Negative: the first row is the top one.
  std::string masks = {};  // And what else is in the header.
  std::string palette = {};
  std::string raster = {};
};

std::string Number(std::int64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i, value >>= 8) bytes += static_cast<char>(value);
  return bytes;
}

std::vector<std::uint8_t> FileOf(const Bitmap& bitmap) {
  std::string header = bitmap.header == 12
                           ? Number(12, 4) + Number(2, 2) + Number(bitmap.rows, 2) + Number(1, 2) +
                                 Number(bitmap.bits, 2)
                           : Number(bitmap.header, 4) + Number(2, 4) + Number(bitmap.rows, 4) +
                                 Number(1, 2) + Number(bitmap.bits, 2) +
                                 Number(bitmap.compression, 4) + Number(0, 12) +
                                 Number(static_cast<std::int64_t>(bitmap.palette.size() / 4), 4) +
                                 Number(0, 4) + bitmap.masks;
  header.resize(std::max(header.size(), static_cast<std::size_t>(bitmap.header)), '\0');
  const std::string head = header + bitmap.palette;
  const auto start = static_cast<std::int64_t>(14 + head.size());
  const std::string file = "BM" +
                           Number(start + static_cast<std::int64_t>(bitmap.raster.size()), 4) +
                           Number(0, 4) + Number(start, 4) + head + bitmap.raster;
  return {file.begin(), file.end()};
}

cv::Mat Decode(const Bitmap& bitmap) { return DecodeWithAlpha(FileOf(bitmap), "photo"); }

std::string Outcome(const Bitmap& bitmap) {
  return ErrorOf([&] { DecodeImage(FileOf(bitmap), "photo"); });
}

// Red and lime above blue and white.
const std::string kBlue = "\xff\0\0"s, kLime = "\0\xff\0"s, kRed = "\0\0\xff"s,
                  kWhite = "\xff\xff\xff"s;
const std::string kPalette = kRed + "\0"s + kLime + "\0"s + kBlue + "\0"s + kWhite + "\0"s;

void ExpectScene(const Bitmap& bitmap) {
  const cv::Mat expected = (cv::Mat_<cv::Vec3b>(2, 2) << cv::Vec3b(255, 0, 0), cv::Vec3b(0, 255, 0),
                            cv::Vec3b(0, 0, 255), cv::Vec3b(255, 255, 255));
  const cv::Mat found = Decode(bitmap);
  ASSERT_EQ(found.size(), expected.size());
  ASSERT_EQ(found.type(), expected.type());
  EXPECT_EQ(cv::norm(found, expected, cv::NORM_INF), 0);
}

TEST(BmpTest, TrueColours) {
  const std::string bottom = kBlue + kWhite + "\0\0"s, top = kRed + kLime + "\0\0"s;
  ExpectScene({.raster = bottom + top});
  ExpectScene({.rows = -2, .raster = top + bottom});
  ExpectScene({.header = 12, .raster = bottom + top});
  ExpectScene({.header = 124, .raster = bottom + top});
}

TEST(BmpTest, Palettes) {
  ExpectScene({.bits = 8, .palette = kPalette, .raster = "\2\3\0\0\0\1\0\0"s});
  ExpectScene({.bits = 4, .palette = kPalette, .raster = "\x23\0\0\0\x01\0\0\0"s});
  ExpectScene({.bits = 4,
               .header = 12,
               .palette = kRed + kLime + kBlue + kWhite,
               .raster = "\x23\0\0\0\x01\0\0\0"s});
  const cv::Mat bits =
      Decode({.bits = 1, .palette = "\0\0\0\0\xff\xff\xff\0"s, .raster = "\x40\0\0\0\x80\0\0\0"s});
  EXPECT_EQ(bits.at<cv::Vec3b>(0, 0)[0], 255);
  EXPECT_EQ(bits.at<cv::Vec3b>(1, 0)[0], 0);
}

TEST(BmpTest, RunLengths) {
  // Runs, then indices as they are, padded to 16 bits.
  ExpectScene(
      {.bits = 8, .compression = 1, .palette = kPalette, .raster = "\1\2\1\3\0\0\1\0\1\1\0\1"s});
  ExpectScene(
      {.bits = 4, .compression = 2, .palette = kPalette, .raster = "\2\x23\0\0\2\x01\0\1"s});
  // A move of one line up, and of one pixel: what is skipped is the first colour.
  ExpectScene({.bits = 8,
               .compression = 1,
               .palette = kPalette,
               .raster = "\1\2\1\3\0\0\0\2\1\0\1\1\0\1"s});
  // Longer than the row, without an end of the image.
  ExpectScene(
      {.bits = 8, .compression = 1, .palette = kPalette, .raster = "\1\2\x09\3\0\0\1\0\x09\1"s});
}

TEST(BmpTest, BitFields) {
  const std::string masks565 = Number(0xf800, 4) + Number(0x7e0, 4) + Number(0x1f, 4);
  ExpectScene({.bits = 16, .raster = "\x1f\0\xff\x7f\0\x7c\xe0\x03"s});  // 5 bits a channel
  ExpectScene(
      {.bits = 16, .compression = 3, .masks = masks565, .raster = "\x1f\0\xff\xff\0\xf8\xe0\x07"s});
  const std::string raster = kBlue + "\x07"s + kWhite + "\x07"s + kRed + "\x07"s + kLime + "\x07"s;
  ExpectScene({.bits = 32, .raster = raster});  // The fourth byte means nothing.
}

TEST(BmpTest, AlphaIsWhatTheHeaderCallsSo) {
  const std::string masks =
      Number(0xff0000, 4) + Number(0xff00, 4) + Number(0xff, 4) + Number(0xff000000, 4);
  const std::string raster = kBlue + "\x07"s + kWhite + "\x08"s + kRed + "\x09"s + kLime + "\x0a"s;
  for (const int header : {56, 108, 124})
    EXPECT_EQ(
        Decode({.bits = 32, .compression = 3, .header = header, .masks = masks, .raster = raster})
            .at<cv::Vec4b>(0, 0),
        cv::Vec4b(255, 0, 0, 9));
  EXPECT_EQ(
      Decode({.bits = 32, .compression = 6, .masks = masks, .raster = raster}).at<cv::Vec4b>(1, 0),
      cv::Vec4b(0, 0, 255, 7));
  ExpectScene(
      {.bits = 32, .header = 108, .masks = masks, .raster = raster});  // Without bit fields.
}

TEST(BmpTest, DamageIsOneLine) {
  EXPECT_EQ(Outcome({.raster = kBlue + kWhite + "\0\0"s + kRed}), "photo: is truncated (BMP)");
  EXPECT_EQ(
      Outcome({.bits = 8, .compression = 1, .palette = kPalette, .raster = "\1\2\1\3\0\0\1\0"s}),
      "photo: is truncated (BMP)");
  EXPECT_EQ(Outcome({.bits = 8, .compression = 1, .palette = kPalette, .raster = "\0\x09\1"s}),
            "photo: is truncated (BMP)");
  EXPECT_EQ(Outcome({.compression = 5, .raster = "x"}),
            "photo: is a BMP of 24 bits a pixel with compression 5, which is not supported: "
            "convert it to PNG or "
            "JPEG");
  EXPECT_THAT(Outcome({.bits = 3, .raster = "x"}), HasSubstr("is a BMP of 3 bits a pixel"));
  EXPECT_THAT(Outcome({.rows = 0, .raster = "x"}), HasSubstr("it has no size"));
}

// Indices that the palette lacks are black, as in other programs.
TEST(BmpTest, ShortPaletteIsHarmless) {
  EXPECT_EQ(
      Decode({.bits = 8, .palette = kPalette, .raster = "\x09\3\0\0\0\1\0\0"s}).at<cv::Vec3b>(1, 0),
      cv::Vec3b(0, 0, 0));
}

}  // namespace
}  // namespace gradcut
