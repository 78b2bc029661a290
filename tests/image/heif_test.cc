// HEIC and AVIF as encoders and phones write them: heif-enc (ten_bit), avifenc (twelve_bit,
// sequence, tiles_turned, and grid_turned, to whose grid the property irot was added), pillow-heif
// (turned_exif).
#include "image/heif.h"

#include "gradcut/image/image_io.h"
#include "gradcut/image/metadata.h"
#include "gradcut/image/turned_map.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "image/heif_streams.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <string>
#include <vector>

// The address sanitizer has an allocator of its own, which fills what it is told to.
extern "C" const char* __asan_default_options() { return "max_malloc_fill_size=16777216"; }

namespace gradcut {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kImages = std::filesystem::path(GRADCUT_TEST_DATA) / "images";

// Of a scene whose quarters are red and green above, blue and grey below.
void ExpectQuarters(const std::string& name, const std::vector<cv::Vec3b>& expected,
                    cv::Size size) {
  const cv::Mat image = ReadImage(kImages / name);
  ASSERT_EQ(image.size(), size) << name;
  const int right = image.cols - 6, low = image.rows - 6;
  const cv::Point points[] = {{5, 5}, {right, 5}, {5, low}, {right, low}};
  for (int i = 0; i < 4; ++i)
    EXPECT_LE(cv::norm(image.at<cv::Vec3b>(points[i]), expected[static_cast<std::size_t>(i)],
                       cv::NORM_INF),
              4)
        << name << " " << i;
}

const cv::Vec3b kRed(255, 0, 0), kGreen(0, 255, 0), kBlue(0, 0, 255), kGrey(200, 200, 200);

TEST(HeifTest, MoreThanEightBitsAndSequencesAreRead) {
  ExpectQuarters("ten_bit.heic", {kRed, kGreen, kBlue, kGrey}, {96, 64});
  ExpectQuarters("twelve_bit.avif", {kRed, kGreen, kBlue, kGrey}, {96, 64});
  ExpectQuarters("sequence.avif", {kRed, kGreen, kBlue, kGrey}, {96, 64});
}

// As phones write them: tiles, turned as a whole by the property irot.
TEST(HeifTest, AGridIsTurnedOnce) {
  ExpectQuarters("grid_turned.avif", {kGreen, kGrey, kRed, kBlue}, {128, 256});
  ExpectQuarters("tiles_turned.avif", {kGreen, kGrey, kRed, kBlue}, {128, 192});
}

// What EXIF says of the orientation has been done by irot: it must not be done again.
TEST(HeifTest, ExifOrientationCountsForNothing) {
  ExpectQuarters("turned_exif.heic", {kBlue, kRed, kGrey, kGreen}, {64, 96});
  EXPECT_EQ(OrientationOf(ReadFile(kImages / "turned_exif.heic"), ""), 1);
  const PhotoMetadata metadata = MetadataOf(ReadFile(kImages / "turned_exif.heic"));
  EXPECT_THAT(std::string(metadata.exif.begin(), metadata.exif.end()), HasSubstr("Lens & Sons"));
}

// Of the header's size, before anything is decoded; libheif's messages end with a line of their
// own.
TEST(HeifTest, AFileThatClaimsTooMuchIsCorruptAndNotOutOfMemory) {
  std::vector<std::uint8_t> file = ReadFile(kImages / "plain.heic");
  const std::vector<std::uint8_t> claim = {0x7f, 0xff, 0xff, 0xff};
  std::copy(claim.begin(), claim.end(), file.begin() + 100);
  EXPECT_THAT(ErrorOf([&] { DecodeImage(file, "file"); }),
              HasSubstr("file: is corrupt or truncated (HEIC or AVIF): "));
  EXPECT_TRUE(MetadataOf(file).exif.empty());
  EXPECT_TRUE(MetadataOf(file).icc.empty());
}

TEST(HeifTest, HugeAndTruncatedFilesAreRefusedInOneLine) {
  std::vector<std::uint8_t> file = ReadFile(kImages / "twelve_bit.avif");
  const std::string ispe = "ispe";
  const auto size = std::search(file.begin(), file.end(), ispe.begin(), ispe.end()) + 8;
  const std::vector<std::uint8_t> huge = {0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30};
  std::copy(huge.begin(), huge.end(), size);
  EXPECT_THAT(ErrorOf([&] { DecodeImage(file, "huge"); }), HasSubstr("has 30000x30000 pixels"));
  const auto whole = ReadFile(kImages / "turned_exif.heic");
  const std::string message =
      ErrorOf([&] { DecodeImage(std::span(whole).first(whole.size() - 20), "part"); });
  EXPECT_THAT(message, HasSubstr("part: is corrupt or truncated (HEIC or AVIF): "));
  EXPECT_THAT(message, Not(HasSubstr("\\n")));
}

// Puts what is at `at` behind each place where the text stands.
std::vector<std::uint8_t> WithNumbers(std::vector<std::uint8_t> file, const std::string& text,
                                      const std::vector<std::uint8_t>& numbers) {
  for (auto at = file.begin();;) {
    at = std::search(at, file.end(), text.begin(), text.end());
    if (at == file.end()) return file;
    at = std::copy(numbers.begin(), numbers.end(), at + static_cast<int>(text.size()));
  }
}

// Decoders allocate what a stream says, not what the file says of its image. HEVC says it in its
// configuration, AV1 in its data, of still pictures with a short header and of sequences with a
// long one.
TEST(HeifTest, AStreamThatIsLargerThanTheLimitIsRefusedBeforeItIsDecoded) {
  const auto error_of = [](const std::string& name) {
    const std::vector<std::uint8_t> version_and_size = {0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8};
    const std::vector<std::uint8_t> file =
        WithNumbers(ReadFile(kImages / name), "ispe", version_and_size);
    return ErrorOf([&] { DecodeImage(file, name, {.max_megapixels = 0.0001}); });
  };
  EXPECT_THAT(error_of("plain.heic"), HasSubstr("has 64x64 pixels"));  // Cropped to 16x12.
  EXPECT_THAT(error_of("turned_exif.heic"), HasSubstr("has 96x64 pixels"));
  EXPECT_THAT(error_of("plain.avif"), HasSubstr("has 16x12 pixels"));
  EXPECT_THAT(error_of("sequence.avif"), HasSubstr("has 96x64 pixels"));
  EXPECT_THAT(error_of("grid_turned.avif"), HasSubstr("has 128x64 pixels"));
}

// A box, or what stands in one.
std::string Number(std::size_t number, int bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(number >> 8 * bytes & 255);
  return text;
}
std::string Box(const std::string& type, const std::string& contents) {
  return Number(contents.size() + 8, 4) + type + contents;
}
std::string Reference(const std::string& type, std::size_t from,
                      const std::vector<std::size_t>& to) {
  std::string contents = Number(from, 4) + Number(to.size(), 2);
  for (const std::size_t id : to) contents += Number(id, 4);
  return Box(type, contents);
}
// A file of one image, whose decoder is configured by a box and whose data are in the box idat.
std::string FileOf(const std::string& configuration, const std::string& data) {
  const std::string association = Number(1, 4) + Number(1, 2) + Number(1, 1) + Number(1, 1);
  const std::string item = Number(1, 2) + Number(1, 2) + Number(0, 2) + Number(1, 2) +
                           Number(0, 4) + Number(data.size(), 4);
  return Box(
      "meta",
      Number(0, 4) +
          Box("iprp", Box("ipco", configuration) + Box("ipma", Number(0, 4) + association)) +
          Box("iloc", Number(1, 1) + Number(0, 3) + Number(0x4400, 2) + Number(1, 2) + item) +
          Box("idat", data));
}

// "COLSxROWS" of each picture.
std::vector<std::string> SizesOf(const std::string& file) {
  std::vector<std::string> sizes;
  for (const auto& [cols, rows] : StreamSizes(BytesOf(file), "file"))
    sizes.push_back(std::to_string(cols) + "x" + std::to_string(rows));
  return sizes;
}

// Fields of bits, as zeros and ones, and numbers of some bits.
class BitWriter {
 public:
  BitWriter& Put(std::uint64_t number, int bits) {
    while (bits-- > 0) bits_ += (number >> bits & 1) != 0 ? '1' : '0';
    return *this;
  }
  BitWriter& PutExpGolomb(std::uint64_t number) {
    int bits = 1;
    while ((number + 1) >> bits != 0) ++bits;
    return Put(0, bits - 1).Put(number + 1, bits);
  }
  std::string bytes() const {
    std::string bytes;
    for (std::size_t i = 0; i < bits_.size(); i += 8)
      bytes +=
          static_cast<char>(std::stoi((bits_.substr(i, 8) + "0000000").substr(0, 8), nullptr, 2));
    return bytes;
  }

