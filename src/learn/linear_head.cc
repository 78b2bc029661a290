#include "gradcut/learn/linear_head.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/random.h"
#include "gradcut/learn/minimise.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/tensor/safetensors.h"
#include "learn/standardise.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <opencv2/core.hpp>
#include <span>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

constexpr char kHeadFormat[] = "gradcut-head-1";
// From strong to weak: each start is the result before.
constexpr double kStrengths[] = {1, 0.3, 0.1, 0.03, 0.01, 0.003};
constexpr MinimiseOptions kHeadSteps = {.max_steps = 60, .tolerance = 2e-5};

// The mean over images and sum over classes of log(1 + e^z) - y z.
double CrossEntropy(const cv::Mat& scores, const cv::Mat& truth) {
  double sum = 0;
  for (int row = 0; row < scores.rows; ++row)
    for (int col = 0; col < scores.cols; ++col) {
      const double z = scores.at<float>(row, col);
      sum += std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - truth.at<float>(row, col) * z;
    }
  return sum / scores.rows;
}

// (inputs + 1) x classes, the last row the biases.
cv::Mat Learn(const cv::Mat& design, const cv::Mat& truth, double strength, const cv::Mat& start) {
  cv::Mat penalty(start.size(), CV_64FC1, cv::Scalar(strength));
  penalty.row(start.rows - 1) = 0;
  const auto slope = [&](const cv::Mat& theta) -> Slope {
    const cv::Mat scores = design * cv::Mat_<float>(theta);
    const cv::Mat gradient = design.t() * (Probability(scores) - truth) / design.rows;
    const cv::Mat pull = penalty.mul(theta);
    return {CrossEntropy(scores, truth) + pull.dot(theta), cv::Mat_<double>(gradient) + 2 * pull};
  };
  return Minimise(slope, start, kHeadSteps);
}

cv::Mat RowsWhere(const cv::Mat& mat, const std::vector<int>& folds, int fold, bool equal) {
  cv::Mat rows;
  for (int i = 0; i < mat.rows; ++i)
    if ((folds[i] == fold) == equal) rows.push_back(mat.row(i));
  return rows;
}

double AveragePrecision(const cv::Mat& scores, const cv::Mat& truth) {
  std::vector<int> order(scores.rows);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return scores.at<float>(a) > scores.at<float>(b); });
  double sum = 0;
  int found = 0;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (truth.at<float>(order[i]) > 0) sum += ++found / static_cast<double>(i + 1);
  return found == 0 || found == scores.rows ? std::numeric_limits<double>::quiet_NaN()
                                            : sum / found;
}

// Scores of every image by heads that have not seen it, for each strength.
std::vector<cv::Mat> HeldOutScores(const cv::Mat& design, const cv::Mat& truth,
                                   const HeadOptions& options) {
  const std::vector<int> folds =
      DrawFolds(static_cast<std::size_t>(design.rows), options.folds, options.seed);
  std::vector<cv::Mat> scores(std::size(kStrengths));
  for (cv::Mat& each : scores) each = cv::Mat(truth.size(), CV_32FC1);
  for (int fold = 0; fold < options.folds; ++fold) {
    const cv::Mat x = RowsWhere(design, folds, fold, false);
    const cv::Mat y = RowsWhere(truth, folds, fold, false);
    cv::Mat theta = cv::Mat::zeros(design.cols, truth.cols, CV_64FC1);
    for (std::size_t s = 0; s < scores.size(); ++s) {
      theta = Learn(x, y, kStrengths[s], theta);
      const cv::Mat unseen = design * cv::Mat_<float>(theta);
      for (int i = 0; i < design.rows; ++i)
        if (folds[i] == fold) unseen.row(i).copyTo(scores[s].row(i));
    }
  }
  return scores;
}

void CheckShapes(const cv::Mat& features, const cv::Mat& shown,
                 const std::vector<std::string>& classes, const HeadOptions& options) {
  if (features.type() != CV_32FC1 || shown.type() != CV_8UC1 || features.rows != shown.rows ||
      shown.cols != static_cast<int>(classes.size()) || classes.empty() || options.folds < 2 ||
      features.rows < options.folds)
    throw std::invalid_argument(
        fmt::format("FitHead: {} rows of features, {} x {} labels, {} classes, {} folds",
                    features.rows, shown.rows, shown.cols, classes.size(), options.folds));
  CheckFinite(features, "FitHead: features");
}

