#pragma once

#include "gradcut/cut/segmentation.h"
#include "gradcut/model/classifier.h"
#include "gradcut/objectness/objectness_head.h"
#include "gradcut/saliency/saliency.h"
#include "gradcut/segment/segmenter_options.h"

#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

class StageClock;

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
  /// that of another `Segmenter` whose options differ in nothing that `DecidesHeatMap`. Its
  /// `location` is made unless it is there: that of another cut of the same image, whose options
  /// differ in nothing that `DecidesLocation`.
  Segmentation Segment(const cv::Mat& image, Segmentation located,
                       const std::vector<int>& classes = {}) const;

  const SegmenterOptions& options() const { return options_; }
  const Classifier& classifier() const { return *classifier_; }

 private:
  friend class SegmenterLocator;

  Saliency Look(const cv::Mat& image, const std::vector<int>& classes,
                const std::vector<int>& scales) const;
  // At `saliency.scales`, then at each of `more_scales`.
  std::vector<Saliency> Looks(const cv::Mat& image, const std::vector<int>& classes) const;
  // The location prior that the image is cut by, of the size that it is cut at, and what was found
  // out on the way. `note` says why there is none, or "".
  cv::Mat Location(const cv::Mat& image, const std::vector<int>& classes,
                   const std::vector<Saliency>& looks, StageClock& clock, std::string& note) const;
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
