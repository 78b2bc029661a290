#pragma once

#include "gradcut/dataset/coco_instances.h"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace gradcut {

/// COCO's measures of found objects (Lin et al. 2014; `pycocotools.cocoeval.COCOeval` with masks),
/// in its order. AP is the mean precision at 101 levels of recall, AR the recall with at most so
/// many objects an image and class; both are means over the mask IoUs 0.5, 0.55, ... 0.95 that a
/// found object must have with a true one, but for those named by one IoU. Small objects have fewer
/// than 32^2 pixels, large ones more than 96^2.
inline constexpr std::array<std::string_view, 12> kCocoMeasures = {
    "ap",   "ap_50", "ap_75",  "ap_small", "ap_medium", "ap_large",
    "ar_1", "ar_10", "ar_100", "ar_small", "ar_medium", "ar_large"};

/// One value a measure; -1 where there is no object to be found.
using CocoScores = std::array<double, kCocoMeasures.size()>;

struct InstanceScores {
  CocoScores all;                      ///< Means over the categories that have objects.
  std::vector<CocoScores> categories;  ///< One for each of `truth.categories`.
};

/// Compares what was found with the truth, as COCO does: within an image and category, the best
/// scores choose first (equal ones in their order), up to 100 of them. Crowds of the truth, and
/// what is outside a range of areas, count neither as found nor as missed; any number of found
/// objects may lie in a crowd, where IoU is the share of the found one. `found` have scores, and
/// image and category ids of the truth; those with others are left out. As with `pycocotools`, an
/// object with the id 0 is never found.
InstanceScores ScoreInstances(const CocoAnnotations& truth, std::span<const CocoInstance> found);

/// Intersection over union of two masks; of both empty, or of two sizes, 0.
double MaskIou(const RunLengths& a, const RunLengths& b);

}  // namespace gradcut
