#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One file to work on.
struct Input {
  std::filesystem::path path;      ///< Where to read it.
  std::filesystem::path relative;  ///< Its place in the output, for instance "sub/a.jpg".
  std::size_t argument = 0;        ///< The number of the argument that it comes from, and
  std::size_t line = 0;            ///< that of its line or member, if this is a list or archive.

  /// The tar archive that it is a member of, or an empty path; `path` is then "shard.tar/a.jpg".
  std::filesystem::path archive = {};
  std::uint64_t offset = 0;  ///< Where in the archive it begins; see `TarReader`.
  std::string problem = {};  ///< Why it cannot be read, one line, or "".

  bool may_be_link = true;  ///< False where the folder has told that the file is none.
};

/// The bytes of an input's file or member. Throws `Error`.
std::vector<std::uint8_t> ReadInput(const Input& input);

/// Whether an input is wanted. Of the members of an archive only the archive is asked for, as an
/// input with an `archive`: no other share has to read it.
using KeepInput = std::function<bool(const Input& input)>;

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

/// Whether tar archives stand for their members, or are inputs themselves, with an `archive`.
enum class Archives { kMembers, kWhole };

/// The image files that command-line arguments stand for:
///
/// * a file is taken whatever its extension; its `relative` is its name;
/// * a folder is searched recursively for known image extensions (in any case), in bytewise order.
///   Links are followed, each folder once; a broken link is taken for a file. Hidden files and
///   folders are skipped, and so are the sub-folder `exclude` (where the output goes; may be empty)
///   and those that hold results of gradcut (see `MarksResults`). `relative` is below the folder;
/// * `@list.txt` names files, one a line, against the current folder. They need not exist: reading
///   them will tell. `relative` is the path as written, or the file name if that path is absolute
///   or climbs with ".."; or what stands behind a tab;
/// * a tar archive, also in a list, stands for its members that end like images, in their order;
///   `relative` is a member's name. What of it cannot be read is an input with a `problem`: links,
///   names that lead out of it, names that stand twice, what is behind a place where it is cut
///   short.
///
/// A HEIC or AVIF beside another image of its name has "a.HEIC.HEIC" for a `relative`, since both
/// would otherwise lead to the same output. A file named twice is taken once. Throws `Error` naming
/// the argument that is missing, empty, a folder without images (unless `without` says otherwise),
/// or the folder `exclude` itself.
///
/// Where `keep` is given, it is asked of each input with its own `relative`, before the memory
/// holds any other, and what it does not want is as if it were not there: of 10^7 inputs a share
/// costs the memory of a share.
Listing ListInputs(std::span<const std::string> arguments,
                   const std::filesystem::path& exclude = {},
                   WithoutImages without = WithoutImages::kIsAnError, const KeepInput& keep = {},
                   Archives archives = Archives::kMembers);

/// The tar archive that a path like "shard.tar/a.jpg" leads into, or an empty path.
std::filesystem::path ArchiveOf(const std::filesystem::path& path);

/// Whether a name ends like that of an image.
bool IsImageName(const std::filesystem::path& path);

/// The line of a list ("@list.txt") that stands for an input.
std::string ListLine(const Input& input);

}  // namespace gradcut
