#pragma once

#include "cli/batch.h"
#include "gradcut/segment/render.h"
#include "gradcut/segment/segmenter.h"

#include <functional>
#include <string>

namespace gradcut {

inline constexpr int kOverlayQuality = 90;

/// A command that makes files of photos with a segmenter.
struct PhotoCommand {
  using Process = std::function<Product(
      const Segmenter& segmenter, const RenderOptions& render, const std::vector<int>& classes,
      const std::vector<OutputKind>& kinds, const cv::Mat& image)>;

  std::string name;
  std::string help;
  std::vector<OutputKind> kinds;  ///< What `--save` may name; the first one is its default.
  Process process;                ///< Makes the files of one photo.
  std::vector<std::string_view> examples;  ///< See `AddExamples`.
};

/// Adds the command with its flags to the program.
void AddPhotoCommand(CLI::App& app, ExitStatus& status, const PhotoCommand& command);

/// The files of one photo, each kind made by `encode`, and what the manifest says of every
/// segmentation: classes, note and times.
Product MakeProduct(const Segmentation& segmentation, const std::vector<OutputKind>& kinds,
                    const std::function<std::vector<std::uint8_t>(OutputKind)>& encode);

}  // namespace gradcut
