#include "gradcut/render/render.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

const cv::Scalar kTint(255, 64, 64);
const cv::Scalar kOutline(255, 255, 0);
constexpr double kTintShare = 0.35;

int OpenCvMap(ColourMap colour_map) {
  switch (colour_map) {
    case ColourMap::kViridis:
      return cv::COLORMAP_VIRIDIS;
    case ColourMap::kInferno:
      return cv::COLORMAP_INFERNO;
    default:
      return cv::COLORMAP_TURBO;
  }
}

}  // namespace

void Describe(RenderOptions& o, OptionList& list) {
  list.Choice("render.colour_map", o.colour_map,
              {{"turbo", ColourMap::kTurbo},
               {"viridis", ColourMap::kViridis},
               {"inferno", ColourMap::kInferno},
               {"grey", ColourMap::kGrey}},
              "colours of heat maps");
  DescribeCutout(o, list);
}

cv::Mat ColourHeatMap(const cv::Mat& heat_map, ColourMap colour_map) {
  CheckHeatMap(heat_map, "ColourHeatMap: heat map");
  cv::Mat grey, bgr, rgb;
  heat_map.convertTo(grey, CV_8UC1, 255);
  if (colour_map == ColourMap::kGrey) {
    cv::cvtColor(grey, rgb, cv::COLOR_GRAY2RGB);
    return rgb;
  }
  cv::applyColorMap(grey, bgr, OpenCvMap(colour_map));
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  return rgb;
}

cv::Mat Overlay(const cv::Mat& image, const cv::Mat& mask) {
  CheckImage(image, "Overlay: image");
  CheckMask(mask, "Overlay: mask");
  CheckSameSize(image, "Overlay: image", mask, "mask");
  cv::Mat overlay = image.clone();
  constexpr int kRows = 64;  // Not all at once, which would take three times the photo's memory.
  for (int row = 0; row < image.rows; row += kRows) {
    const cv::Range rows(row, std::min(row + kRows, image.rows));
    const cv::Mat strip = image.rowRange(rows);
    const cv::Mat tinted =
        strip * (1 - kTintShare) + cv::Mat(strip.size(), strip.type(), kTint) * kTintShare;
    tinted.copyTo(overlay.rowRange(rows), mask.rowRange(rows));
  }
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(mask, contours, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
  // Visible at a glance whatever the size of the photo.
  const int thickness = std::max(1, std::max(image.rows, image.cols) / 300);
  cv::drawContours(overlay, contours, -1, kOutline, thickness);
  return overlay;
}

cv::Mat HeatMapOverlay(const cv::Mat& image, const cv::Mat& heat_map, ColourMap colour_map) {
  CheckImage(image, "HeatMapOverlay: image");
  CheckSameSize(image, "HeatMapOverlay: image", heat_map, "heat map");
  const cv::Mat colours = ColourHeatMap(heat_map, colour_map);
  cv::Mat overlay(image.size(), CV_8UC3);
  for (int row = 0; row < image.rows; ++row) {
    for (int col = 0; col < image.cols; ++col) {
      const float share = 0.75F * heat_map.at<float>(row, col);
      const cv::Vec3f blended = cv::Vec3f(image.at<cv::Vec3b>(row, col)) * (1 - share) +
                                cv::Vec3f(colours.at<cv::Vec3b>(row, col)) * share;
      overlay.at<cv::Vec3b>(row, col) = blended;
    }
  }
  return overlay;
}

}  // namespace gradcut
