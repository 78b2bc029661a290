// On real photos.
#include "gradcut/graphcut/contrast.h"
#include "gradcut/graphcut/min_cut.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// The photo's own contrast, and its brightness as what speaks for the object.
GridEnergy PhotoEnergy(const std::filesystem::path& file) {
  cv::Mat image = cv::imread(file.string());
  if (image.empty()) return {};
  cv::resize(image, image, {}, 0.5, 0.5, cv::INTER_AREA);
  cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
  cv::Mat log_odds;
  cv::cvtColor(image, log_odds, cv::COLOR_RGB2GRAY);
  log_odds.convertTo(log_odds, CV_32F, 8 / 255.0, -8 / 255.0 * cv::mean(log_odds)[0]);
  GridEnergy energy;
  AddContrastWeights(image, {}, energy);
  SetUnary(log_odds, energy);
  return energy;
}

TEST(GridSolverOnDatasets, AgreesWithBoostOnPhotos) {
  const std::filesystem::path sets(GRADCUT_DATASETS);
  for (const char* file :
       {"ecssd/images/0001.jpg", "ecssd/images/0007.jpg", "voc2012/JPEGImages/2007_000032.jpg",
        "voc2012/JPEGImages/2007_000063.jpg"}) {
    const GridEnergy energy = PhotoEnergy(sets / file);
    ASSERT_GT(energy.size(), 0U) << "needs " << sets / file;
    const Cut expected = MinCut(energy, Solver::kBoost), cut = MinCut(energy, Solver::kGrid);
    EXPECT_EQ(cut.flow, expected.flow) << file;
    EXPECT_EQ(cut.labels, expected.labels) << file;
  }
}

}  // namespace
}  // namespace gradcut
