#pragma once

#include "workflow/photo_run.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// A picture for people and what the manifest says of it.
struct Explained {
  std::vector<std::uint8_t> bytes = {};  ///< An encoded image.
  nlohmann::json entry = {};
};

/// The photo with the mask of its classes, and for each of the classes that were asked for (without
/// any, the three best ones; of more than six, all of them as one and the three best ones) its heat
/// map over the photo and alone: JPEG. The entry has a class an element: index (none for all as
/// one), name, score, `diffuseness` and `energy_inside` (the share of the heat in the mask), low
/// where the classifier leans on the background, and where the task has a truth `energy_in_truth`.
Explained Explain(const PhotoTask& task);

/// What the network sees, the change by the fast gradient sign, amplified, and the result: PNG. The
/// entry: `epsilon`, the class `before` and `after`, and what `remaining` probability the first one
/// has.
Explained Attack(const PhotoTask& task);

/// The share of the heat that lies in the object of a truth, as in `EnergyInside`; what is void
/// there does not count.
double EnergyInTruth(const cv::Mat& heat_map, const cv::Mat& truth);

}  // namespace gradcut
