#include "gradcut/dataset/mask_alpha.h"

#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// A disc with an edge some pixels wide.
cv::Mat Soft() {
  cv::Mat mask = cv::Mat::zeros(60, 80, CV_8UC1);
  cv::circle(mask, {40, 30}, 20, cv::Scalar(255), cv::FILLED);
  cv::GaussianBlur(mask, mask, {}, 3);
  return mask;
}

class MaskAlphaTest : public ::testing::Test {
 protected:
  MaskAlpha Read(const std::string& name, const std::vector<std::uint8_t>& file) {
    WriteFileAtomically(folder_ / name, file);
    return ReadMaskAlpha(folder_ / name);
  }

  TemporaryFolder folder_;
};

TEST_F(MaskAlphaTest, SoftMasksKeepTheirValues) {
  const cv::Mat soft = Soft();
  cv::Mat deep, fractions, rgba(soft.size(), CV_8UC4, cv::Scalar(9, 9, 9, 0));
  soft.convertTo(deep, CV_16U, 257);
  soft.convertTo(fractions, CV_32F, 1.0 / 255);
  cv::insertChannel(soft, rgba, 3);
  const std::pair<const char*, std::vector<std::uint8_t>> files[] = {
      {"grey.png", EncodePng(soft)},
      {"deep.png", EncodePng(deep)},
      {"fractions.npy", EncodeNpy(fractions)},
      {"cut.png", EncodePng(rgba)},
      {"cut.webp", EncodeWebp(rgba, 0)}};
  for (const auto& [name, file] : files) {
    const MaskAlpha mask = Read(name, file);
    EXPECT_TRUE(mask.soft) << name;
    ASSERT_EQ(mask.alpha.type(), CV_8UC1) << name;
    EXPECT_LE(cv::norm(mask.alpha, soft, cv::NORM_INF), 0) << name;
  }
}

TEST_F(MaskAlphaTest, LabelsAreObjectOrNot) {
  cv::Mat labels = cv::Mat::zeros(6, 8, CV_8UC1);
  labels.colRange(2, 5) = 7;
  labels.col(5) = 255;
  const cv::Mat expected = labels == 7;
  EXPECT_EQ(cv::norm(Read("ids.png", EncodePng(labels)).alpha, expected, cv::NORM_INF), 0);
  const MaskAlpha palette = Read("voc.png", EncodeIndexedPng(labels, VocPalette()));
  EXPECT_EQ(cv::norm(palette.alpha, expected, cv::NORM_INF), 0);
  EXPECT_FALSE(palette.soft);
  EXPECT_EQ(cv::countNonZero(Read("none.png", EncodePng(cv::Mat::zeros(6, 8, CV_8UC1))).alpha), 0);
}

}  // namespace
}  // namespace gradcut
