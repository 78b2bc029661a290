#include "gradcut/core/softmax.h"

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

cv::Mat LargestOf(std::span<const cv::Mat> scores) {
  cv::Mat largest = scores[0].clone();
  for (const cv::Mat& each : scores.subspan(1)) cv::max(largest, each, largest);
  return largest;
}

}  // namespace

std::vector<cv::Mat> Softmax(std::span<const cv::Mat> scores) {
  const cv::Mat largest = LargestOf(scores);
  std::vector<cv::Mat> shares(scores.size());
  cv::Mat sum;
  for (std::size_t c = 0; c < scores.size(); ++c) {
    cv::exp(scores[c] - largest, shares[c]);
    sum = c == 0 ? shares[c].clone() : cv::Mat(sum + shares[c]);
  }
  for (cv::Mat& share : shares) share /= sum;
  return shares;
}

std::vector<cv::Mat> LogSoftmax(std::span<const cv::Mat> scores) {
  const cv::Mat largest = LargestOf(scores);
  std::vector<cv::Mat> logs(scores.size());
  cv::Mat sum = cv::Mat::zeros(largest.size(), CV_32FC1);
  for (std::size_t c = 0; c < scores.size(); ++c) {
    logs[c] = scores[c] - largest;
    cv::Mat share;
    cv::exp(logs[c], share);
    sum += share;
  }
  cv::log(sum, sum);
  for (cv::Mat& each : logs) each -= sum;
  return logs;
}

}  // namespace gradcut
