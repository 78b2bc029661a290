#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/dataset/image_labels.h"
#include "gradcut/image/image_io.h"
#include "gradcut/learn/linear_head.h"
#include "gradcut/model/classifier.h"

#include <cstddef>
#include <filesystem>

namespace gradcut {

struct FitOptions {
  ImageLabelSource labels = {};
  /// More labels of the same forms, and the folder of their images, as `ImageLabelSource::images`.
  std::filesystem::path extra = {};
  std::filesystem::path extra_images = {};
  std::filesystem::path output = {};  ///< The head, a .safetensors file.
  ClassifierOptions classifier = {};
  HeadOptions head = {};
  int size = 320;  ///< Longer side of the network's input, pixels; 0: its native square.
  ImageReadOptions read = {};
};

struct FitSummary {
  HeadFit fit = {};
  std::size_t failed = 0;    ///< Images that could not be read; they taught nothing.
  std::size_t problems = 0;  ///< Of `ImageLabels`: names of a list without labels.
  bool interrupted = false;  ///< A stop was requested: nothing was written.
};

/// Learns a linear head from image-level labels and writes it, as `gradcut fit` does; the order of
/// the labels changes nothing. Throws `UsageError` for an output that would replace something else
/// than such a head, and `Error` for files and devices, and for too few images.
FitSummary FitClasses(const FitOptions& options, const RunControl& control = {});

}  // namespace gradcut