std::span<const std::byte> BytesOf(const cv::Mat& mat) {
  return std::as_bytes(std::span(mat.ptr<float>(), mat.total()));
}

}  // namespace

int RowOf(const LinearHead& head, const std::string& name) {
  const auto found = std::find(head.classes.begin(), head.classes.end(), name);
  return found == head.classes.end() ? -1 : static_cast<int>(found - head.classes.begin());
}

HeadFit FitHead(const cv::Mat& features, const cv::Mat& shown,
                const std::vector<std::string>& classes, const HeadOptions& options) {
  CheckShapes(features, shown, classes, options);
  const Standardised standard = Standardise(features);
  const cv::Mat& design = standard.design;
  cv::Mat truth;
  cv::Mat(shown != 0).convertTo(truth, CV_32FC1, 1.0 / 255);

  const std::vector<cv::Mat> scores = HeldOutScores(design, truth, options);
  std::vector<double> losses;
  for (const cv::Mat& each : scores) losses.push_back(CrossEntropy(each, truth));
  const auto best = std::min_element(losses.begin(), losses.end()) - losses.begin();

  HeadFit fit;
  fit.strength = kStrengths[best];
  int measured = 0;
  for (int c = 0; c < truth.cols; ++c) {
    const double precision = AveragePrecision(scores[best].col(c), truth.col(c));
    fit.classes.push_back({cv::countNonZero(truth.col(c)), precision});
    if (std::isnan(precision)) continue;
    fit.mean_average_precision += precision;
    ++measured;
  }
  fit.mean_average_precision /= measured;

  cv::Mat theta = cv::Mat::zeros(design.cols, truth.cols, CV_64FC1);
  for (std::ptrdiff_t s = 0; s <= best; ++s) theta = Learn(design, truth, kStrengths[s], theta);
  const cv::Mat learned = cv::Mat_<float>(theta.t());
  fit.head.classes = classes;
  fit.head.weights =
      learned.colRange(0, features.cols) / cv::repeat(standard.deviation, learned.rows, 1);
  fit.head.bias = learned.col(features.cols) - fit.head.weights * standard.mean.t();
  return fit;
}

void WriteHead(const LinearHead& head, const std::filesystem::path& path) {
  const StoredTensors tensors = {
      {"weights", {"F32", {head.weights.rows, head.weights.cols}, BytesOf(head.weights)}},
      {"bias", {"F32", {head.bias.rows}, BytesOf(head.bias)}}};
  WriteSafetensors(path, tensors,
                   {{"format", kHeadFormat},
                    {"architecture", head.architecture},
                    {"size", std::to_string(head.size)},
                    {"classes", JsonText(head.classes)}});
}

void CheckReplacesHead(const std::filesystem::path& path) {
  constexpr std::string_view formats[] = {kHeadFormat};
  CheckReplaces(path, formats, "a head of gradcut fit");
}

LinearHead ReadHead(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::Open(path);
  LinearHead head;
  const std::string size = file.Field("size");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), head.size);
  const nlohmann::json names = ParsedJson(file.Field("classes"));
  const bool named = names.is_array() && !names.empty() &&
                     std::all_of(names.begin(), names.end(),
                                 [](const nlohmann::json& name) { return name.is_string(); });
  head.weights = file.Matrix("weights", 2);
  const cv::Mat bias = file.Matrix("bias", 1);
  Require(file.Field("format") == kHeadFormat && named && error == std::errc() &&
              end == size.data() + size.size() && head.size >= 0 && head.size <= 2048 &&
              head.weights.type() == CV_32FC1 && bias.type() == CV_32FC1 &&
              static_cast<std::size_t>(head.weights.rows) == names.size() &&
              bias.total() == names.size(),
          "{}: not a head of classes: make one with gradcut fit", Printable(path));
  head.architecture = file.Field("architecture");
  head.classes = names.get<std::vector<std::string>>();
  head.bias = bias.reshape(1, head.weights.rows);
  Require(cv::checkRange(head.weights) && cv::checkRange(head.bias), "{}: a weight is not finite",
          Printable(path));
  return head;
}

}  // namespace gradcut
