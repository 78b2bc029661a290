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

/// Cuts images at every point of a plan, with one heat map and one location prior for all points
/// that share their options.
class PointSegmenters {
 public:
  PointSegmenters(const TunePlan& plan, const Recipe& recipe,
                  const std::shared_ptr<const Classifier>& classifier, std::vector<int> classes,
                  const std::shared_ptr<const ObjectnessHead>& head);

  /// Calls `visit(point, mask)` for each point, in any order.
  template <class Visit>
  void ForEachMask(const cv::Mat& image, const Visit& visit) const {
    for (const auto& by_location : groups_) {
      Segmentation located = segmenters_[by_location.front().front()].Locate(image, classes_);
      for (const std::vector<std::size_t>& points : by_location) {
        located.location = cv::Mat();
        for (const std::size_t point : points) {
          const Segmentation cut = segmenters_[point].Segment(image, located, classes_);
          located.location = cut.location;
          visit(point, cut.mask);
        }
      }
    }
  }

 private:
  std::vector<int> classes_;
  std::vector<Segmenter> segmenters_;  ///< One a point.
  /// Points that share a heat map, and of these those that share a location prior.
  std::vector<std::vector<std::vector<std::size_t>>> groups_;
};

}  // namespace gradcut
