#pragma once

#include "gradcut/io/listing.h"

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// Finds the heat map of each image: in a folder the one with the same path below it, extensions
/// apart, or else the only one of that stem; or one file for one image.
class HeatMapFinder {
 public:
  /// Throws `Error` when there is no such file or folder.
  HeatMapFinder(std::filesystem::path heat_maps, std::span<const Input> images);

  /// The heat map of the image that is read from there. Throws `Error` if there is none.
  std::filesystem::path Find(const std::filesystem::path& image) const;

  /// One line each: folders that cannot be searched.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::filesystem::path heat_maps_;
  std::map<std::filesystem::path, std::filesystem::path> found_;  ///< By the image's path.
  std::vector<std::string> problems_;
};

}  // namespace gradcut
