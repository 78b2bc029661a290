#include "priors/lab.h"

#include <mutex>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

cv::Mat Convert(const cv::Mat& image) {
  cv::Mat lab;
  cv::cvtColor(image, lab, cv::COLOR_RGB2Lab);
  return lab;
}

}  // namespace

cv::Mat LabOf(const cv::Mat& image) {
  // OpenCV makes its tables at the first call, and others that come meanwhile read half of them.
  static std::once_flag tables_made;
  std::call_once(tables_made, [] { Convert(cv::Mat::zeros(1, 1, CV_8UC3)); });
  return Convert(image);
}

}  // namespace gradcut
