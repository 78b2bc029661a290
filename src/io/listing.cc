#include "gradcut/io/listing.h"

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/io/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <system_error>
#include <unordered_set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The last ones cannot be decoded, but a photo that is passed over in silence would be worse than
// one that is said to fail.
constexpr std::array<std::string_view, 17> kExtensions = {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png",  ".webp", ".tif",  ".tiff", ".bmp",
    ".pbm", ".pgm",  ".ppm", ".gif",  ".heic", ".heif", ".avif", ".jxl"};

bool HasImageExtension(const fs::path& path) {
  const std::string extension = LowerExtension(path);
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

bool IsHidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

// All image files below one folder.
class FolderWalk {
 public:
  FolderWalk(fs::path root, const fs::path& exclude) : root_(std::move(root)), exclude_(exclude) {}

  Listing Run() && {
    Visit(root_, {});
    std::sort(found_.inputs.begin(), found_.inputs.end(), [](const Input& a, const Input& b) {
      return a.relative.native() < b.relative.native();
    });
    return std::move(found_);
  }

 private:
  void Visit(const fs::path& folder, const fs::path& relative) {
    // Links may lead to a folder twice, or in a circle.
    if (!visited_.insert(CanonicalPath(folder)).second) return;
    std::error_code error;
    std::vector<fs::path> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
      names.push_back(entry->path().filename());
    if (error)
      found_.problems.push_back(
          fmt::format("{}: cannot be searched: {}", Printable(folder), error.message()));
    // In a fixed order, because the first way to a folder counts.
    std::sort(names.begin(), names.end(),
              [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
    for (const fs::path& name : names)
      if (!IsHidden(name)) VisitEntry(folder / name, relative / name);
  }

  void VisitEntry(const fs::path& path, const fs::path& relative) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      if (exclude_.empty() || CanonicalPath(path) != exclude_) Visit(path, relative);
    } else if (!HasImageExtension(path)) {
      return;
    } else if (fs::is_regular_file(status) || !fs::exists(status)) {
      // Reading will tell what is wrong with a broken link.
      found_.inputs.push_back({path, relative});
    }
  }

  fs::path root_;
  const fs::path& exclude_;
  std::set<fs::path> visited_;
  Listing found_;
};

Listing ListFolder(const fs::path& folder, const fs::path& exclude, WithoutImages without) {
  Require(exclude.empty() || CanonicalPath(folder) != exclude,
          "{}: is also the output folder, expected another one", Printable(folder));
  Listing found = FolderWalk(folder, exclude).Run();
  Require(!found.inputs.empty() || !found.problems.empty() || without == WithoutImages::kIsEmpty,
          "{}: contains no image; looked for files that end in {}", Printable(folder),
          fmt::join(kExtensions, " "));
  return found;
}

// Where the output of a file from a list goes.
fs::path RelativeAsWritten(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  const bool climbs = std::find(normal.begin(), normal.end(), "..") != normal.end();
  return normal.is_absolute() || climbs ? path.filename() : normal;
}

Listing ReadList(const fs::path& list) {
  const std::vector<std::string> lines = ReadLines(list);
  for (const std::string& line : lines)
    Require(line.find('\0') == std::string::npos, "{}: is not a list of paths but binary",
            Printable(list));

  Listing found;
  for (const std::string& line : lines)
    if (!line.empty()) found.inputs.push_back({line, RelativeAsWritten(line)});
  Require(!found.inputs.empty(), "{}: lists no file", Printable(list));
  return found;
}

Listing ListArgument(const std::string& argument, const fs::path& exclude, WithoutImages without) {
  Require(!argument.empty(), "an input path is empty");
  if (argument.starts_with('@')) return ReadList(argument.substr(1));
  const fs::path path = argument;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  Require(!error || status.type() == fs::file_type::not_found, "{}: cannot be read: {}",
          Printable(path), error.message());
  Require(fs::exists(fs::symlink_status(path, error)), "{}: there is no such file or folder",
          Printable(path));
  if (fs::is_directory(status)) return ListFolder(path, exclude, without);
  return {.inputs = {{path, path.filename()}}, .problems = {}};
}

}  // namespace

Listing ListInputs(std::span<const std::string> arguments, const fs::path& exclude,
                   WithoutImages without) {
  const fs::path canonical_exclude = exclude.empty() ? fs::path() : CanonicalPath(exclude);
  Listing all;
  std::unordered_set<std::string> taken;
  for (const std::string& argument : arguments) {
    Listing found = ListArgument(argument, canonical_exclude, without);
    for (Input& input : found.inputs) {
      // A link to a file is not the file: it has its own place in the output.
      const fs::path folder = input.path.has_parent_path() ? input.path.parent_path() : ".";
      const fs::path identity = CanonicalPath(folder) / input.path.filename();
      if (taken.insert(identity.native()).second) all.inputs.push_back(std::move(input));
    }
    std::move(found.problems.begin(), found.problems.end(), std::back_inserter(all.problems));
  }
  return all;
}

}  // namespace gradcut
