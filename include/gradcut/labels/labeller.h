#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/labels/label_options.h"
#include "gradcut/learn/cell_model.h"
#include "gradcut/learn/linear_head.h"
#include "gradcut/saliency/evidence.h"
#include "gradcut/segment/segmenter.h"

#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// A class that pixels may be labelled with.
struct LabelClass {
  std::string name;
  int label = 0;           ///< In [1, 254]; 0 is the background, 255 `kVoid`.
  std::vector<int> group;  ///< The classifier's classes that it consists of; may be empty.
};

/// One class of a label map, and how far it can be trusted.
struct LabelledObject {
  std::string name;
  int label = 0;
  double area = 0;  ///< Share of the pixels, [0, 1].
  /// Soft Jaccard index of its pixels and its probability, [0, 1] (Rahman and Wang 2016, eq. 2); 0
  /// for a class that got no pixel.
  double confidence = 0;
};

/// What the labels of an image were made from, for `SampleLabels`.
struct LabelCells {
  cv::Size size;   ///< Of the grid of stride-16 activations.
  cv::Mat inputs;  ///< `CV_32FC1`, a row a cell: `CellInputs`, then the head's scores.
  /// By class that is present: scores of the last layer's cells; empty where it has none.
  std::vector<cv::Mat> group, head;
};

/// How scores are spread over the cells of the images that show a class.
struct Spread {
  double mean = 0;
  double deviation = 1;
};

/// What the labels of a whole data set teach about each of its images; see `LearnLabels`.
struct LabelModel {
  CellModel cells;                  ///< Labels: the background, then the classes of the labeller.
  std::vector<Spread> group, head;  ///< By class of the labeller.
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
  LabelCells cells;                                          ///< Empty if nothing is present.
};

/// What a labeller knows of an image before it cuts it.
struct LabelView {
  std::vector<int> present;        ///< The classes that are looked for.
  FeatureMap features;             ///< Of the cells.
  LabelCells cells;                ///< Empty if nothing is present.
  std::vector<cv::Mat> posterior;  ///< Logs, of the background and each class, at the cut's size.
  double milliseconds = 0;         ///< That looking took.
};

/// Labels the pixels of images whose classes are known.
///
/// Where: the classes' gradients by the stride-16 activations are the heat map of the foreground,
/// whose prior is that of `Segmenter`. Which: each class's score of a cell of the last layer, in
/// log odds, is its group's (see `Evidence::support`), the head's, or their sum. Both make a
/// posterior over the image's classes and the background. With a model, scores of groups and head
/// are standardised by their spreads over the data set before they are summed, and the log
/// posterior is the mean of that and the model's over the same labels. Then colour models and
/// multi-label cuts (`Expand`) alternate for `options.rounds`. `DecidesLabels` tells which options
/// count.
class Labeller {
 public:
  /// `classes` need a group or a row of `head` each, which may be null. Throws `Error` naming a
  /// class that has neither, and for options or heads that do not fit the classifier.
  Labeller(std::shared_ptr<const Classifier> classifier, const SegmenterOptions& options,
           std::shared_ptr<const ObjectnessHead> objectness, std::shared_ptr<const LinearHead> head,
           std::vector<LabelClass> classes, std::shared_ptr<const LabelModel> model = nullptr);

  /// `present` are indices into `classes`, each once; none: all is background. `hints` are strokes,
  /// each of a class that is present or of the background, and `Hints::labels`; boxes are for
  /// `Session`. Throws `Error` for a class that is not present.
  LabelMap Label(const cv::Mat& image, const std::vector<int>& present,
                 const Hints& hints = {}) const {
    return Cut(image, Look(image, present), hints);
  }

  /// The two steps of that: what the networks see, which takes most of the time, and the cut.
  LabelView Look(const cv::Mat& image, const std::vector<int>& present) const;
  LabelMap Cut(const cv::Mat& image, const LabelView& view, const Hints& hints = {}) const;

 private:
  cv::Mat Foreground(const Evidence& evidence, cv::Size size) const;
  LabelCells Cells(const Evidence& evidence, const std::vector<int>& present) const;
  cv::Mat ClassScore(const LabelCells& cells, std::size_t target, int index) const;
  std::vector<cv::Mat> ModelPosterior(const LabelCells& cells, const std::vector<int>& present,
                                      cv::Size size) const;
  std::vector<cv::Mat> Posterior(const Evidence& evidence, const LabelCells& cells,
                                 const std::vector<int>& present, cv::Size size) const;

  std::shared_ptr<const Classifier> classifier_;
  SegmenterOptions options_;
  std::shared_ptr<const ObjectnessHead> objectness_;
  std::shared_ptr<const LinearHead> head_;
  std::vector<LabelClass> classes_;
  std::shared_ptr<const LabelModel> model_;
};

}  // namespace gradcut
