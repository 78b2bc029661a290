#include "dataset/mask_values.h"

#include "gradcut/core/image.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

constexpr int kRows = 90, kCols = 120;

bool InDisc(int row, int col) {
  return (row - 45) * (row - 45) + (col - 55) * (col - 55) < 30 * 30;
}

template <class T = std::uint8_t>
cv::Mat Painted(const std::function<int(int, int)>& value) {
  cv::Mat labels(kRows, kCols, cv::DataType<T>::type);
  for (int row = 0; row < kRows; ++row)
    for (int col = 0; col < kCols; ++col) labels.at<T>(row, col) = static_cast<T>(value(row, col));
  return labels;
}

// A disc of a value on 0.
cv::Mat Disc(int value) {
  return Painted([value](int row, int col) { return InDisc(row, col) ? value : 0; });
}

// Value by the distance from the middle: a disc, a ring, the rest.
cv::Mat Rings(int inside, int ring, int outside) {
  return Painted([=](int row, int col) {
    const double radius = std::hypot(row - 45, col - 55);
    return radius < 25 ? inside : radius < 30 ? ring : outside;
  });
}

cv::Mat Blurred(double sigma, int white = 255) {
  cv::Mat soft;
  cv::GaussianBlur(Disc(white), soft, {}, sigma);
  return soft;
}

ReadLabels Read(const cv::Mat& labels, const MaskReading& reading = {}, int white = 255) {
  return ToObjects({.labels = labels, .form = MaskForm::kGrey, .white = white}, reading, "a.png");
}

// That nonzero pixels are object, or another set of pixels.
void ExpectObject(const ReadLabels& read, const cv::Mat& object) {
  EXPECT_EQ(cv::countNonZero(((read.labels != 0) & (read.labels != kVoid)) != object), 0)
      << static_cast<int>(read.how);
}

TEST(MaskValuesTest, IdsOfAnySizeAreObject) {
  for (const int id : {1, 20, 21, 44, 100, 127, 128, 200}) ExpectObject(Read(Disc(id)), Disc(255));
  const cv::Mat stripes =
      Painted([](int row, int col) { return InDisc(row, col) ? 1 + col % 35 : 0; });
  ExpectObject(Read(stripes), stripes != 0);
  const cv::Mat cells = Painted([](int row, int col) {
    const bool gap = row % 10 == 0 || col % 10 == 0;
    return gap ? 0 : 1 + row / 10 * 12 + col / 10;
  });
  ExpectObject(Read(cells), cells != 0);
  EXPECT_EQ(Read(cells).how, ReadAs::kIds);
}

TEST(MaskValuesTest, BlackAndWhiteIsThresholded) {
  EXPECT_EQ(Read(Disc(255)).how, ReadAs::kBright);
  ExpectObject(Read(Disc(255)), Disc(255));
  EXPECT_EQ(Read(Disc(0)).how, ReadAs::kNothing);
}

TEST(MaskValuesTest, UnknownOfATrimapIsByItsSide) {
  const cv::Mat inside = Rings(255, 0, 0), with_ring = Rings(255, 255, 0);
  ExpectObject(Read(Rings(255, 127, 0)), inside);
  ExpectObject(Read(Rings(255, 128, 0)), with_ring);
}

TEST(MaskValuesTest, IgnoredValueIsVoidHoweverMasksAreRead) {
  for (const int inside : {255, 1, 44}) {
    const ReadLabels read = Read(Rings(inside, 128, 0), {.ignore = 128});
    EXPECT_EQ(cv::countNonZero((read.labels == kVoid) != Rings(0, 255, 0)), 0) << inside;
    ExpectObject(read, Rings(255, 0, 0));
  }
}

TEST(MaskValuesTest, WhiteBesideIdsIsVoid) {
  for (const int id : {15, 44, 150}) {
    const cv::Mat labels = Painted([id](int row, int col) {
      return InDisc(row, col) ? id : row < 20 ? 30 : row > 80 ? 255 : 0;
    });
    const ReadLabels read = Read(labels);
    EXPECT_EQ(read.how, ReadAs::kIdsAndVoid);
    EXPECT_EQ(cv::countNonZero((read.labels == kVoid) != (labels == 255)), 0);
    ExpectObject(read, (labels != 0) & (labels != 255));
  }
}

TEST(MaskValuesTest, SoftEdgesAreNoIds) {
  for (const double sigma : {0.6, 1.5, 5.0}) {
    const cv::Mat soft = Blurred(sigma);
    EXPECT_EQ(Read(soft).how, ReadAs::kSoft) << sigma;
    ExpectObject(Read(soft), soft >= 128);
  }
  cv::Mat small, square = cv::Mat::zeros(100, 130, CV_8U);
  cv::resize(Disc(255), small, {}, 0.37, 0.37, cv::INTER_AREA);
  ExpectObject(Read(small), small >= 128);
  square(cv::Rect(13, 17, 44, 55)).setTo(255);
  cv::resize(square, small, {}, 1.37, 1.37, cv::INTER_LINEAR);
  ExpectObject(Read(small), small >= 128);
}

