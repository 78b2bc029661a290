#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>

namespace gradcut {

/// Where many files lie, asking the system about each folder once.
class CanonicalPlaces {
 public:
  /// The canonical path of a file's folder, and its name: a link to the file is not followed.
  std::string Of(const std::filesystem::path& file);

 private:
  std::unordered_map<std::string, std::string> known_;  ///< By folder as written, with its "/".
};

}  // namespace gradcut
