#include "gradcut/priors/hint_evidence.h"

#include "gradcut/core/image.h"
#include "priors/activations.h"
#include "priors/lab.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <utility>

namespace gradcut {
namespace {

// How unlike two cells may be, as a difference of cosines, to speak for each other still, and how
// far apart they may be, as a share of the image's longer side.
constexpr double kLikenessTemperature = 0.3;
constexpr double kLikenessReach = 0.5;
// What a change of colour from black to white (100 in L) adds to a path, as a share of the longer
// side.
constexpr double kColourStep = 0.04;
// Weight of there being nothing to correct.
constexpr double kDoubt = 0.05;
// So many cells of a stroke are looked at for likeness.
constexpr int kMostCells = 32;

struct Step {
  int row, col;
};
constexpr std::array<Step, 4> kSteps = {Step{0, 1}, Step{1, 0}, Step{1, 1}, Step{1, -1}};

HintOptions Validated(const HintOptions& options) {
  Validate(options);
  return options;
}

// The length of each pixel's step in a direction; infinite where that leads out of the image.
cv::Mat StepLengths(const cv::Mat& lab, Step step) {
  const double unit = 1.0 / std::max(lab.rows, lab.cols);
  const double straight = unit * std::hypot(step.row, step.col);
  cv::Mat lengths(lab.size(), CV_32FC1, cv::Scalar(std::numeric_limits<float>::infinity()));
  for (int row = 0; row + step.row < lab.rows; ++row)
    for (int col = std::max(0, -step.col); col < lab.cols - std::max(0, step.col); ++col) {
      const cv::Vec3f change =
          lab.at<cv::Vec3f>(row, col) - lab.at<cv::Vec3f>(row + step.row, col + step.col);
      lengths.at<float>(row, col) =
          static_cast<float>(straight + kColourStep / 100 * cv::norm(change));
    }
  return lengths;
}

// exp(-(x / deviation)^2 / 2) of each value.
cv::Mat Gaussian(const cv::Mat& x, double deviation) {
  cv::Mat falling;
  cv::exp(x.mul(x, -0.5 / (deviation * deviation)), falling);
  return falling;
}

// The cells that seeds lie in, each once, as indices; where there are many, evenly many of them.
std::vector<int> CellsOf(const cv::Mat& seeds, int rows, int cols) {
  std::vector<cv::Point> points;
  cv::findNonZero(seeds, points);
  std::vector<int> cells;
  for (const cv::Point& point : points)
    cells.push_back(point.y * rows / seeds.rows * cols + point.x * cols / seeds.cols);
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  const std::size_t stride = (cells.size() + kMostCells - 1) / kMostCells;
  std::vector<int> some;
  for (std::size_t i = 0; i < cells.size(); i += stride) some.push_back(cells[i]);
  return some;
}

}  // namespace

void Describe(HintOptions& o, OptionList& list) {
  list.Boolean("hints.hard", o.hard, "whether strokes and points are certain");
  list.Number("hints.strength", o.strength, 0, 1000,
              "least log odds where a stroke is, of what it says, nats");
  list.Number("hints.alike", o.alike, 0, 1,
              "share of a stroke's evidence that goes to what looks alike; the rest goes to what "
              "is near");
  list.Number(
      "hints.reach", o.reach, 0.001, 10,
      "how far evidence goes to what is near: standard deviation, share of the longer side");
  list.Number("hints.smoothness", o.smoothness, 0, 10'000,
              "graphcut.smoothness of photos that have hints");
}

HintSpread::HintSpread(const cv::Mat& image, std::span<const FeatureMap> features,
                       const HintOptions& options)
    : options_(Validated(options)), size_(image.size()) {
  CheckImage(image, "HintSpread: image");
  cv::Mat lab;
  image.convertTo(lab, CV_32FC3, 1.0 / 255);
  lab = LabOf(lab);
  for (std::size_t k = 0; k < kSteps.size(); ++k) steps_[k] = StepLengths(lab, kSteps[k]);
  for (const FeatureMap& each : features)
    if (!each.empty()) grids_.push_back({each.rows, each.cols, Directions(each.values)});
}

// Sweeps forwards and backwards, twice (Toivanen 1996): paths that turn back more often are seldom
// the shortest.
cv::Mat HintSpread::Distance(const cv::Mat& seeds) const {
  cv::Mat distance(size_, CV_32FC1, cv::Scalar(std::numeric_limits<float>::infinity()));
  distance.setTo(0, seeds);
  const auto relax = [&](int row, int col, int other_row, int other_col, float length) {
    float& here = distance.at<float>(row, col);
    here = std::min(here, distance.at<float>(other_row, other_col) + length);
  };
  for (int sweep = 0; sweep < 2; ++sweep) {
    for (int row = 0; row < size_.height; ++row)
      for (int col = 0; col < size_.width; ++col)
        for (std::size_t k = 0; k < kSteps.size(); ++k) {
          const int from_row = row - kSteps[k].row, from_col = col - kSteps[k].col;
          if (from_row < 0 || from_col < 0 || from_col >= size_.width) continue;
          relax(row, col, from_row, from_col, steps_[k].at<float>(from_row, from_col));
        }
    for (int row = size_.height - 1; row >= 0; --row)
      for (int col = size_.width - 1; col >= 0; --col)
        for (std::size_t k = 0; k < kSteps.size(); ++k) {
          const int to_row = row + kSteps[k].row, to_col = col + kSteps[k].col;
          if (to_row >= size_.height || to_col < 0 || to_col >= size_.width) continue;
          relax(row, col, to_row, to_col, steps_[k].at<float>(row, col));
        }
  }
  return distance;
}

// In (0, 1]: the mean over the grids of how alike each cell is to that of the seeds' which it
// resembles most.
cv::Mat HintSpread::Likeness(const cv::Mat& seeds) const {
  cv::Mat sum = cv::Mat::zeros(size_, CV_32FC1);
  for (const Grid& grid : grids_) {
    cv::Mat cosine(grid.directions.rows, 1, CV_32FC1, cv::Scalar(-1));
    for (const int cell : CellsOf(seeds, grid.rows, grid.cols))
      cv::max(cosine, Cosines(grid.directions, cell), cosine);
    cv::Mat alike;
    cv::exp((cosine - 1.0) / kLikenessTemperature, alike);
    sum += Resize(alike.reshape(1, grid.rows), size_);
  }
  return sum / static_cast<double>(grids_.size());
}

HintEvidence HintSpread::From(const cv::Mat& seeds, bool object) const {
  CheckMask(seeds, "HintSpread: seeds");
  HintEvidence evidence = {seeds, cv::Mat::zeros(size_, CV_32FC1), object};
  if (cv::countNonZero(seeds) == 0) return evidence;
  const cv::Mat distance = Distance(seeds);
  const double alike = grids_.empty() ? 0 : options_.alike;
  evidence.weight = (1 - alike) * Gaussian(distance, options_.reach);
  if (alike > 0) evidence.weight += alike * Likeness(seeds).mul(Gaussian(distance, kLikenessReach));
  return evidence;
}

HintCorrection::HintCorrection(cv::Mat log_odds, const HintOptions& options)
    : log_odds_(std::move(log_odds)), strength_(options.strength) {
  CheckHeatMap(log_odds_, "HintCorrection: log odds");
  corrections_ = cv::Mat::zeros(log_odds_.size(), CV_32FC1);
  weights_ = cv::Mat(log_odds_.size(), CV_32FC1, cv::Scalar(kDoubt));
}

void HintCorrection::Add(const HintEvidence& hint) {
  if (cv::countNonZero(hint.seeds) == 0) return;
  const double side = hint.object ? 1 : -1;
  const double given = cv::mean(log_odds_, hint.seeds)[0];
  const double correction = side * std::max(strength_, side * given) - given;
  corrections_ += correction * hint.weight;
  weights_ += hint.weight;
}

cv::Mat HintCorrection::Corrected() const { return log_odds_ + corrections_ / weights_; }

cv::Mat Corrected(const cv::Mat& log_odds, std::span<const HintEvidence> hints,
                  const HintOptions& options) {
  HintCorrection correction(log_odds, options);
  for (const HintEvidence& hint : hints) correction.Add(hint);
  return correction.Corrected();
}

}  // namespace gradcut