TEST(MaskValuesTest, NoiseOfCompressionIsNoId) {
  cv::Mat noisy = Disc(255);
  cv::RNG random(1);
  for (int i = 0; i < 400; ++i) {
    std::uint8_t& pixel =
        noisy.at<std::uint8_t>(random.uniform(0, kRows), random.uniform(0, kCols));
    const int off = random.uniform(1, 4);
    pixel = static_cast<std::uint8_t>(pixel == 0 ? off : pixel - off);
  }
  ExpectObject(Read(noisy), noisy >= 128);
}

// As WebP leaves it: of the noise some pixels are neither nearly black nor nearly white, most are.
TEST(MaskValuesTest, AFewPixelsOfStrongerNoiseAreNoIdsEither) {
  cv::Mat noisy = Painted([](int row, int col) {
    return InDisc(row, col) ? 245 + (row * col) % 11 : (row + col) % 14;
  });
  for (int col = 10; col < 15; ++col) noisy.at<std::uint8_t>(45, col * 5) = col < 13 ? 200 : 40;
  ExpectObject(Read(noisy), noisy >= 128);
}

// A map that has no white at all, and edges; as many ids have areas.
TEST(MaskValuesTest, MapsOfManyLevelsAreNoIdsHoweverDarkTheirBrightest) {
  const cv::Mat map = Painted([](int row, int col) {
    return InDisc(row, col) ? 120 + (row + col) / 2 : (row + 2 * col) / 7;
  });
  ExpectObject(Read(map), map >= 128);
  const cv::Mat ids =
      Painted([](int row, int col) { return 1 + (row / 9 * 12 + col / 10) * 37 % 120; });
  ExpectObject(Read(ids), ids > 0);
}

TEST(MaskValuesTest, SmoothMapThatStaysDarkHasNoObject) {
  const cv::Mat map = Painted([](int row, int col) {
    return static_cast<int>(100 * std::exp(-std::hypot(row - 45, col - 55) / 25));
  });
  EXPECT_EQ(Read(map).how, ReadAs::kSoft);
  ExpectObject(Read(map), cv::Mat::zeros(kRows, kCols, CV_8U));
}

TEST(MaskValuesTest, WideIdsAreObjectAndSoAreThoseOf255) {
  const cv::Mat ids = Painted<int>([](int row, int col) {
    return InDisc(row, col) ? 24001 + row / 40 : row < 10 ? 255 : 0;
  });
  for (const int white : {0, 65535}) {
    const ReadLabels read = Read(ids, {}, white);
    EXPECT_EQ(read.how, ReadAs::kWideIds);
    ExpectObject(read, ids != 0);
  }
  cv::Mat soft;
  Blurred(1.5).convertTo(soft, CV_32S, 257);
  ExpectObject(Read(soft, {}, 65535), soft >= 32768);
}

TEST(MaskValuesTest, NegativeValueIsVoidOnlyWhenSaidSo) {
  const cv::Mat ids = Painted<int>([](int row, int col) { return InDisc(row, col) ? 3 : -1; });
  EXPECT_THAT(ErrorOf([&] { Read(ids); }), HasSubstr("a.png: has the value -1 at row 0, column 0"));
  const ReadLabels read = Read(ids, {.ignore = -1});
  ExpectObject(read, ids == 3);
  EXPECT_EQ(cv::countNonZero((read.labels == kVoid) != (ids == -1)), 0);
}

TEST(MaskValuesTest, FewBitsAreNumbers) { ExpectObject(Read(Disc(3), {}, /*white=*/0), Disc(255)); }

TEST(MaskValuesTest, MeaningCanBeForced) {
  const cv::Mat labels = Rings(255, 100, 0);
  ExpectObject(Read(labels, {.values = MaskValues::kObject}), Rings(255, 255, 0));
  ExpectObject(Read(labels, {.values = MaskValues::kThreshold}), Rings(255, 0, 0));
  ExpectObject(Read(labels, {.values = MaskValues::kIndex}), Rings(0, 255, 0));
}

TEST(MaskValuesTest, FurtherBackgroundIsBackground) {
  const ReadLabels read = Read(Rings(1, 3, 2), {.ignore = 3, .background = 2});
  ExpectObject(read, Rings(255, 0, 0));
  EXPECT_EQ(cv::countNonZero(read.labels == kVoid), cv::countNonZero(Rings(0, 1, 0)));
}

TEST(MaskValuesTest, IndicesOfAPaletteAreTakenForClassesThoughTheyShowGrey) {
  const MaskFile file = {.labels = Disc(255), .form = MaskForm::kGrey, .indices = Disc(2)};
  EXPECT_EQ(cv::norm(ToClasses(file, {}, 3, "a.png"), Disc(2), cv::NORM_INF), 0);
  EXPECT_THAT(ErrorOf([&] { ToClasses(file, {}, 2, "a.png"); }),
              HasSubstr("a.png: has class index 2 (row 16, column 48), expected 0 to 1 or 255; "
                        "--classes FILE names other classes"));
}

}  // namespace
}  // namespace gradcut
