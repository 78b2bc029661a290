#include "gradcut/core/image.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

void CheckType(const cv::Mat& mat, int type, std::string_view what) {
  if (!mat.empty() && mat.dims == 2 && mat.type() == type) return;
  throw std::invalid_argument(fmt::format("{}: expected a non-empty {} matrix, got {}x{} {}", what,
                                          cv::typeToString(type), mat.rows, mat.cols,
                                          cv::typeToString(mat.type())));
}

}  // namespace

void CheckImage(const cv::Mat& mat, std::string_view what) { CheckType(mat, CV_8UC3, what); }
void CheckHeatMap(const cv::Mat& mat, std::string_view what) { CheckType(mat, CV_32FC1, what); }
void CheckMask(const cv::Mat& mat, std::string_view what) { CheckType(mat, CV_8UC1, what); }

cv::Mat Resize(const cv::Mat& mat, cv::Size size) {
  if (mat.size() == size) return mat;
  cv::Mat resized;
  cv::resize(mat, resized, size, 0, 0,
             size.area() < mat.size().area() ? cv::INTER_AREA : cv::INTER_LINEAR);
  return resized;
}

cv::Mat Probability(const cv::Mat& log_odds) {
  cv::Mat odds;
  cv::exp(-log_odds, odds);
  return 1.0 / (1.0 + odds);
}

std::optional<double> SoftJaccard(const cv::Mat& a, const cv::Mat& b) {
  const double both = cv::sum(cv::min(a, b))[0], either = cv::sum(cv::max(a, b))[0];
  if (!(either > 0)) return std::nullopt;
  return both / either;
}

void CheckSameSize(const cv::Mat& a, std::string_view what_a, const cv::Mat& b,
                   std::string_view what_b) {
  if (a.size() == b.size()) return;
  throw std::invalid_argument(fmt::format("{} is {}x{} but {} is {}x{} (rows x columns)", what_a,
                                          a.rows, a.cols, what_b, b.rows, b.cols));
}

}  // namespace gradcut
