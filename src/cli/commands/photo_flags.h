#pragma once

#include "cli/flags/batch_flags.h"
#include "cli/flags/recipe_flags.h"
#include "cli/torch_body.h"
#include "gradcut/workflow/photos.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// What the user wrote.
struct PhotoFlags {
  BatchFlags batch = {};
  RecipeFlags recipe = {};
  std::vector<std::string> also_save = {};  ///< Names of output kinds that other flags ask for.
  std::vector<std::filesystem::path> hints = {};  ///< As `--hints` has them.
  std::filesystem::path truth = {};    ///< Folder or file with ground truth; may be empty.
  std::vector<OutputKind> kinds = {};  ///< What `--save` may name: those of the command.
};

/// The same, decided. Throws `UsageError`.
PhotoOptions PhotoOptionsOf(const PhotoFlags& flags);

/// A command that makes files of photos with a segmenter.
struct PhotoCommand {
  std::string name;
  std::string help;
  std::vector<OutputKind> kinds;  ///< What `--save` may name; the first one is its default.
  OptionUse uses;                 ///< See `AddRecipeFlags`.
  const TorchBody<PhotoFlags>& body;
  std::vector<std::string> foremost;       ///< Flags of stages that `--help` shows.
  std::vector<std::string_view> examples;  ///< See `AddExamples`.
  /// Flags of its own, and what they add to the kinds that are saved and to the options.
  std::function<void(CLI::App& command, PhotoFlags& flags)> add_flags = {};
};

/// Adds the command with its flags to the program.
void AddPhotoCommand(CLI::App& app, ExitStatus& status, const PhotoCommand& command);

}  // namespace gradcut
