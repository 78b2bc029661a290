#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// PASCAL VOC (Everingham et al. 2010) as its devkit lays it out.

/// "background" and the 20 classes, in the order of their indices.
std::vector<std::string> VocClasses();

/// Where a devkit has its photos and its class masks.
inline constexpr std::string_view kPhotoFolder = "JPEGImages";
inline constexpr std::string_view kClassFolder = "SegmentationClass";

/// Whether a truth is a devkit: a folder that holds `SegmentationClass/`.
bool IsDevkit(const std::filesystem::path& truth);

/// The photos of a devkit, or of any folder that holds `JPEGImages/`; another path as it is.
std::filesystem::path PhotosOf(const std::filesystem::path& input);

}  // namespace gradcut
