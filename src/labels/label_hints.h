#pragma once

#include "cut/drawn.h"
#include "gradcut/core/feature_map.h"
#include "gradcut/core/hints.h"
#include "gradcut/priors/hint_evidence.h"

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// One label of an image, as hints name it.
struct HintedLabel {
  std::string name;  ///< Of its class; "" for the background.
  int index = 0;     ///< In `Hints::labels`.
};

/// What strokes with classes and an image of class indices say of the labels of an image.
class LabelHints {
 public:
  /// `working` is the image at the size that it is cut at; `hints` are in pixels of one of size
  /// `image`, without boxes. The first of `labels` is the background. Object strokes without a
  /// class are of the one class there is. Throws `Error` for a class that is none of the labels.
  LabelHints(const cv::Mat& working, cv::Size image, const FeatureMap& features, const Hints& hints,
             const std::vector<HintedLabel>& labels, const HintOptions& options);

  /// Log posteriors of the labels (`CV_32FC1`, of the size of `working`) as the hints correct them,
  /// a label against all others each.
  std::vector<cv::Mat> Correct(const std::vector<cv::Mat>& log_posterior) const;

  /// Of each pixel the label that is certain, as an index into them, else `kVoid`.
  const cv::Mat& certain() const { return certain_; }

  /// Sets what is certain in labels of the image's size, which are those of `HintedLabel::index`.
  void Impose(cv::Mat& labels) const;

 private:
  HintOptions options_;
  std::vector<HintedLabel> labels_;
  std::vector<Drawn> drawn_;                         ///< Of each label; all are object.
  std::vector<std::vector<HintEvidence>> evidence_;  ///< Of each label.
  cv::Mat certain_;
};

}  // namespace gradcut
