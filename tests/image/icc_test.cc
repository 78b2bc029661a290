#include "gradcut/image/icc.h"

#include "gradcut/image/image_io.h"
#include "gradcut/image/metadata.h"
#include "gradcut/storage/file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_literals;
using Bytes = std::vector<std::uint8_t>;

Bytes BytesOf(std::string_view text) { return {text.begin(), text.end()}; }

// A profile without tags: its header (ICC.1:2022, 7.2), no tag, and bytes that belong to none.
Bytes Profile(const std::string& colours = "RGB ", std::size_t size = 300) {
  constexpr std::size_t kHeader = 132;
  Bytes profile(size);
  for (std::size_t i = kHeader; i < size; ++i) profile[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < 4; ++i) profile[i] = static_cast<std::uint8_t>(size >> 8 * (3 - i));
  std::copy_n("mntr", 4, profile.begin() + 12);
  std::copy(colours.begin(), colours.end(), profile.begin() + 16);
  std::copy_n("XYZ ", 4, profile.begin() + 20);
  std::copy_n("acsp", 4, profile.begin() + 36);
  return profile;
}

std::string Text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

const cv::Mat kImage(4, 6, CV_8UC3, cv::Scalar(10, 20, 30));

// A JPEG with the profile in segments of up to `step` bytes.
Bytes Jpeg(const Bytes& profile, std::size_t step) {
  std::string segments;
  for (std::size_t at = 0; at < profile.size(); at += step) {
    const std::string part = Text(profile).substr(at, step);
    const std::size_t length = 2 + 14 + part.size();
    segments += "\xff\xe2"s + static_cast<char>(length >> 8) + static_cast<char>(length) +
                "ICC_PROFILE\0"s + "\1\1" + part;
  }
  Bytes jpeg = EncodeJpeg(kImage, 90);
  jpeg.insert(jpeg.begin() + 2, segments.begin(), segments.end());
  return jpeg;
}

TEST(IccTest, PngKeepsProfileAndPixels) {
  for (const std::size_t size : {std::size_t{300}, std::size_t{300000}}) {
    const Bytes png = WithMetadata(EncodePng(kImage), {.icc = Profile("RGB ", size)});
    EXPECT_EQ(IccProfileOf(png), Profile("RGB ", size));
    EXPECT_EQ(cv::norm(DecodeImage(png, "png"), kImage, cv::NORM_INF), 0);
    // Another decoder takes it too.
    EXPECT_FALSE(cv::imdecode(png, cv::IMREAD_UNCHANGED).empty());
  }
}

TEST(IccTest, JpegKeepsProfileAndPixels) {
  const Bytes plain = EncodeJpeg(kImage, 90);
  for (const std::size_t size : {std::size_t{300}, std::size_t{65519}, std::size_t{300000}}) {
    const Bytes jpeg = WithMetadata(plain, {.icc = Profile("RGB ", size)});
    EXPECT_EQ(IccProfileOf(jpeg), Profile("RGB ", size));
    EXPECT_EQ(cv::norm(DecodeImage(jpeg, "jpeg"), DecodeImage(plain, "jpeg"), cv::NORM_INF), 0);
    EXPECT_FALSE(cv::imdecode(jpeg, cv::IMREAD_UNCHANGED).empty());
  }
  // Numbered from 1, each with their count, behind JFIF's own segment.
  const std::string text = Text(WithMetadata(plain, {.icc = Profile("RGB ", 70000)}));
  EXPECT_EQ(text.find("\xff\xe2\xff\xffICC_PROFILE\0\1\2"s), 20u);
  EXPECT_NE(text.find("ICC_PROFILE\0\2\2"s), std::string::npos);
}

TEST(IccTest, OtherFilesAreNoPlaceForIt) {
  EXPECT_THROW(WithMetadata(BytesOf("no image"), {.icc = Profile()}), std::invalid_argument);
}

TEST(IccTest, NoProfileChangesNothing) {
  const Bytes png = EncodePng(kImage);
  EXPECT_EQ(WithMetadata(png, {}), png);
  EXPECT_TRUE(IccProfileOf(png).empty());
  EXPECT_TRUE(IccProfileOf(EncodeJpeg(kImage, 90)).empty());
  EXPECT_TRUE(IccProfileOf(BytesOf("no image")).empty());
  EXPECT_TRUE(IccProfileOf({}).empty());
}

TEST(IccTest, JpegMayCutItIntoSegments) {
  EXPECT_EQ(IccProfileOf(Jpeg(Profile(), 1000)), Profile());
  EXPECT_EQ(IccProfileOf(Jpeg(Profile(), 70)), Profile());
}

TEST(IccTest, WebpHasAChunk) {
  const std::string profile = Text(Profile());
  const Bytes plain = ReadFile(std::filesystem::path(GRADCUT_TEST_DATA) / "images/lossless.webp");
  // Extended: of 16x12 pixels, with a profile (flag 0x20).
  const std::string chunks = "WEBPVP8X\x0a\0\0\0\x20\0\0\0\x0f\0\0\x0b\0\0ICCP\x2c\x01\0\0"s +
                             profile + Text(plain).substr(12);
  const std::string file = "RIFF"s + static_cast<char>(chunks.size()) +
                           static_cast<char>(chunks.size() >> 8) + "\0\0"s + chunks;
  EXPECT_EQ(IccProfileOf(BytesOf(file)), Profile());
}

TEST(IccTest, TiffHasATagInEitherByteOrder) {
  const std::string profile = Text(Profile());
  // Width, height, where the strip is and how long, and the profile.
  const std::string little =
      "II*\0\x08\0\0\0\5\0"
      "\0\1\3\0\1\0\0\0\1\0\0\0"
      "\1\1\3\0\1\0\0\0\1\0\0\0"
      "\x11\1\3\0\1\0\0\0\0\0\0\0"
      "\x17\1\3\0\1\0\0\0\1\0\0\0"
      "\x73\x87\7\0\x2c\1\0\0\x4a\0\0\0\0\0\0\0"s +
      profile;
  const std::string big =
      "MM\0*\0\0\0\x08\0\5"
      "\1\0\0\3\0\0\0\1\0\1\0\0"
      "\1\1\0\3\0\0\0\1\0\1\0\0"
      "\1\x11\0\3\0\0\0\1\0\0\0\0"
      "\1\x17\0\3\0\0\0\1\0\1\0\0"
      "\x87\x73\0\7\0\0\1\x2c\0\0\0\x4a\0\0\0\0"s +
      profile;
  EXPECT_EQ(IccProfileOf(BytesOf(little)), Profile());
  EXPECT_EQ(IccProfileOf(BytesOf(big)), Profile());
}

TEST(IccTest, ProfilesOfOtherColoursAndDamagedOnesAreLeftOut) {
  EXPECT_TRUE(IccProfileOf(Jpeg(Profile("CMYK"), 1000)).empty());
  EXPECT_TRUE(IccProfileOf(Jpeg(Profile("GRAY"), 1000)).empty());
  Bytes longer = Profile();
  longer[0] = 1;  // Says that it is 16 MB long.
  EXPECT_TRUE(IccProfileOf(Jpeg(longer, 1000)).empty());
  const Bytes whole = WithMetadata(EncodePng(kImage), {.icc = Profile()});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes found = IccProfileOf(std::span(whole).first(size));
    EXPECT_TRUE(found.empty() || found == Profile()) << size;
  }
}

}  // namespace
}  // namespace gradcut
