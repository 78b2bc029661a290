#pragma once

#include "gradcut/model/classifier.h"
#include "gradcut/objectness/objectness_head.h"
#include "gradcut/saliency/saliency.h"
#include "gradcut/segment/segmenter_options.h"

#include <cstdint>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

class Session;
class StageClock;

/// The object in a box that was given.
struct Instance {
  std::int64_t id = 0;          ///< That of its box.
  std::string class_name = {};  ///< Likewise; may be "".
  cv::Rect2d box;               ///< Pixels; what lies outside the image is cut off.
  cv::Rect place;               ///< Where `mask` lies in the image.
  cv::Mat mask = {};            ///< `CV_8UC1`, 0 or 255.
  double confidence = 0;        ///< See `Segmentation`.
};

/// What became of one image. Every map but `attributions` has the image's rows and columns.
struct Segmentation {
  cv::Mat mask;      ///< `CV_8UC1`, 0 or 255.
  cv::Mat heat_map;  ///< `CV_32FC1`, [0, 1].
  cv::Mat
      probability;  ///< `CV_32FC1`, [0, 1]: object against background before smoothing by the cut.
  /// What the classifier saw of the whole image: at `saliency.scales`, then at each of
  /// `more_scales`. The heat map is the mean of theirs.
  std::vector<Saliency> looks;
  std::vector<ClassScore> classes;  ///< What was looked for, best first.
  /// In [0, 1], for ranking masks; 0 for an empty one. With a location prior, the share of the mask
  /// that is left when its threshold rises by 0.12: how little the mask hangs on that choice.
  /// Without, the probability that a random pixel of the mask is hotter than a random pixel outside
  /// it (the area under the heat map's ROC curve). 0 if `rate` is off.
  double confidence = 0;
  /// Why the mask is empty although the image was readable, or "".
  std::string note;
  std::optional<Completeness> completeness;  ///< See `Saliency`.
  /// See `Saliency`; not of the image's size.
  cv::Mat attributions;
  std::vector<Instance> instances;  ///< One for each box of the hints, in their order.
  /// Wall time by stage, in order.
  std::vector<std::pair<std::string, double>> milliseconds;
};

/// Image in, mask out. Holds no state between calls: one object may serve several threads.
class Segmenter {
 public:
  /// Without a `head`, the objectness term is left out. Throws like `CheckSegmenterOptions` and
  /// `ObjectnessHead::CheckFits`, and `Error` for a classifier without the layers that the options
  /// look at.
  Segmenter(std::shared_ptr<const Classifier> classifier, const SegmenterOptions& options,
            std::shared_ptr<const ObjectnessHead> head = nullptr);

  /// `image` is RGB `CV_8UC3`. `classes` are indices; empty means the best-scoring ones.
  ///
  /// Where there is nothing to go by (a heat map without contrast, or so flat that it seeds one
  /// side alone), the mask is empty and `note` says why.
  Segmentation Segment(const cv::Mat& image, const std::vector<int>& classes = {}) const;

  /// The first stage alone: what `Saliency` has; the other fields stay empty.
  Segmentation Locate(const cv::Mat& image, const std::vector<int>& classes = {}) const;

  /// The other stages alone: `located` is what `Locate` made of the same image and `classes`, maybe
  /// that of another `Segmenter` whose options differ in nothing that `DecidesLocation`.
  Segmentation Segment(const cv::Mat& image, Segmentation located,
                       const std::vector<int>& classes = {}) const;

  const SegmenterOptions& options() const { return options_; }
  const Classifier& classifier() const { return *classifier_; }

 private:
  friend class Session;

  Saliency Look(const cv::Mat& image, const std::vector<int>& classes,
                const std::vector<int>& scales) const;
  // At `saliency.scales`, then at each of `more_scales`.
  std::vector<Saliency> Looks(const cv::Mat& image, const std::vector<int>& classes) const;
  // The location prior that the image is cut by, of the size that it is cut at, and what was found
  // out on the way. `note` says why there is none, or "".
  cv::Mat Location(const cv::Mat& image, const std::vector<int>& classes,
                   const std::vector<Saliency>& looks, StageClock& clock, std::string& note) const;
  // Cuts by it and fills in what `result` lacks.
  void SegmentBy(const cv::Mat& location, const cv::Mat& image, StageClock& clock,
                 Segmentation& result) const;
  // The mean of the looks' location priors, of that size.
  cv::Mat LocationOf(const std::vector<Saliency>& looks, cv::Size size) const;
  // The location prior of both looks, the second one at the surroundings of the mask (of any size)
  // alone; empty where that is not worth it.
  cv::Mat LookAgain(const cv::Mat& image, const cv::Mat& mask, const std::vector<int>& classes,
                    const cv::Mat& location) const;

  std::shared_ptr<const Classifier> classifier_;
  SegmenterOptions options_;
  std::shared_ptr<const ObjectnessHead> head_;
};

}  // namespace gradcut
