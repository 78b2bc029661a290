#include "gradcut/image/metadata.h"

#include "gradcut/image/image_io.h"
#include "gradcut/image/turned_map.h"
#include "support/exif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

namespace gradcut {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Bytes = std::vector<std::uint8_t>;

const cv::Mat kImage(4, 6, CV_8UC3, cv::Scalar(10, 20, 30));

std::string Text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// A file of each format with these EXIF data.
std::vector<std::pair<std::string, Bytes>> FilesWith(const Bytes& exif) {
  return {{"png", WithMetadata(EncodePng(kImage), {.exif = exif})},
          {"jpeg", WithMetadata(EncodeJpeg(kImage, 95), {.exif = exif})},
          {"webp", WithMetadata(EncodeWebp(kImage, 0), {.exif = exif})}};
}

TEST(MetadataTest, ExifTravelsFromFormatToFormat) {
  const Bytes exif = Exif({.orientation = 6, .maker = "Lens & Sons"});
  for (const auto& [from, photo] : FilesWith(exif)) {
    ASSERT_EQ(OrientationOf(photo, from), 6) << from;
    const PhotoMetadata kept = MetadataOf(photo);
    EXPECT_THAT(Text(kept.exif), HasSubstr("Lens & Sons")) << from;
    for (const auto& [to, result] : FilesWith(kept.exif)) {
      // The picture was turned, so nobody must turn it again.
      EXPECT_EQ(OrientationOf(result, to), 1) << from << " " << to;
      EXPECT_THAT(Text(MetadataOf(result).exif), HasSubstr("Lens & Sons")) << from << " " << to;
      EXPECT_FALSE(cv::imdecode(result, cv::IMREAD_COLOR).empty()) << from << " " << to;
      EXPECT_LE(cv::norm(DecodeImage(result, to), kImage, cv::NORM_INF), 2) << to;
    }
  }
}

// Data of more than 64 KB go on in further segments of the same name.
TEST(MetadataTest, OfSeveralExifSegmentsOfAJpegTheFirstCounts) {
  Bytes photo =
      WithMetadata(EncodeJpeg(kImage, 95), {.exif = Exif({.orientation = 6, .maker = "m"})});
  const Bytes more = {0xff, 0xe1, 0, 12, 'E', 'x', 'i', 'f', 0, 0, 'm', 'o', 'r', 'e'};
  constexpr std::size_t kHead = 2 + 18;  // The signature and the segment JFIF.
  const auto behind = photo.begin() + static_cast<std::ptrdiff_t>(
                                          kHead + 2 + 256 * photo[kHead + 2] + photo[kHead + 3]);
  photo.insert(behind, more.begin(), more.end());
  EXPECT_EQ(OrientationOf(photo, "photo"), 6);
}

TEST(MetadataTest, APngMayHaveItBehindThePixels) {
  Bytes photo =
      WithMetadata(EncodePng(kImage), {.exif = Exif({.orientation = 6, .maker = "Sons"})});
  constexpr std::ptrdiff_t kHead = 8 + 25, kEnd = 12;  // Signature and IHDR; IEND.
  const std::ptrdiff_t chunk = 12 + 256 * photo[kHead + 2] + photo[kHead + 3];
  std::rotate(photo.begin() + kHead, photo.begin() + kHead + chunk, photo.end() - kEnd);
  EXPECT_EQ(OrientationOf(photo, "photo"), 6);
  EXPECT_THAT(Text(MetadataOf(photo).exif), HasSubstr("Sons"));
}

// It shows what was cut away.
TEST(MetadataTest, TheSmallPictureAndTheSizeAreLeftOut) {
  const Bytes exif = Exif({.orientation = 1, .maker = "m", .width = 4000, .thumbnail = "SMALL"});
  ASSERT_THAT(Text(exif), HasSubstr("SMALL"));
  const PhotoMetadata kept = MetadataOf(WithMetadata(EncodePng(kImage), {.exif = exif}));
  EXPECT_THAT(Text(kept.exif), HasSubstr("m"));
  EXPECT_THAT(Text(kept.exif), Not(HasSubstr("SMALL")));
  EXPECT_THAT(Text(kept.exif), Not(HasSubstr(Text({0xa0, 0x0f})))) << "4000, little-endian";
}

TEST(MetadataTest, WhatDoesNotFitOrIsDamagedIsLeftOut) {
  const Bytes large = Exif({.orientation = 1, .maker = std::string(70000, 'x')});
  const Bytes jpeg = EncodeJpeg(kImage, 95);
  EXPECT_EQ(WithMetadata(jpeg, {.exif = large}), jpeg);
  const Bytes whole = Exif({.orientation = 6, .maker = "Lens & Sons"});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Bytes png = WithMetadata(EncodePng(kImage), {.exif = part});
    EXPECT_EQ(OrientationOf(WithMetadata(EncodePng(kImage), {.exif = MetadataOf(png).exif}), ""),
              1);
  }
  EXPECT_TRUE(MetadataOf({}).exif.empty());
  EXPECT_TRUE(MetadataOf(EncodePng(kImage)).exif.empty());
}

}  // namespace
}  // namespace gradcut
