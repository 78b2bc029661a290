#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// An image and the classes that are in it.
struct LabelledImage {
  std::string name;                  ///< As the table has it: a stem or a path.
  std::filesystem::path path;        ///< Where the image is.
  std::vector<std::string> classes;  ///< Each once, as written.
};

/// Reads a table of image-level labels: a line an image, its stem or path, a tab, class names
/// separated by spaces (none: nothing known is in it). With `images`, names are looked for in that
/// folder: a path below it, or the path of an image file without its extension. Without, they are
/// paths against the current folder. Throws `Error` naming file and line for a name without an
/// image, or with several, or that stands twice; or a table without lines.
std::vector<LabelledImage> ReadImageLabels(const std::filesystem::path& table,
                                           const std::filesystem::path& images = {});

}  // namespace gradcut
