#include "gradcut/metrics/binary_counts.h"

#include "gradcut/core/image.h"

namespace gradcut {
namespace {

// Row by row with 32-bit sums, which the compiler turns into vector instructions.
BinaryCounts CountRow(const std::uint8_t* mask, const std::uint8_t* truth, int cols) {
  std::uint32_t scored = 0;
  std::uint32_t predicted = 0;
  std::uint32_t object = 0;
  std::uint32_t both = 0;
  for (int col = 0; col < cols; ++col) {
    const std::uint32_t is_scored = truth[col] != kVoid;
    const std::uint32_t is_object = (truth[col] != 0) & is_scored;
    const std::uint32_t is_predicted = (mask[col] != 0) & is_scored;
    scored += is_scored;
    object += is_object;
    predicted += is_predicted;
    both += is_object & is_predicted;
  }
  return {both, predicted - both, object - both, scored - predicted - object + both};
}

double Ratio(std::int64_t numerator, std::int64_t denominator, const BinaryCounts& counts) {
  if (denominator > 0) return static_cast<double>(numerator) / static_cast<double>(denominator);
  return counts.predicted() == 0 && counts.object() == 0 ? 1 : 0;
}

}  // namespace

BinaryCounts& BinaryCounts::operator+=(const BinaryCounts& other) {
  true_positive += other.true_positive;
  false_positive += other.false_positive;
  false_negative += other.false_negative;
  true_negative += other.true_negative;
  return *this;
}

BinaryCounts CountBinary(const cv::Mat& mask, const cv::Mat& truth) {
  CheckMask(mask, "mask");
  CheckMask(truth, "truth");
  CheckSameSize(mask, "mask", truth, "truth");
  BinaryCounts counts;
  for (int row = 0; row < mask.rows; ++row)
    counts += CountRow(mask.ptr<std::uint8_t>(row), truth.ptr<std::uint8_t>(row), mask.cols);
  return counts;
}

double Iou(const BinaryCounts& counts) {
  return Ratio(counts.true_positive, counts.predicted() + counts.false_negative, counts);
}

double Dice(const BinaryCounts& counts) {
  return Ratio(2 * counts.true_positive, counts.predicted() + counts.object(), counts);
}

double Precision(const BinaryCounts& counts) {
  return Ratio(counts.true_positive, counts.predicted(), counts);
}

double Recall(const BinaryCounts& counts) {
  return Ratio(counts.true_positive, counts.object(), counts);
}

double Accuracy(const BinaryCounts& counts) {
  return Ratio(counts.true_positive + counts.true_negative, counts.scored(), counts);
}

}  // namespace gradcut
