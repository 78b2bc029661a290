#include "gradcut/metrics/confusion.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <array>
#include <numeric>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr int kValues = 256;

// How often each pair of byte values occurs, one row a true value: no branch a pixel, and the
// values can be judged before anything is counted.
std::vector<std::uint32_t> PairHistogram(const cv::Mat& predicted, const cv::Mat& truth) {
  std::vector<std::uint32_t> histogram(std::size_t{kValues} * kValues);
  for (int row = 0; row < truth.rows; ++row) {
    const auto* p = predicted.ptr<std::uint8_t>(row);
    const auto* t = truth.ptr<std::uint8_t>(row);
    for (int col = 0; col < truth.cols; ++col) ++histogram[t[col] * kValues + p[col]];
  }
  return histogram;
}

void CheckIndex(int index, int classes, const char* what) {
  Require(index < classes || index == kVoid,
          "class index {} in the {}, expected 0 to {} or {} for void", index, what, classes - 1,
          kVoid);
}

std::optional<double> Ratio(std::int64_t numerator, std::int64_t denominator) {
  if (denominator == 0) return std::nullopt;
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

std::optional<double> MeanOfPresent(const std::vector<std::optional<double>>& values) {
  double sum = 0;
  int present = 0;
  for (const auto& value : values) {
    if (!value) continue;
    sum += *value;
    ++present;
  }
  if (present == 0) return std::nullopt;
  return sum / present;
}

}  // namespace

Confusion::Confusion(int classes) : classes_(classes) {
  if (classes < 2 || classes > kVoid)
    throw std::invalid_argument(
        fmt::format("Confusion: {} classes, expected 2 to {}", classes, kVoid));
  counts_.resize(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes));
}

void Confusion::Add(const cv::Mat& predicted, const cv::Mat& truth) {
  CheckMask(predicted, "predicted labels");
  CheckMask(truth, "true labels");
  CheckSameSize(predicted, "predicted labels", truth, "true labels");
  const std::vector<std::uint32_t> histogram = PairHistogram(predicted, truth);
  for (int i = 0; i < kValues * kValues; ++i) {
    if (histogram[i] == 0) continue;
    CheckIndex(i / kValues, classes_, "truth");
    CheckIndex(i % kValues, classes_, "prediction");
  }
  for (int t = 0; t < classes_; ++t) {
    const std::uint32_t* row = &histogram[std::size_t{kValues} * t];
    for (int p = 0; p < classes_; ++p) {
      at(t, p) += row[p];
      labelled_ += row[p];
    }
    labelled_correct_ += row[t];
    at(t, 0) += row[kVoid];
  }
}

Confusion& Confusion::operator+=(const Confusion& other) {
  if (classes_ != other.classes_)
    throw std::invalid_argument(
        fmt::format("Confusion: cannot add {} classes to {}", other.classes_, classes_));
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  labelled_ += other.labelled_;
  labelled_correct_ += other.labelled_correct_;
  return *this;
}

std::int64_t& Confusion::at(int truth, int predicted) {
  return counts_[static_cast<std::size_t>(truth) * classes_ + predicted];
}

std::vector<std::int64_t> Confusion::Counts() const {
  std::vector<std::int64_t> counts = counts_;
  counts.insert(counts.end(), {labelled_, labelled_correct_});
  return counts;
}

void Confusion::AddCounts(std::span<const std::int64_t> counts) {
  if (counts.size() != counts_.size() + 2)
    throw std::invalid_argument("Confusion: counts of another number of classes");
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += counts[i];
  labelled_ += counts[counts_.size()];
  labelled_correct_ += counts[counts_.size() + 1];
}

std::int64_t Confusion::count(int truth, int predicted) const {
  Expect(truth >= 0 && truth < classes_ && predicted >= 0 && predicted < classes_,
         "Confusion: count ({}, {}) of {} classes", truth, predicted, classes_);
  return counts_[static_cast<std::size_t>(truth) * classes_ + predicted];
}

std::int64_t Confusion::TruthPixels(int class_index) const {
  std::int64_t sum = 0;
  for (int p = 0; p < classes_; ++p) sum += count(class_index, p);
  return sum;
}

std::int64_t Confusion::PredictedPixels(int class_index) const {
  std::int64_t sum = 0;
  for (int t = 0; t < classes_; ++t) sum += count(t, class_index);
  return sum;
}

std::int64_t Confusion::Correct() const {
  std::int64_t sum = 0;
  for (int c = 0; c < classes_; ++c) sum += count(c, c);
  return sum;
}

std::int64_t Confusion::Scored() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

std::vector<std::optional<double>> Confusion::ClassIous() const {
  std::vector<std::optional<double>> ious;
  for (int c = 0; c < classes_; ++c)
    ious.push_back(Ratio(count(c, c), TruthPixels(c) + PredictedPixels(c) - count(c, c)));
  return ious;
}

std::vector<std::optional<double>> Confusion::ClassAccuracies() const {
  std::vector<std::optional<double>> accuracies;
  for (int c = 0; c < classes_; ++c) accuracies.push_back(Ratio(count(c, c), TruthPixels(c)));
  return accuracies;
}

std::optional<double> Confusion::MeanIou() const { return MeanOfPresent(ClassIous()); }

std::optional<double> Confusion::MeanAccuracy() const { return MeanOfPresent(ClassAccuracies()); }

std::optional<double> Confusion::FrequencyWeightedIou() const {
  const std::int64_t scored = Scored();
  if (scored == 0) return std::nullopt;
  const auto ious = ClassIous();
  double sum = 0;
  for (int c = 0; c < classes_; ++c)
    sum += static_cast<double>(TruthPixels(c)) * ious[c].value_or(0);
  return sum / static_cast<double>(scored);
}

std::optional<double> Confusion::PixelAccuracy() const { return Ratio(Correct(), Scored()); }

std::optional<double> Confusion::Coverage() const { return Ratio(labelled_, Scored()); }

std::optional<double> Confusion::LabelledAccuracy() const {
  return Ratio(labelled_correct_, labelled_);
}

}  // namespace gradcut
