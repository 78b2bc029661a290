#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/run/batch.h"

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What a run's command makes of a photo with some hints. Never changes.
class EditedResult {
 public:
  virtual ~EditedResult() = default;

  /// `CV_8UC1`, of the photo's size: 0 is background, anything else an object or a class of
  /// `EditEngine::classes`, which count from 1; `kVoid` is not decided.
  virtual cv::Mat labels() const = 0;
  /// RGB `CV_8UC3`, of any size; empty where there is none.
  virtual cv::Mat heat_picture() const = 0;
  virtual double confidence() const = 0;
  virtual std::string note() const = 0;

  /// The files that the command writes, of these kinds, and what its manifest says.
  virtual Product Files(const std::vector<OutputKind>& kinds) const = 0;
};

/// A photo that hints are given for again and again. For one thread at a time.
class EditedPhoto {
 public:
  virtual ~EditedPhoto() = default;

  /// Throws `Error` for hints that cannot be meant.
  virtual std::shared_ptr<const EditedResult> Cut(const Hints& hints) = 0;
};

/// What the command of a run does with one photo. Safe to use from several threads.
class EditEngine {
 public:
  virtual ~EditEngine() = default;

  /// `photo` is RGB or RGBA; `path` is where it was read.
  virtual std::unique_ptr<EditedPhoto> Open(const cv::Mat& photo,
                                            const std::filesystem::path& path) const = 0;

  /// The names that hints may give classes.
  virtual std::vector<std::string> classes() const = 0;

  /// Writes the files of the run as a whole.
  virtual void Finish() const = 0;
};

}  // namespace gradcut
