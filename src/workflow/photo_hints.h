#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/dataset/hint_files.h"
#include "gradcut/run/batch.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// The hints of a run's photos.
class PhotoHints {
 public:
  /// Reads the files. Says a line for each name in them that belongs to no photo of the run. Throws
  /// `UsageError` for a run that goes on with what arrives, and like `HintFiles`.
  PhotoHints(const std::vector<std::filesystem::path>& paths, HintImages images,
             const BatchOptions& options, const RunControl& control);

  /// Those of a photo that has that size when upright. Throws like `HintFiles::Find`.
  Hints Find(const PhotoSource& photo, cv::Size size) const;

  /// Where the files are, wherever one is.
  nlohmann::json paths() const { return paths_; }

  /// See `HintFiles::Digest`.
  std::string Digest(const std::filesystem::path& photo) const;

 private:
  PhotoHints(std::vector<Input> photos, const std::vector<std::filesystem::path>& paths,
             HintImages images, const ImageReadOptions& read);

  /// Throws `Error` for one that was not there when the hints were read.
  const Input& InputOf(const std::filesystem::path& photo) const;

  std::map<std::filesystem::path, Input> photos_;  ///< By their path.
  HintFiles files_;
  nlohmann::json paths_ = nlohmann::json::array();
};

}  // namespace gradcut
