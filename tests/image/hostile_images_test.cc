// Damaged and foreign files: always an image or one line of error, never a crash, and nothing on
// stderr.
#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

namespace gradcut {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Bytes = std::vector<std::uint8_t>;

const std::filesystem::path kImages = std::filesystem::path(GRADCUT_TEST_DATA) / "images";

// Of every format and kind, each at most 2 kB.
constexpr const char* kFiles[] = {
    "plain.jpg",     "progressive.jpg", "411.jpg",      "cmyk.jpg",      "interlaced.png",
    "palette.png",   "animated.png",    "oriented.png", "lossless.webp", "animated.webp",
    "oriented.webp", "oriented.tif",    "rgb16.tif",    "rgb.bmp",       "tiles.tif",
    "jpeg.tif",      "group4.tif",      "plain.heic",   "alpha.heic",    "plain.avif"};

std::string Outcome(std::span<const std::uint8_t> bytes) {
  return ErrorOf([&] { DecodeImage(bytes, "file", {.max_megapixels = 1}); });
}

std::string Outcome(std::string_view text) { return Outcome(Bytes(text.begin(), text.end())); }

void ExpectOneLine(const std::string& outcome) {
  if (outcome == "no error") return;
  EXPECT_THAT(outcome, StartsWith("file: "));
  EXPECT_THAT(outcome, Not(HasSubstr("\n")));
  EXPECT_LT(outcome.size(), 300u);
}

class HostileImagesTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { testing::internal::CaptureStderr(); }
  void TearDown() override {
    std::istringstream printed(testing::internal::GetCapturedStderr());
    // libde265 always prints these, of damaged HEIC files.
    for (std::string line; std::getline(printed, line);) EXPECT_THAT(line, StartsWith("SPS error"));
  }
};

TEST_P(HostileImagesTest, TruncationAtAnyByteIsAnErrorOrHarmless) {
  const Bytes whole = ReadFile(kImages / GetParam());
  ASSERT_EQ(Outcome(whole), "no error");
  for (std::size_t size = 0; size < whole.size(); ++size)
    ExpectOneLine(Outcome(std::span(whole).first(size)));
}

