#include "stand_in.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kBins = 16;

int BinOf(const cv::Vec3b& lab) {
  return (lab[0] / kBins * kBins + lab[1] / kBins) * kBins + lab[2] / kBins;
}

// A histogram of the pixels in `where`, blurred along each axis by (1, 2, 1) and of sum 1.
std::vector<float> Histogram(const cv::Mat& lab, const cv::Mat& where) {
  std::vector<float> bins(kBins * kBins * kBins, 0.05F);
  for (int row = 0; row < lab.rows; ++row) {
    for (int col = 0; col < lab.cols; ++col) {
      if (where.at<std::uint8_t>(row, col)) ++bins[BinOf(lab.at<cv::Vec3b>(row, col))];
    }
  }
  for (const int stride : {1, kBins, kBins * kBins}) {
    const std::vector<float> old = bins;
    for (int i = 0; i < static_cast<int>(bins.size()); ++i) {
      const int at = i / stride % kBins;
      bins[i] =
          (old[i - (at > 0 ? stride : 0)] + 2 * old[i] + old[i + (at + 1 < kBins ? stride : 0)]) /
          4;
    }
  }
  float sum = 0;
  for (const float bin : bins) sum += bin;
  for (float& bin : bins) bin /= sum;
  return bins;
}

}  // namespace

cv::Mat StandInLogOdds(const cv::Mat& image, const cv::Mat& mask, const StandInOptions& options) {
  const double diagonal = std::hypot(image.rows, image.cols);
  const double shift = options.shift_share * diagonal;
  cv::Mat heat;
  mask.convertTo(heat, CV_32F, 1 / 255.0);
  const cv::Matx23d move(1, 0, shift, 0, 1, shift / 2);
  cv::warpAffine(heat, heat, move, heat.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::GaussianBlur(heat, heat, {}, options.blur_share * diagonal);

  cv::Mat lab;
  cv::cvtColor(image, lab, cv::COLOR_RGB2Lab);
  const std::vector<float> object = Histogram(lab, heat > options.threshold + 0.1);
  const std::vector<float> rest = Histogram(lab, heat < options.threshold - 0.1);
  cv::Mat log_odds(image.size(), CV_32F);
  for (int row = 0; row < image.rows; ++row) {
    for (int col = 0; col < image.cols; ++col) {
      const int bin = BinOf(lab.at<cv::Vec3b>(row, col));
      const double colour = std::log(object[bin] / rest[bin]);
      log_odds.at<float>(row, col) =
          static_cast<float>(options.slope * (heat.at<float>(row, col) - options.threshold) +
                             std::clamp(colour, -options.colour_clip, options.colour_clip));
    }
  }
  return log_odds;
}

}  // namespace gradcut
