#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// An image and the classes that are in it.
struct LabelledImage {
  std::string name;                  ///< As the table has it: a stem or a path.
  std::filesystem::path path;        ///< Where the image is.
  std::filesystem::path relative;    ///< Its place below the folder of the images; see `Input`.
  std::vector<std::string> classes;  ///< Each once, as written.
};

/// Reads a table of image-level labels: a line an image, its stem or path, a tab, class names
/// (none: nothing known is in it). Names are separated by commas or further tabs if any line of the
/// table has one; else by spaces, where as many words as make one of the `known` names are one
/// name.
///
/// With `images`, images are looked for in that folder: a path below it, with or without the
/// extension, or else the only image of that stem. Without, they are paths against the current
/// folder. Throws `Error` naming file and line for a name without an image, or with several, or
/// that stands twice; or a table without lines.
std::vector<LabelledImage> ReadImageLabels(const std::filesystem::path& table,
                                           const std::filesystem::path& images = {},
                                           std::span<const std::string> known = {});

}  // namespace gradcut
