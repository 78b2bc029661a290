#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// Classes of one's own on top of a frozen classifier: a linear map of the mean of its last
/// activations, one row a class. A row's value for an image is the log odds that the class is in
/// it.
struct LinearHead {
  std::string architecture;          ///< Of the classifier it was learned with.
  int size = 0;                      ///< Longer side at which that saw the images, pixels.
  std::vector<std::string> classes;  ///< Names, by row.
  cv::Mat weights;                   ///< `CV_32FC1`, classes x channels.
  cv::Mat bias;                      ///< `CV_32FC1`, classes x 1.
};

/// The row of a class, or -1.
int RowOf(const LinearHead& head, const std::string& name);

struct HeadOptions {
  int folds = 5;           ///< Of the cross-validation, at least 2.
  std::uint64_t seed = 0;  ///< Decides which image is in which fold.
};

/// How well a class is told on images that its head has not seen.
struct ClassFit {
  int examples = 0;  ///< Images that show the class.
  /// Area under the curve of precision over recall on the held-out folds: the mean precision at
  /// each image that shows the class, images ordered by score. NaN where no image shows the class
  /// or all do.
  double average_precision = 0;
};

struct HeadFit {
  LinearHead head;  ///< Without architecture and size, which only the caller knows.
  std::vector<ClassFit> classes;
  double mean_average_precision = 0;  ///< Over the classes that have one; NaN if none has.
  double strength = 0;                ///< The penalty that was chosen.
};

/// Learns a head by logistic regression, each class against the rest: the least mean cross entropy
/// plus a strength times the squared length of the standardised weights. The strength is the one of
/// a fixed list whose heads have the least cross entropy on held-out folds.
///
/// `features` (`CV_32FC1`) has one row an image, `shown` (`CV_8UC1`, images x classes) is not 0
/// where it shows a class. Throws `std::invalid_argument` for other shapes, fewer images than
/// folds, or features that are not finite.
HeadFit FitHead(const cv::Mat& features, const cv::Mat& shown,
                const std::vector<std::string>& classes, const HeadOptions& options = {});

/// As a safetensors file. Throws `Error` naming the file and the cause.
void WriteHead(const LinearHead& head, const std::filesystem::path& path);
LinearHead ReadHead(const std::filesystem::path& path);

/// Throws `UsageError` for a file that is there and is something else than such a head: one that is
/// written must not replace it.
void CheckReplacesHead(const std::filesystem::path& path);

}  // namespace gradcut
