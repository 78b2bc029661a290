// Netpbm's formats, as photos and masks.
#include "gradcut/dataset/labels_io.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <string>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::uint8_t> Bytes(std::string_view text) { return {text.begin(), text.end()}; }

// The red values of the only row.
std::vector<int> Reds(std::string_view file) {
  const cv::Mat image = DecodeImage(Bytes(file), "photo");
  EXPECT_EQ(image.rows, 1);
  std::vector<int> values;
  for (int col = 0; col < image.cols; ++col) values.push_back(image.at<cv::Vec3b>(0, col)[0]);
  return values;
}

std::vector<int> Labels(std::string_view file) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "a.pnm", file);
  const cv::Mat labels = ReadMask(folder / "a.pnm").labels;
  return {labels.begin<std::uint8_t>(), labels.end<std::uint8_t>()};
}

std::string Outcome(std::string_view file) {
  return ErrorOf([&] { DecodeImage(Bytes(file), "photo"); });
}

TEST(PnmTest, TextNeedsNoLastLineEnd) {
  EXPECT_THAT(Reds("P2\n3 1\n255\n1 20 255"), ElementsAre(1, 20, 255));
  EXPECT_THAT(Reds("P3\n1 1\n255\n7 8 9"), ElementsAre(7));
  EXPECT_THAT(Reds("P1\n3 1\n0 1 0"), ElementsAre(255, 0, 255));
}

TEST(PnmTest, DigitsOfBitsMayStandTogether) {
  EXPECT_THAT(Reds("P1 4 1 0110"), ElementsAre(255, 0, 0, 255));
}

TEST(PnmTest, BytesAreSamples) {
  EXPECT_THAT(Reds("P5 3 1 255\n\0\x14\xff"sv), ElementsAre(0, 20, 255));
  EXPECT_THAT(Reds("P6 1 1 255\nabc"sv), ElementsAre('a'));
  EXPECT_THAT(Reds("P4 10 1\n\x7f\xc0"sv), ElementsAre(255, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(PnmTest, CommentsMayStandAnywhereInTheHeader) {
  EXPECT_THAT(Reds("P5 # one\n#two\n1 1# three\n255# four\nx"sv), ElementsAre('x'));
}

TEST(PnmTest, WhiteIsTheMaximum) {
  EXPECT_THAT(Reds("P5 3 1 100\n\0\x32\x64"sv), ElementsAre(0, 128, 255));
  EXPECT_THAT(Reds("P5 2 1 1023\n\x02\0\x03\xff"sv), ElementsAre(128, 255));
  EXPECT_THAT(Reds("P2 2 1 15 3 15"), ElementsAre(51, 255));
  EXPECT_THAT(Reds("P6 1 1 65535\n\xff\xff\0\0\0\0"sv), ElementsAre(255));
}

TEST(PnmTest, MasksKeepTheirValues) {
  EXPECT_THAT(Labels("P5 3 1 20\n\0\x07\x14"sv), ElementsAre(0, 7, 20));
  EXPECT_THAT(Labels("P5 2 1 300\n\0\x07\0\xff"sv), ElementsAre(7, 255));
  EXPECT_THAT(Labels("P5 2 1 1023\n\0\0\x03\xff"sv),
              ElementsAre(0, 255));  // Nothing but black and white.
}

TEST(PnmTest, FirstOfSeveralImagesIsTaken) {
  EXPECT_THAT(Reds("P5 1 1 255\nxP5 1 1 255\ny"sv), ElementsAre('x'));
}

TEST(PnmTest, DamageIsOneLine) {
  EXPECT_EQ(Outcome("P6\n64 48\n255\nabc"), "photo: is truncated (PNM)");
  EXPECT_EQ(Outcome("P4\n64 48\n"), "photo: is truncated (PNM)");
  EXPECT_EQ(Outcome("P2 2 2 255 1 2 3"), "photo: is truncated (PNM)");
  EXPECT_EQ(Outcome("P5 2"), "photo: is truncated (PNM)");
  EXPECT_THAT(Outcome("P5 2 2 70000\n12345678"),
              HasSubstr("maximum value is 70000, expected 1 to 65535"));
  EXPECT_THAT(Outcome("P5 1 1 0\nx"), HasSubstr("maximum value is 0"));
  EXPECT_THAT(Outcome("P5 1 1 9\nx"), HasSubstr("it has the value 120, above its maximum of 9"));
  EXPECT_THAT(Outcome("P2 1 1 255 x"), HasSubstr("its sample is no number"));
  EXPECT_THAT(Outcome("P5 -3 1 255\nx"), HasSubstr("its width is no number"));
  EXPECT_THAT(Outcome("P5 0 1 255\nx"), HasSubstr("it has no size"));
  EXPECT_THAT(Outcome("P1 1 1 2"), HasSubstr("neither 0 nor 1"));
}

}  // namespace
}  // namespace gradcut