 private:
  std::string bits_;
};

// Three sub-layers, of which the first tells its profile and the second its level.
std::string ParameterSet(std::uint32_t layer, std::uint32_t cols, std::uint32_t rows) {
  BitWriter bits;
  bits.Put(33, 7).Put(layer, 6).Put(1, 3);
  bits.Put(0, 4).Put(2, 3).Put(1, 1).Put(~0ULL, 64).Put(~0ULL, 32);
  bits.Put(0b10, 2).Put(0b01, 2).Put(0, 12).Put(~0ULL, 64).Put(~0ULL, 24).Put(~0ULL, 8);
  bits.PutExpGolomb(0).PutExpGolomb(3).Put(0, 1).PutExpGolomb(cols).PutExpGolomb(rows);
  return bits.Put(~0ULL, 32).bytes();
}

TEST(HeifTest, SizesOfHevcAreThoseOfTheParameterSetsInConfigurationAndData) {
  const std::string first = ParameterSet(0, 5000, 3000), second = ParameterSet(0, 70'000, 70'000);
  const std::string configuration = Box("hvcC", std::string(22, 0) + Number(1, 1) + Number(33, 1) +
                                                    Number(1, 2) + Number(first.size(), 2) + first);
  const auto unit = [](const std::string& bytes) { return Number(bytes.size(), 4) + bytes; };
  EXPECT_THAT(SizesOf(FileOf(configuration, unit("\x02\x01 slice") + unit(second))),
              ElementsAre("5000x3000", "70000x70000"));
  EXPECT_THAT(SizesOf(FileOf(configuration, unit(ParameterSet(1, 8, 8)))), ElementsAre("5000x3000"))
      << "layers that are not decoded";
}

TEST(HeifTest, SizesOfHevcAreReadAsIfWhatIsPutBetweenZerosWereNotThere) {
  BitWriter bits;
  bits.Put(33, 7).Put(0, 6).Put(1, 3).Put(1, 8);
  std::string profile_and_level(12, 0);
  for (int i = 0; i < 6; ++i) profile_and_level.insert(static_cast<std::size_t>(3 * i + 2), "\3");
  const std::string rest =
      BitWriter().PutExpGolomb(0).PutExpGolomb(1).PutExpGolomb(640).PutExpGolomb(480).bytes();
  const std::string set = bits.bytes() + profile_and_level + rest + "\x80";
  EXPECT_THAT(SizesOf(FileOf(Box("hvcC", std::string(23, 0)), Number(set.size(), 4) + set)),
              ElementsAre("640x480"));
}

// All that may stand before the size in a header of AV1.
TEST(HeifTest, SizesOfAv1AreThoseOfEachSequenceHeader) {
  BitWriter header;
  header.Put(0, 5);                                                   // Not reduced.
  header.Put(1, 1).Put(1, 32).Put(25, 32).Put(1, 1).PutExpGolomb(2);  // Timing.
  header.Put(1, 1).Put(9, 5).Put(1, 32).Put(5, 5).Put(5, 5);          // Decoder model.
  header.Put(1, 1).Put(1, 5);                                         // Two operating points.
  header.Put(1, 12).Put(8, 5).Put(1, 1).Put(1, 1).Put(~0ULL, 21).Put(1, 1).Put(3, 4);
  header.Put(1, 12).Put(7, 5).Put(0, 1).Put(0, 1);
  header.Put(15, 4).Put(11, 4).Put(65'535, 16).Put(4'000, 12).Put(0, 8);
  const auto unit = [](int type, const std::string& contents) {
    return Number(static_cast<std::size_t>(type) << 3 | 2, 1) + Number(contents.size(), 1) +
           contents;
  };
  const std::string reduced =
      BitWriter().Put(0, 3).Put(3, 2).Put(0, 5).Put(6, 4).Put(5, 4).Put(99, 7).Put(49, 6).bytes();
  EXPECT_THAT(
      SizesOf(FileOf(Box("av1C", Number(0, 4) + unit(1, reduced)),
                     unit(2, "") + unit(6, "frame") + Number(0, 3) + unit(1, header.bytes()))),
      ElementsAre("100x50", "65536x4001"));
}

TEST(HeifTest, ImagesThatHaveTheirDataInCommonOverAndOverAreCorrupt) {
  const std::string configuration = Box("av1C", Number(0, 4));
  std::string properties, locations;
  for (std::size_t item = 1; item <= 10'000; ++item) {
    properties += Number(item, 2) + Number(1, 1) + Number(1, 1);
    locations += Number(item, 2) + Number(0, 2) + Number(1, 2) + Number(0, 4) + Number(100'000, 4);
  }
  const std::string file = Box(
      "meta", Number(0, 4) +
                  Box("iprp", Box("ipco", configuration) +
                                  Box("ipma", Number(0, 4) + Number(10'000, 4) + properties)) +
                  Box("iloc", Number(0, 4) + Number(0x4400, 2) + Number(10'000, 2) + locations));
  EXPECT_EQ(ErrorOf([&] { SizesOf(file); }),
            "file: is corrupt (HEIC or AVIF): the images in it have their data in common");
}

std::string MessageOf(const std::string& references) {
  const std::string file = Box("ftyp", "avif\0\0\0\0avifmif1") +
                           Box("meta", Number(0, 4) + Box("hdlr", std::string(24, 0)) +
                                           Box("iref", Number(1, 1) + Number(0, 3) + references));
  return ErrorOf([&] { DecodeImage(BytesOf(file), "file"); });
}
const std::string kEndless =
    "file: is corrupt (HEIC or AVIF): an image in it is made of itself, or of more than 65536 "
    "others";

TEST(HeifTest, AGridOfItselfIsCorrupt) {
  std::vector<std::uint8_t> file = ReadFile(kImages / "grid_turned.avif");
  const std::string dimg = "dimg";
  const auto grid = std::search(file.begin(), file.end(), dimg.begin(), dimg.end()) + 4;
  std::copy(grid, grid + 2, grid + 6);  // The second tile.
  EXPECT_EQ(ErrorOf([&] { DecodeImage(file, "file"); }), kEndless);
  EXPECT_TRUE(MetadataOf(file).exif.empty());
}

// The size that the grid of grid_turned.avif has of its own: 256 x 128, two rows and columns.
std::vector<std::uint8_t> GridOf(std::uint16_t cols, std::uint16_t rows) {
  std::vector<std::uint8_t> file = ReadFile(kImages / "grid_turned.avif");
  const std::vector<std::uint8_t> header = {0, 0, 1, 1, 1, 0, 0, 0x80};
  const auto grid = std::search(file.begin(), file.end(), header.begin(), header.end());
  if (grid == file.end()) throw std::logic_error("there is no grid");
  int i = 4;
  for (const std::uint16_t side : {cols, rows})
    for (const int byte : {side >> 8, side & 255}) grid[i++] = static_cast<std::uint8_t>(byte);
  return file;
}

TEST(HeifTest, AGridThatIsLargerThanItsImageIsCorrupt) {
  EXPECT_THAT(ErrorOf([&] { DecodeImage(GridOf(0x7fff, 0x7fff), "file"); }),
              HasSubstr("exceeds the maximum image size 4096x4096"));
}

TEST(HeifTest, WhereNoTileIsNothingIsSeenOfOtherMemory) {
  const std::vector<std::uint8_t> file = GridOf(300, 200);
  cv::Mat first;
  for (std::uint8_t left = 1; left < 9; ++left) {
    for (std::size_t size = 1 << 10; size < 1 << 18; size += 1 << 10)
      static_cast<void>(std::vector<std::uint8_t>(size, 25 * left));
    const cv::Mat image = DecodeImage(file, "file");
    ASSERT_EQ(image.size(), cv::Size(200, 300));
    if (first.empty()) first = image;
    EXPECT_EQ(cv::norm(image, first, cv::NORM_INF), 0) << int{left};
  }
}

TEST(HeifTest, ImagesWithoutEndAreCorrupt) {
  EXPECT_EQ(MessageOf(Reference("dimg", 1, {2}) + Reference("dimg", 2, {3, 1})), kEndless);
  EXPECT_EQ(MessageOf(Reference("auxl", 1, {2}) + Reference("auxl", 2, {1})), kEndless);
  EXPECT_EQ(MessageOf(Reference("auxl", 1, {2}) + Reference("dimg", 1, {2})), kEndless);
  std::string doubled, chain;
  for (std::size_t id = 1; id < 20; ++id) doubled += Reference("dimg", id, {id + 1, id + 1});
  for (std::size_t id = 1; id < 100'000; ++id) chain += Reference("dimg", id + 1, {id});
  EXPECT_EQ(MessageOf(doubled), kEndless);
  EXPECT_EQ(MessageOf(chain), kEndless);
}

TEST(HeifTest, GridsOfManyTilesMayBeOverlaidAndHaveAlpha) {
  const std::vector<std::size_t> tiles(10'000, 9);
  EXPECT_NE(MessageOf(Reference("dimg", 1, tiles) + Reference("dimg", 2, tiles) +
                      Reference("auxl", 2, {1}) + Reference("dimg", 3, {1, 2})),
            kEndless);
}

}  // namespace
}  // namespace gradcut
