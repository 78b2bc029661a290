#include "gradcut/image/turned_map.h"

#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

const std::filesystem::path kImages = std::filesystem::path(GRADCUT_TEST_DATA) / "images";

// The images there are 7 x 5 or so and turned by a quarter.
TEST(TurnedMapTest, MapsOfTheStoredPixelsBecomeThoseOfTheImage) {
  for (const char* const name : {"oriented.png", "oriented.webp"}) {
    const std::vector<std::uint8_t> file = ReadFile(kImages / name);
    const cv::Mat upright = DecodeImage(file, name);
    const cv::Mat stored = cv::imdecode(file, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    const int orientation = OrientationOf(file, name);
    EXPECT_GT(orientation, 4) << name;
    cv::Mat turned;
    cv::cvtColor(TurnUpright(stored, orientation), turned, cv::COLOR_BGR2RGB);
    ASSERT_EQ(turned.size(), upright.size()) << name;
    EXPECT_LE(cv::norm(turned, upright, cv::NORM_INF), 2) << name;
    EXPECT_TRUE(HasSidesExchanged(stored.size(), upright.size())) << name;
  }
  EXPECT_EQ(OrientationOf(ReadFile(kImages / "plain.jpg"), "plain.jpg"), 1);
  EXPECT_THROW(TurnUpright(cv::Mat::eye(2, 2, CV_32FC1), 0), std::invalid_argument);
}

TEST(TurnedMapTest, PointsGoWhereTheirPixelsGo) {
  cv::Mat map(5, 7, CV_8UC1, cv::Scalar(0));
  map.at<std::uint8_t>(1, 2) = 1;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const cv::Mat turned = TurnUpright(map, orientation);
    const cv::Point2d point = TurnUpright({2.5, 1.5}, map.size(), orientation);
    EXPECT_EQ(turned.at<std::uint8_t>(static_cast<int>(point.y), static_cast<int>(point.x)), 1)
        << orientation;
    const cv::Point2d corner = TurnUpright({7, 5}, map.size(), orientation);
    EXPECT_TRUE(corner.x == 0 || corner.x == turned.cols) << orientation;
    EXPECT_TRUE(corner.y == 0 || corner.y == turned.rows) << orientation;
  }
  EXPECT_THROW(TurnUpright({0, 0}, map.size(), 9), std::invalid_argument);
}

TEST(TurnedMapTest, SidesAreToldBySizeOrElseByAspect) {
  const cv::Size photo(400, 300), square(300, 300), nearly(500, 480);
  EXPECT_TRUE(HasSidesExchanged({300, 400}, photo));
  EXPECT_TRUE(HasSidesExchanged({24, 32}, photo));
  EXPECT_TRUE(HasSidesExchanged({11, 14}, photo)) << "rounded";
  EXPECT_FALSE(HasSidesExchanged({400, 300}, photo));
  EXPECT_FALSE(HasSidesExchanged({32, 24}, photo));
  EXPECT_FALSE(HasSidesExchanged({14, 14}, photo)) << "stretched";
  EXPECT_FALSE(HasSidesExchanged({10, 32}, photo)) << "of neither shape";
  EXPECT_FALSE(HasSidesExchanged({300, 300}, square));
  EXPECT_FALSE(HasSidesExchanged({16, 16}, nearly)) << "of both shapes";
  EXPECT_TRUE(HasSidesExchanged({15, 16}, nearly));
  EXPECT_TRUE(HasSidesExchanged({480, 500}, nearly));
}

TEST(TurnedMapTest, AnAspectIsMetToTheNextRowOrColumn) {
  EXPECT_TRUE(HasAspectOf(16, 11, {333, 500}));
  EXPECT_TRUE(HasAspectOf(25, 33, {400, 300}));
  EXPECT_FALSE(HasAspectOf(33, 25, {400, 300}));
  EXPECT_FALSE(HasAspectOf(14, 21, {400, 300}));
}

}  // namespace
}  // namespace gradcut
