#pragma once

#include "gradcut/segment/segmenter.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

inline constexpr const char* kInstancesFile = "instances.json";

/// The objects of an image as numbers (`CV_16UC1`): 0 is background, k the k-th instance. Throws
/// `Error` for more than 65535.
cv::Mat InstanceIds(const std::vector<Instance>& instances, cv::Size size);

/// What the manifest says of them, in that order.
nlohmann::json InstancesToJson(const std::vector<Instance>& instances);

/// Writes `kInstancesFile` of a folder of masks, from its manifests and the images of
/// `InstanceIds`: a COCO data set with run lengths, the boxes' ids kept if each occurs once, else
/// numbered anew.
void WriteInstances(const std::filesystem::path& folder);

}  // namespace gradcut
