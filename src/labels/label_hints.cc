#include "labels/label_hints.h"

#include "cut/drawn.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/softmax.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <utility>

namespace gradcut {
namespace {

std::size_t LabelOf(const HintStroke& stroke, const std::vector<HintedLabel>& labels) {
  if (!stroke.object) return 0;
  if (stroke.class_name.empty()) {
    Require(labels.size() == 2, "an object's stroke has no class, and the image has {}",
            labels.size() - 1);
    return 1;
  }
  for (std::size_t i = 1; i < labels.size(); ++i)
    if (labels[i].name == stroke.class_name) return i;
  Fail("a stroke is of the class '{}', which is none of the image's", stroke.class_name);
}

// By label, what was drawn of it; all are object.
std::vector<Drawn> DrawnOf(const Hints& hints, const std::vector<HintedLabel>& labels) {
  std::vector<Drawn> drawn(labels.size());
  for (HintStroke stroke : hints.strokes) {
    const std::size_t label = LabelOf(stroke, labels);
    stroke.object = true;
    stroke.box.reset();
    drawn[label].strokes.push_back(std::move(stroke));
  }
  if (hints.labels.empty()) return drawn;
  cv::Mat known = hints.labels == kVoid;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const cv::Mat here = hints.labels == labels[i].index;
    known |= here;
    if (cv::countNonZero(here) == 0) continue;
    drawn[i].trimap = cv::Mat(hints.labels.size(), CV_8UC1, cv::Scalar(kTrimapUnknown));
    drawn[i].trimap.setTo(kMaskForeground, here);
  }
  std::vector<cv::Point> unknown;
  cv::findNonZero(known == 0, unknown);
  Require(unknown.empty(), "the label {} at ({}, {}) is none of the image's classes",
          unknown.empty() ? 0 : hints.labels.at<std::uint8_t>(unknown.front()),
          unknown.empty() ? 0 : unknown.front().x, unknown.empty() ? 0 : unknown.front().y);
  return drawn;
}

}  // namespace

LabelHints::LabelHints(const cv::Mat& working, cv::Size image, const FeatureMap& features,
                       const Hints& hints, const std::vector<HintedLabel>& labels,
                       const HintOptions& options)
    : options_(options),
      labels_(labels),
      drawn_(DrawnOf(hints, labels)),
      evidence_(labels.size()),
      certain_(working.size(), CV_8UC1, cv::Scalar(kVoid)) {
  const cv::Size size = working.size();
  const double megapixels = 1e-6 * static_cast<double>(size.area());
  const HintSpread spread(Resize(working, SpreadSize(image, megapixels)), std::vector{features},
                          options);
  for (std::size_t label = 0; label < labels.size(); ++label) {
    for (const HintStroke& stroke : drawn_[label].strokes)
      evidence_[label].push_back(EvidenceOfStroke(stroke, image, spread, size));
    if (!drawn_[label].trimap.empty())
      evidence_[label].push_back(EvidenceOfTrimap(drawn_[label].trimap, spread, size).front());
    if (!options.hard) continue;
    const cv::Mat trimap = TrimapOf(Resized(drawn_[label], image, size), size);
    certain_.setTo(static_cast<double>(label), trimap == kMaskForeground);
  }
}

void LabelHints::Impose(cv::Mat& labels) const {
  if (!options_.hard) return;
  for (std::size_t label = 0; label < labels_.size(); ++label)
    labels.setTo(labels_[label].index, TrimapOf(drawn_[label], labels.size()) == kMaskForeground);
}

std::vector<cv::Mat> LabelHints::Correct(const std::vector<cv::Mat>& log_posterior) const {
  std::vector<cv::Mat> corrected;
  for (std::size_t label = 0; label < log_posterior.size(); ++label) {
    std::vector<HintEvidence> evidence;
    for (std::size_t of = 0; of < evidence_.size(); ++of)
      for (HintEvidence each : evidence_[of]) {
        each.object = of == label;
        evidence.push_back(std::move(each));
      }
    // log p / (1 - p), of a label against all others.
    cv::Mat probability, odds;
    cv::exp(log_posterior[label], probability);
    cv::log(cv::max(1 - probability, 1e-6), odds);
    corrected.push_back(Corrected(log_posterior[label] - odds, evidence, options_));
  }
  return LogSoftmax(corrected);
}

}  // namespace gradcut
