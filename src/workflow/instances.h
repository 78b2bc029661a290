#pragma once

#include "gradcut/segment/segmenter.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// The objects of an image as numbers (`CV_16UC1`): 0 is background, k the k-th instance. Throws
/// `Error` for more than 65535.
cv::Mat InstanceIds(const std::vector<Instance>& instances, cv::Size size);

/// What the manifest says of them, in that order.
nlohmann::json InstancesToJson(const std::vector<Instance>& instances);

/// Writes `instances.json` of a folder of masks from its manifest and the images of `InstanceIds`.
void WriteInstances(const std::filesystem::path& folder);

}  // namespace gradcut
