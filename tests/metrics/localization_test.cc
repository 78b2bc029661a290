#include "gradcut/metrics/localization.h"

#include "gradcut/core/image.h"
#include "gradcut/metrics/box_accuracy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

cv::Mat Blobs(cv::RNG& rng, int rows, int cols) {
  cv::Mat noise(rows, cols, CV_32F);
  rng.fill(noise, cv::RNG::UNIFORM, 0.f, 1.f);
  cv::GaussianBlur(noise, noise, {0, 0}, 2);
  cv::normalize(noise, noise, 0, 1, cv::NORM_MINMAX);
  cv::Mat heat;
  noise.convertTo(heat, CV_64F);
  return cv::min(cv::max(heat, 0.0), 1.0);
}

std::vector<cv::Rect> PieceBoxes(const cv::Mat& set) {
  cv::Mat labels, stats, centroids;
  const int count = cv::connectedComponentsWithStats(set, labels, stats, centroids, 8);
  std::vector<cv::Rect> boxes;
  for (int i = 1; i < count; ++i)
    boxes.emplace_back(stats.at<int>(i, 0), stats.at<int>(i, 1), stats.at<int>(i, 2),
                       stats.at<int>(i, 3));
  return boxes;
}

// The definition: every threshold labelled on its own.
double BoxAccuracyByBruteForce(const std::vector<HeatPixels>& images) {
  double sum = 0;
  for (const double wanted : {0.3, 0.5, 0.7}) {
    int best = 0;
    for (int k = 0; k < 256; ++k) {
      int found = 0;
      for (const HeatPixels& image : images) {
        double overlap = 0;
        for (const cv::Rect& a : PieceBoxes((image.levels() >= k) & (image.truth() != kVoid)))
          for (const cv::Rect& b : PieceBoxes(image.truth() == 1))
            overlap =
                std::max(overlap, (a & b).area() * 1.0 / (a.area() + b.area() - (a & b).area()));
        found += overlap >= wanted;
      }
      best = std::max(best, found);
    }
    sum += best;
  }
  return sum / 3 / static_cast<double>(images.size());
}

TEST(BoxAccuracyTest, EqualsLabellingEveryThreshold) {
  cv::RNG rng(7);
  BoxAccuracy accuracy;
  std::vector<HeatPixels> images;
  for (int i = 0; i < 12; ++i) {
    cv::Mat truth = (Blobs(rng, 24, 32) > 0.7) & 1;
    truth.row(i).setTo(kVoid);
    images.emplace_back(Blobs(rng, 24, 32), truth);
    accuracy.Add(images.back());
  }
  EXPECT_DOUBLE_EQ(*accuracy.Value(), BoxAccuracyByBruteForce(images));
  EXPECT_GT(*accuracy.Value(), 0);
  EXPECT_LT(*accuracy.Value(), 1);
}

TEST(BoxAccuracyTest, ImagesWithoutObjectAreLeftOut) {
  const cv::Mat truth = cv::Mat::zeros(8, 8, CV_8U);
  BoxAccuracy accuracy;
  accuracy.Add({cv::Mat::zeros(8, 8, CV_64F), truth});
  EXPECT_FALSE(accuracy.Value().has_value());
}

TEST(PixelAveragePrecisionTest, RankingDecidesAlone) {
  const cv::Mat truth = (cv::Mat_<std::uint8_t>(1, 4) << 1, 0, 1, 0);
  PixelAveragePrecision precision;
  precision.Add({(cv::Mat_<double>(1, 4) << 1, 0.75, 0.5, 0), truth});
  // Recall 1/2 at precision 1, then recall 1 at precision 2/3.
  EXPECT_DOUBLE_EQ(*precision.Value(), 0.5 * 1 + 0.5 * 2 / 3);
}

TEST(PixelAveragePrecisionTest, SumOverImagesPoolsTheirPixels) {
  cv::RNG rng(7);
  const HeatPixels a(Blobs(rng, 24, 32), (Blobs(rng, 24, 32) > 0.6) & 1);
  const HeatPixels b(Blobs(rng, 24, 32), (Blobs(rng, 24, 32) > 0.4) & 1);
  PixelAveragePrecision together;
  together.Add(a);
  together.Add(b);
  PixelAveragePrecision sum;
  PixelAveragePrecision other;
  sum.Add(a);
  other.Add(b);
  EXPECT_NE(sum.Value(), together.Value());
  sum += other;
  EXPECT_EQ(sum.Value(), together.Value());
}

std::optional<double> Point(const cv::Mat& heat, const cv::Mat& truth, int tolerance_px = 15) {
  const HeatPixels pixels(heat, truth);
  return PointingGame(pixels, pixels.NearestObject(), tolerance_px);
}

TEST(PointingGameTest, HitsOnAndNearTheObject) {
  cv::Mat truth = cv::Mat::zeros(40, 40, CV_8U);
  truth(cv::Rect(0, 0, 10, 40)).setTo(1);
  for (const auto& [col, hit] : {std::pair(5, 1), std::pair(9 + 15, 1), std::pair(9 + 16, 0)}) {
    cv::Mat heat = cv::Mat::zeros(40, 40, CV_64F);
    heat.at<double>(20, col) = 1;
    EXPECT_EQ(Point(heat, truth), hit) << col;
  }
}

TEST(PointingGameTest, ConstantMapHitsByChance) {
  cv::Mat truth = cv::Mat::zeros(40, 40, CV_8U);
  truth(cv::Rect(0, 0, 10, 40)).setTo(1);
  const cv::Mat heat(40, 40, CV_64F, cv::Scalar(0.5));
  EXPECT_DOUBLE_EQ(*Point(heat, truth, /*tolerance_px=*/0), 0.25);
  EXPECT_FALSE(Point(heat, cv::Mat::zeros(40, 40, CV_8U)).has_value());
}

TEST(EnergyOnObjectTest, IsTheShareOfHeat) {
  const cv::Mat truth = (cv::Mat_<std::uint8_t>(1, 4) << 3, 5, 0, kVoid);
  const cv::Mat heat = (cv::Mat_<float>(1, 4) << 1, 2, 5, 100);
  EXPECT_DOUBLE_EQ(*EnergyOnObject(heat, truth), 3.0 / 8);
  EXPECT_DOUBLE_EQ(*EnergyOnObject(heat, truth, 5), 2.0 / 8);
  EXPECT_FALSE(EnergyOnObject(heat, truth, 7).has_value());
  EXPECT_FALSE(EnergyOnObject(heat * 0, truth).has_value());
}

}  // namespace
}  // namespace gradcut
