#pragma once

#include "gradcut/recipe/recipe.h"
#include "gradcut/segment/segmenter.h"
#include "workflow/tune_points.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace gradcut {

/// The points of the sweeps (`--sweep` texts) and, unless it is one of them, the recipe as given
/// before them. Throws `UsageError`.
TunePlan PlanTune(const std::vector<std::string>& sweeps, std::size_t budget, const Recipe& recipe);

/// Cuts images at every point of a plan, with one heat map for all points that share its options.
class PointSegmenters {
 public:
  PointSegmenters(const TunePlan& plan, const Recipe& recipe,
                  const std::shared_ptr<const Classifier>& classifier, std::vector<int> classes,
                  const std::shared_ptr<const ObjectnessHead>& head);

  /// Calls `visit(point, mask)` for each point, in any order.
  template <class Visit>
  void ForEachMask(const cv::Mat& image, const Visit& visit) const {
    for (const std::vector<std::size_t>& group : groups_) {
      const Segmentation located = segmenters_[group.front()].Locate(image, classes_);
      for (const std::size_t point : group)
        visit(point, segmenters_[point].Segment(image, located, classes_).mask);
    }
  }

 private:
  std::vector<int> classes_;
  std::vector<Segmenter> segmenters_;             ///< One a point.
  std::vector<std::vector<std::size_t>> groups_;  ///< Points that share a heat map.
};

}  // namespace gradcut
