#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One file to work on.
struct Input {
  std::filesystem::path path;      ///< Where to read it.
  std::filesystem::path relative;  ///< Its place in the output, for instance "sub/a.jpg".
};

struct Listing {
  std::vector<Input> inputs = {};  ///< In the order of the arguments, sorted within a folder.
  std::vector<std::string> problems = {};  ///< One line each: folders that cannot be searched.
  std::vector<std::filesystem::path> unreadable =
      {};  ///< Images in folders of kinds nobody here reads.
  std::vector<std::filesystem::path> left_out = {};  ///< Sub-folders that hold results of gradcut.
};

/// Those in one line, by kind: "7 files are of kinds that gradcut cannot read: 5 .CR2, 2 .NEF".
std::string DescribeUnreadable(const Listing& listing);

/// One line for each folder that was left out.
std::vector<std::string> DescribeLeftOut(const Listing& listing);

/// What a folder without images is.
enum class WithoutImages { kIsAnError, kIsEmpty };

/// The image files that command-line arguments stand for:
///
/// * a file is taken whatever its extension; its `relative` is its name;
/// * a folder is searched recursively for known image extensions (in any case), in bytewise order.
///   Links are followed, each folder once; a broken link is taken for a file. Hidden files and
///   folders are skipped, and so are the sub-folder `exclude` (where the output goes; may be empty)
///   and those that hold results of gradcut (see `MarksResults`). `relative` is below the folder;
/// * `@list.txt` names files, one a line, against the current folder. They need not exist: reading
///   them will tell. `relative` is the path as written, or the file name if that path is absolute
///   or climbs with "..".
///
/// A HEIC or AVIF beside another image of its name has "a.HEIC.HEIC" for a `relative`, since both
/// would otherwise lead to the same output. A file named twice is taken once. Throws `Error` naming
/// the argument that is missing, empty, a folder without images (unless `without` says otherwise),
/// or the folder `exclude` itself.
Listing ListInputs(std::span<const std::string> arguments,
                   const std::filesystem::path& exclude = {},
                   WithoutImages without = WithoutImages::kIsAnError);

}  // namespace gradcut
