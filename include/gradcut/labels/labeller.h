#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/labels/label_evidence.h"
#include "gradcut/labels/label_model.h"
#include "gradcut/labels/label_options.h"
#include "gradcut/segment/segmenter.h"

#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// One class of a label map, and how far it can be trusted.
struct LabelledObject {
  std::string name;
  int label = 0;
  double area = 0;  ///< Share of the pixels, [0, 1].
  /// Soft Jaccard index of its pixels and its probability, [0, 1] (Rahman and Wang 2016, eq. 2); 0
  /// for a class that got no pixel.
  double confidence = 0;
};

struct LabelMap {
  cv::Mat labels;       ///< `CV_8UC1`, a label at every pixel.
  cv::Mat probability;  ///< `CV_32FC1`, of each pixel's label before smoothing.
  /// The same of every label, `CV_32FC1` each: the background, then the classes that were looked
  /// for. They sum to 1.
  std::vector<cv::Mat> probabilities;
  std::vector<LabelledObject> objects;  ///< The classes that were looked for, in their order.
  double confidence = 1;                ///< The least of the objects'; 1 if there is none.
  std::vector<std::pair<std::string, double>> milliseconds;  ///< Wall time by stage.
};

/// The fold of an image that a model has not learned from; see `NetworkModel`.
inline constexpr int kUnseen = -1;

/// What a labeller knows of an image before it cuts it.
struct LabelView {
  std::vector<int> present;        ///< The classes that are looked for.
  FeatureMap features;             ///< Of the cells.
  std::vector<cv::Mat> posterior;  ///< Logs by cell, of the background and each class.
  double milliseconds = 0;         ///< That gathering the evidence and looking took.
};

/// Labels the pixels of images whose classes are known.
///
/// Where: the classes' gradients by the stride-16 activations are the heat map of the foreground,
/// whose prior is that of `Segmenter`. Which: each class's score of a cell of the last layer, in
/// log odds, is its group's (see `Evidence::support`), the head's, or their sum. Both make a
/// posterior over the image's classes and the background.
///
/// A model adds to each class's log odds how far above the usual its dense score and its head's
/// (`NetworkModel`) are, the latter as far as the class's gate is open, in place of a part of the
/// foreground. Once it has nets, theirs over the same labels is mixed in. Several networks: the
/// product of their posteriors to the power 1 / sqrt(networks).
///
/// Then colour models and multi-label cuts (`Expand`) alternate for `options.rounds`, on a small
/// copy of a large image, and the outline of each label is found again at the image's own size.
/// `DecidesLabels` tells which options count.
class Labeller {
 public:
  /// At least one network. `classes` need a group or a row of each network's head. Throws `Error`
  /// naming a class that has neither, and for options or heads that do not fit a classifier.
  Labeller(std::vector<LabelNetwork> networks, const SegmenterOptions& options,
           std::vector<LabelClass> classes, std::shared_ptr<const LabelModel> model = nullptr);

  const std::vector<LabelClass>& classes() const { return classes_; }

  /// `present` are indices into `classes`, each once; none: all is background. `hints` are strokes,
  /// each of a class that is present or of the background, and `Hints::labels`; boxes are for
  /// `Session`. `fold` is the image's among those that the model has learned from. Throws `Error`
  /// for a class that is not present.
  LabelMap Label(const cv::Mat& image, const std::vector<int>& present, const Hints& hints = {},
                 int fold = kUnseen) const {
    return Cut(image, Look(Gather(image, present), present, fold), hints);
  }

  /// The steps of that: what the networks see, which takes most of the time; what it means, given
  /// the model; and the cut.
  std::vector<LabelEvidence> Gather(const cv::Mat& image, const std::vector<int>& present) const;
  LabelView Look(const std::vector<LabelEvidence>& evidence, const std::vector<int>& present,
                 int fold = kUnseen) const;
  LabelMap Cut(const cv::Mat& image, const LabelView& view, const Hints& hints = {}) const;

 private:
  std::vector<LabelNetwork> networks_;
  SegmenterOptions options_;
  std::vector<LabelClass> classes_;
  std::shared_ptr<const LabelModel> model_;
};

}  // namespace gradcut
