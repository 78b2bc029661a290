#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string_view>

namespace gradcut {

/// The image types of the program. All are `cv::Mat` (row-major, row 0 at the top), handed on as
/// `const cv::Mat&` and never written into by the receiver:
///
/// | name     | type       | values                                                              |
/// |----------|------------|---------------------------------------------------------------------|
/// | image    | `CV_8UC3`  | RGB, sRGB encoded, 0-255                                            |
/// | heat map | `CV_32FC1` | [0, 1], 1 = where the classifier looks most                         |
/// | log odds | `CV_32FC1` | any finite value, in nats; positive favours the object              |
/// | mask     | `CV_8UC1`  | `kMaskBackground` or `kMaskForeground`                              |
/// | trimap   | `CV_8UC1`  | `kMaskBackground`, `kTrimapUnknown` or `kMaskForeground`            |
/// | labels   | `CV_8UC1`  | class index, `kVoid` = not scored                                   |
inline constexpr std::uint8_t kMaskBackground = 0;
inline constexpr std::uint8_t kMaskForeground = 255;
inline constexpr std::uint8_t kTrimapUnknown = 128;
inline constexpr std::uint8_t kVoid = 255;

/// Each throws `std::invalid_argument` naming `what`, the expected and the actual size and type,
/// unless `mat` is not empty and of the type that the table above gives. Values are not looked at.
void CheckImage(const cv::Mat& mat, std::string_view what);
void CheckHeatMap(const cv::Mat& mat, std::string_view what);
void CheckMask(const cv::Mat& mat, std::string_view what);

/// The image or map at another size: shrinking averages over areas, growing interpolates linearly.
/// The same matrix where nothing changes.
cv::Mat Resize(const cv::Mat& mat, cv::Size size);

/// 1 / (1 + exp(-log odds)) of each value of a floating-point matrix.
cv::Mat Probability(const cv::Mat& log_odds);

/// sum min(a, b) / sum max(a, b) over the pixels of two maps of values >= 0 (Rahman and Wang 2016,
/// eq. 2, the soft Jaccard index), in [0, 1]; nothing where both are 0 everywhere.
std::optional<double> SoftJaccard(const cv::Mat& a, const cv::Mat& b);

/// Throws `std::invalid_argument` naming both unless they have the same rows and columns.
void CheckSameSize(const cv::Mat& a, std::string_view what_a, const cv::Mat& b,
                   std::string_view what_b);

}  // namespace gradcut
