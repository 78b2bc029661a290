#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <vector>

namespace gradcut {

/// The confusion matrix of class labels over a data set: integers, so the sum over images is the
/// same in every order.
///
/// Truth pixels of `kVoid` are not scored. Predicted pixels of `kVoid` mean "unsure": in the matrix
/// they are background (class 0), as the PASCAL VOC server takes them, and `Coverage` and
/// `LabelledAccuracy` say how much was labelled and how well.
class Confusion {
 public:
  /// `classes` in [2, 255], the background (class 0) included; throws `std::invalid_argument`.
  explicit Confusion(int classes);

  /// Adds one image: labels of the same size, `CV_8UC1`. Throws `Error` naming the index if one is
  /// neither a class nor `kVoid`, `std::invalid_argument` for another type or size; then nothing
  /// has been added.
  void Add(const cv::Mat& predicted, const cv::Mat& truth);

  /// Adds the counts of another matrix with as many classes.
  Confusion& operator+=(const Confusion& other);

  /// The counts in a row, as `AddCounts` takes them: `classes` squared, and two of what was
  /// labelled.
  std::vector<std::int64_t> Counts() const;
  /// Throws `std::invalid_argument` for another number of counts.
  void AddCounts(std::span<const std::int64_t> counts);

  int classes() const { return classes_; }
  /// Scored pixels of class `truth` that were predicted as `predicted`. Throws
  /// `std::invalid_argument` unless both are classes.
  std::int64_t count(int truth, int predicted) const;

  /// The measures are in [0, 1], or nothing where they say nothing: a class that is absent, a
  /// matrix without a pixel.

  /// tp / (tp + fp + fn) of each class; nothing for a class in neither truth nor prediction.
  std::vector<std::optional<double>> ClassIous() const;
  /// tp / (tp + fn) of each class; nothing for a class that is not in the truth.
  std::vector<std::optional<double>> ClassAccuracies() const;
  /// Mean of the classes' IoUs, the background included, absent classes left out.
  std::optional<double> MeanIou() const;
  /// Mean of the classes' accuracies, absent classes left out.
  std::optional<double> MeanAccuracy() const;
  /// Sum of the classes' IoUs, each weighted by the class's share of the scored pixels.
  std::optional<double> FrequencyWeightedIou() const;
  /// Share of the scored pixels with the right class.
  std::optional<double> PixelAccuracy() const;
  /// Share of the scored pixels for which a class was predicted, not `kVoid`.
  std::optional<double> Coverage() const;
  /// Share of those with the right class.
  std::optional<double> LabelledAccuracy() const;

 private:
  std::int64_t& at(int truth, int predicted);
  std::int64_t TruthPixels(int class_index) const;
  std::int64_t PredictedPixels(int class_index) const;
  std::int64_t Correct() const;
  std::int64_t Scored() const;

  int classes_;
  std::vector<std::int64_t> counts_;  ///< classes x classes, one row a true class.
  std::int64_t labelled_ = 0;
  std::int64_t labelled_correct_ = 0;
};

}  // namespace gradcut
