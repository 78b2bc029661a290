#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <string_view>

namespace gradcut {

/// What a flag or argument for image-level labels takes; see `ImageLabelSource`.
inline constexpr std::string_view kLabelForms =
    "a table (a line an image, its stem or path, a tab, its classes separated by spaces, or by "
    "commas or tabs (in all lines) where names have spaces), CSV (image,classes or "
    "image,cat,dog,...), VOC's Annotations or ImageSets/Main (difficult objects count), a devkit, "
    "or IRN's cls_labels.npy";

/// Adds `--extra` and `--extra-images`: more images to learn from.
void AddExtraFlags(CLI::App& command, std::filesystem::path& extra,
                   std::filesystem::path& extra_images);

}  // namespace gradcut
