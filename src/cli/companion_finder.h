#pragma once

#include "cli/batch.h"
#include "gradcut/metrics/pairing.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace gradcut {

/// Finds the heat map or the mask that belongs to each image of a run: in a folder the one with the
/// same path below it, extensions apart, or else the only one of that stem (see `FindPairs`); or
/// one file for one image.
class CompanionFinder {
 public:
  /// Says a line for each folder that cannot be searched. Throws `Error` when there is no such file
  /// or folder, or it holds nothing for any image.
  CompanionFinder(const std::filesystem::path& folder, PredictionKind kind,
                  const BatchFlags& flags);

  /// What belongs to the image that is read from there; an empty path if there is nothing.
  std::filesystem::path Find(const std::filesystem::path& image) const;

  /// How a run ends that ended so for itself.
  ExitStatus Closing(ExitStatus run) const;

 private:
  std::map<std::filesystem::path, std::filesystem::path> found_;  ///< By the image's path.
  std::vector<std::string> problems_;
};

}  // namespace gradcut
