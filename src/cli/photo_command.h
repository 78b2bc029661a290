#pragma once

#include "cli/batch.h"
#include "cli/recipe.h"
#include "gradcut/segment/render.h"
#include "gradcut/segment/segmenter.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace gradcut {

inline constexpr int kOverlayQuality = 90;

/// What the user wrote.
struct PhotoFlags {
  BatchFlags batch;
  RecipeFlags recipe;
  std::vector<std::string> also_save = {};  ///< Names of output kinds that other flags ask for.
  std::filesystem::path truth = {};         ///< Folder or file with ground truth; may be empty.
};

/// One photo and what is to be made of it.
struct PhotoTask {
  const Segmenter& segmenter;
  const RenderOptions& render;
  const std::vector<int>& classes;
  const std::vector<OutputKind>& kinds;
  cv::Mat image;
  std::optional<cv::Mat> truth = {};  ///< Labels; nothing where none is asked for or there is none.
};

/// A command that makes files of photos with a segmenter.
struct PhotoCommand {
  using Process = std::function<Product(const PhotoTask& task)>;

  std::string name;
  std::string help;
  std::vector<OutputKind> kinds;  ///< What `--save` may name; the first one is its default.
  Process process;                ///< Makes the files of one photo.
  std::vector<std::string_view> examples;  ///< See `AddExamples`.
  /// Flags of its own, and what they add to the kinds that are saved and to the options.
  std::function<void(CLI::App& command, PhotoFlags& flags)> add_flags = {};
};

/// Adds the command with its flags to the program.
void AddPhotoCommand(CLI::App& app, ExitStatus& status, const PhotoCommand& command);

/// A class as the manifest shows it.
nlohmann::json ClassToJson(const ClassScore& each);

/// The files of one photo, each kind made by `encode`, and what the manifest says of every
/// segmentation: classes, note and times.
Product MakeProduct(const Segmentation& segmentation, const std::vector<OutputKind>& kinds,
                    const std::function<std::vector<std::uint8_t>(OutputKind)>& encode);

}  // namespace gradcut
