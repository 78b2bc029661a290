#pragma once

#include "gradcut/dataset/pairing.h"
#include "gradcut/run/batch.h"

#include <cstddef>
#include <filesystem>
#include <map>

namespace gradcut {

/// Finds the heat map or the mask that belongs to each image of a run: in a folder the one with the
/// same path below it, extensions apart, or else the only one of that stem (see `FindPairs`); or
/// one file for one image.
class CompanionFinder {
 public:
  /// Says a line for each folder that cannot be searched. Throws `Error` when there is no such file
  /// or folder, or it holds nothing for any image.
  CompanionFinder(const std::filesystem::path& folder, PredictionKind kind,
                  const BatchOptions& options, const RunControl& control);

  /// What belongs to the image that is read from there; an empty path if there is nothing.
  std::filesystem::path Find(const std::filesystem::path& image) const;

  /// How many folders could not be searched.
  std::size_t problems() const { return problems_; }

 private:
  std::map<std::filesystem::path, std::filesystem::path> found_;  ///< By the image's path.
  std::size_t problems_ = 0;
};

}  // namespace gradcut