TEST_P(HostileImagesTest, MutationsNeverCrash) {
  const Bytes whole = ReadFile(kImages / GetParam());
  std::mt19937 random(20240607);
  const auto below = [&random](std::size_t n) { return random() % n; };
  for (int trial = 0; trial < 400; ++trial) {
    Bytes bytes = whole;
    for (std::size_t change = 0; change <= below(6); ++change) {
      const std::size_t at = below(bytes.size());
      switch (below(4)) {
        case 0:
          bytes[at] = static_cast<std::uint8_t>(random());
          break;
        case 1:
          bytes[at] = below(2) == 0 ? 0 : 255;
          break;
        case 2:
          bytes[at] ^= static_cast<std::uint8_t>(1 << below(8));
          break;
        default:
          bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    ExpectOneLine(Outcome(bytes));
  }
}

std::string TestName(const ::testing::TestParamInfo<const char*>& file) {
  std::string name = file.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(, HostileImagesTest, ::testing::ValuesIn(kFiles), TestName);

TEST(TruncatedImagesTest, AreCalledTruncated) {
  cv::Mat noise(64, 64, CV_8UC3);
  cv::RNG(1).fill(noise, cv::RNG::UNIFORM, 0, 256);
  for (const Bytes& whole : {EncodePng(noise), EncodeJpeg(noise, 90)})
    for (const std::size_t size : {whole.size() / 2, whole.size() - 100, whole.size() - 1})
      EXPECT_THAT(Outcome(std::span(whole).first(size)), HasSubstr("is truncated"));
}

TEST(DamagedImagesTest, RubbishAfterTheEndIsHarmless) {
  for (const char* name : {"plain.jpg", "palette.png", "lossless.webp", "rgb16.tif", "rgb.bmp"}) {
    Bytes bytes = ReadFile(kImages / name);
    bytes.insert(bytes.end(), 1000, 0x55);
    EXPECT_EQ(Outcome(bytes), "no error") << name;
  }
}

TEST(DamagedImagesTest, WrongChecksumIsAnError) {
  Bytes bytes = ReadFile(kImages / "palette.png");
  bytes[bytes.size() - 16] ^= 1;  // The CRC of the pixels.
  EXPECT_THAT(Outcome(bytes), HasSubstr("is corrupt (PNG)"));
}

TEST(DamagedImagesTest, HugeHeadersAreRefusedBeforeAllocation) {
  constexpr auto kPng =
      "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x02\0\0\0\x6c\x12\xd1\x6e"sv;
  constexpr auto kJpeg =
      "\xff\xd8\xff\xc0\0\x11\x08\xfd\xe8\xfd\xe8\x03\x01\x11\0\x02\x11\0\x03\x11\0"
      "\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\x3f\0"sv;
  constexpr auto kBmp =
      "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\0\0\xff\xff\0\0\x01\0\x18\0"sv;
  EXPECT_THAT(Outcome(kJpeg), HasSubstr("has 65000x65000 pixels (4225.0 megapixels)"));
  EXPECT_THAT(Outcome(kBmp), HasSubstr("has 65535x65535 pixels"));
  EXPECT_THAT(Outcome("P6 30000 30000 255 "), HasSubstr("has 30000x30000 pixels"));
  EXPECT_THAT(Outcome("II*\0\x08\0\0\0\x04\0"
                      "\0\1\4\0\1\0\0\0\0\0\1\0"
                      "\1\1\4\0\1\0\0\0\0\0\1\0"
                      "\x11\1\4\0\1\0\0\0\0\0\0\0"
                      "\x17\1\4\0\1\0\0\0\1\0\0\0\0\0\0\0"sv),
              HasSubstr("has 65536x65536 pixels"));
  Bytes png(kPng.begin(), kPng.end());
  png.insert(png.end(), {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x35, 0xaf, 0x06, 0x1e});
  EXPECT_THAT(Outcome(png), HasSubstr("has 20000x20000 pixels"));
}

TEST(ForeignFilesTest, AreNamedWithTheRemedy) {
  EXPECT_EQ(Outcome("GIF89a\x01\0\x01\0"sv),
            "file: is a GIF image, which is not supported: convert it to PNG or JPEG");
  EXPECT_THAT(Outcome("\0\0\0\x18"
                      "ftypmp42"sv),
              EndsWith("is not an image but a video"));
}

// The small picture in them is not what was photographed.
TEST(ForeignFilesTest, CamerasRawFilesAreRefusedWithWhatToDo) {
  EXPECT_EQ(
      Outcome("II*\0\x10\0\0\0CR\x02\0"sv),
      "file: is a camera RAW image, which is not supported: take out the JPEG that the camera "
      "put into it (exiv2 -ep FILE), or convert it to PNG or JPEG");
  const std::string_view known[] = {
      "\0\0\0\x18"
      "ftypcrx "sv,
      "II\x1a\0\0\0HEAPCCDR"sv,
      "IIRO\x08\0\0\0"sv,
      "IIRS\x08\0\0\0"sv,
      "MMOR\0\0\0\x08"sv,
      "IIU\0\x18\0\0\0"sv,
      "FUJIFILMCCD-RAW 0201"sv,
      "FOVb\0\0\2\0"sv,
      "\0MRM\0\0"sv};
  for (const std::string_view file : known)
    EXPECT_THAT(Outcome(file), HasSubstr("a camera RAW image")) << file;
  // TIFF files of a picture, 16 x 16, whose last field tells: DNG's version, DNG's private data (as
  // Sony's files have it). And samples behind a colour filter (Pentax).
  const std::string size =
      "II*\0\x08\0\0\0\x05\0"
      "\0\1\4\0\1\0\0\0\x10\0\0\0"
      "\1\1\4\0\1\0\0\0\x10\0\0\0"s;
  const std::string strip =
      "\x11\1\4\0\1\0\0\0\0\0\0\0"
      "\x17\1\4\0\1\0\0\0\1\0\0\0"s;
  const std::string end(4, '\0');
  for (const std::string& file : {size + strip + "\x12\xc6\1\0\4\0\0\0\1\4\0\0"s + end,
                                  size + strip + "\x34\xc6\1\0\4\0\0\0\1\2\3\4"s + end,
                                  size + "\6\1\3\0\1\0\0\0\x23\x80\0\0"s + strip + end})
    EXPECT_THAT(Outcome(file), HasSubstr("a camera RAW image"));
  // A TIFF that begins with a thumbnail.
  EXPECT_THAT(Outcome("II*\0\x08\0\0\0\x05\0"
                      "\xfe\0\4\0\1\0\0\0\1\0\0\0"
                      "\0\1\4\0\1\0\0\0\x10\0\0\0"
                      "\1\1\4\0\1\0\0\0\x10\0\0\0"
                      "\x11\1\4\0\1\0\0\0\0\0\0\0"
                      "\x17\1\4\0\1\0\0\0\1\0\0\0\0\0\0\0"sv),
              HasSubstr("a camera RAW image"));
}

TEST(ForeignFilesTest, OtherFilesAreNamed) {
  EXPECT_THAT(Outcome("%PDF-1.7\n%\xe2\xe3"sv), HasSubstr("a PDF document"));
  EXPECT_THAT(Outcome("<!DOCTYPE html>\n"sv), HasSubstr("a web page (a failed download?)"));
  EXPECT_EQ(Outcome("hello\n"sv), "file: is not an image but text");
  EXPECT_EQ(Outcome(""sv), "file: is empty (zero bytes)");
  EXPECT_EQ(Outcome(std::string(500, '\0')), "file: is not an image: all its bytes are zero");
}

TEST(ForeignFilesTest, RareKindsOfJpegAreNamed) {
  const auto with_frame = [](std::uint8_t marker, std::uint8_t precision) {
    Bytes bytes = ReadFile(kImages / "plain.jpg");
    constexpr std::uint8_t kFrame[] = {0xff, 0xc0};
    const auto frame =
        std::search(bytes.begin(), bytes.end(), std::begin(kFrame), std::end(kFrame));
    frame[1] = marker;
    frame[4] = precision;
    return Outcome(bytes);
  };
  EXPECT_EQ(with_frame(0xc0, 8), "no error");
  EXPECT_EQ(with_frame(0xc1, 12),
            "file: is a JPEG of a rare kind (12-bit), which is not supported: convert it to PNG or "
            "to a common JPEG");
  EXPECT_THAT(with_frame(0xc3, 16), HasSubstr("a rare kind (lossless)"));
  EXPECT_THAT(with_frame(0xc5, 8), HasSubstr("a rare kind (hierarchical)"));
  EXPECT_THAT(with_frame(0xf7, 8), HasSubstr("a rare kind (JPEG-LS)"));
}

TEST(ForeignFilesTest, GarbageIsNoImage) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 200; ++trial) {
    Bytes bytes(random() % 2000 + 1);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    const std::string outcome = Outcome(bytes);
    EXPECT_NE(outcome, "no error");
    ExpectOneLine(outcome);
  }
}

TEST(ForeignFilesTest, FolderAndMissingFileAreNamed) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "x.jpg");
  EXPECT_EQ(ErrorOf([&] { ReadImage(folder / "x.jpg"); }),
            (folder / "x.jpg").string() + ": is a folder, expected a file");
  EXPECT_EQ(ErrorOf([&] { ReadImage(folder / "y\n.jpg"); }),
            (folder / "y").string() + "\\n.jpg: cannot be read: No such file or directory");
}

TEST(HostileThreadsTest, DecodersShareNothing) {
  const Bytes whole = ReadFile(kImages / "lossless.webp");
  std::vector<std::thread> threads;
  std::array<std::string, 4> outcomes;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    threads.emplace_back([&, i] {
      for (int n = 0; n < 50; ++n)
        outcomes[i] = Outcome(std::span(whole).first(i % 2 == 0 ? whole.size() : 20));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(outcomes[0], "no error");
  EXPECT_THAT(outcomes[1], HasSubstr("is truncated"));
}

}  // namespace
}  // namespace gradcut
