#pragma once

#include "gradcut/core/hints.h"

#include <initializer_list>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {

/// A red square on the left and a green one on the right of a dark blue image.
inline const cv::Rect kRed(16, 48, 48, 48), kGreen(128, 48, 48, 48);
inline const cv::Size kSize(192, 144);

inline cv::Mat TwoSquares() {
  cv::Mat image(kSize, CV_8UC3, cv::Scalar(10, 10, 60));
  cv::rectangle(image, kRed, cv::Scalar(230, 20, 20), cv::FILLED);
  cv::rectangle(image, kGreen, cv::Scalar(20, 230, 20), cv::FILLED);
  cv::Mat noise(kSize, CV_8UC3);
  cv::RNG(5).fill(noise, cv::RNG::UNIFORM, 0, 12);
  return image + noise;
}

/// A stroke of one point, in the middle of a place.
inline HintStroke Click(const cv::Rect& place, bool object) {
  return {.points = {{place.x + 0.5 * place.width, place.y + 0.5 * place.height}},
          .object = object};
}

/// Of a mask with the squares that are meant.
inline double IoU(const cv::Mat& mask, std::initializer_list<cv::Rect> places) {
  cv::Mat truth = cv::Mat::zeros(kSize, CV_8UC1);
  for (const cv::Rect& place : places) truth(place).setTo(255);
  return static_cast<double>(cv::countNonZero(mask & truth)) / cv::countNonZero(mask | truth);
}

inline bool Same(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF) == 0; }

}  // namespace gradcut
