#pragma once

#include "gradcut/io/listing.h"
#include "gradcut/metrics/pairing.h"

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// Finds the heat map or the mask that belongs to each image: in a folder the one with the same
/// path below it, extensions apart, or else the only one of that stem; or one file for one image.
class CompanionFinder {
 public:
  /// Throws `Error` when there is no such file or folder.
  CompanionFinder(std::filesystem::path folder, PredictionKind kind, std::span<const Input> images);

  /// What belongs to the image that is read from there; an empty path if there is nothing.
  std::filesystem::path Find(const std::filesystem::path& image) const;

  /// One line each: folders that cannot be searched.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::map<std::filesystem::path, std::filesystem::path> found_;  ///< By the image's path.
  std::vector<std::string> problems_;
};

}  // namespace gradcut
