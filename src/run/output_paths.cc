#include "gradcut/run/output_paths.h"

#include "gradcut/core/error.h"
#include "gradcut/run/outputs.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The folder that a missing one would be made in.
fs::path ExistingFolder(fs::path folder) {
  std::error_code ignored;
  while (!folder.empty() && !fs::exists(folder, ignored) && folder != folder.parent_path())
    folder = folder.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

}  // namespace

void CheckOutputFolder(const std::string& folder) {
  if (folder == "-")
    throw UsageError(
        "-o -: is no folder for the results; standard output takes one, of a photo on standard "
        "input: gradcut mask - < PHOTO > MASK.png");
  std::error_code ignored;
  const fs::file_status status = fs::status(folder, ignored);
  if (fs::is_directory(status)) return;
  if (fs::exists(status))
    throw UsageError(
        fmt::format("-o {}: is a file, expected a folder for the results", Printable(folder)));
  if (fs::is_symlink(folder, ignored))
    throw UsageError(fmt::format("-o {}: is a broken link", Printable(folder)));
  if (EndsLikeOutput(folder))
    throw UsageError(
        fmt::format("-o {0}: looks like a file, expected a folder for the results (a file can be "
                    "made of one photo and one kind of --save); write {0}/ if it is to be a folder",
                    Printable(folder)));
}

void CheckOutputFile(const fs::path& file, const std::vector<fs::path>& inputs) {
  if (file.empty()) return;
  std::error_code ignored;
  if (!file.has_filename() || fs::is_directory(file, ignored))
    throw UsageError(fmt::format("{}: is a folder, expected a file to write", Printable(file)));
  for (const fs::path& input : inputs)
    if (fs::equivalent(file, input, ignored))
      throw UsageError(fmt::format(
          "{}: is read too and would be overwritten; name another file to write", Printable(file)));
  // Through links, and to devices and pipes, only writing itself tells.
  const fs::file_status status = fs::symlink_status(file, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status)) return;
  const fs::path folder = ExistingFolder(file.parent_path());
  Require(fs::is_directory(folder, ignored), "{}: its folder cannot be created: {} is a file",
          Printable(file), Printable(folder));
  if (::access(folder.c_str(), W_OK | X_OK) != 0) FailWithErrno(file, "cannot be written");
}

void CheckOutputOfKind(const fs::path& file, std::string_view extension,
                       const std::vector<fs::path>& inputs) {
  CheckOutputFile(file, inputs);
  if (const std::string given = LowerExtension(file); !given.empty() && given != extension)
    throw UsageError(fmt::format("{}: expected a name that ends in {} for what is written",
                                 Printable(file), extension));
}

}  // namespace gradcut
