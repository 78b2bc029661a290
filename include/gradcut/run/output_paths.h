#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// What is wrong with `-o` and other flags that name what to write is said before any work.

/// Throws `UsageError` for a folder of results that is a file, is named like an image, or is "-".
void CheckOutputFolder(const std::string& folder);

/// Throws `UsageError` for a file to write that is a folder or one of the `inputs`, and `Error`
/// where its folder cannot be written to. An empty path is none.
void CheckOutputFile(const std::filesystem::path& file,
                     const std::vector<std::filesystem::path>& inputs = {});

/// The same for a file that holds no image, and throws `UsageError` for a name that ends in
/// something else than `extension`, as ".html": it may be a photo, or whatever else is read.
void CheckOutputOfKind(const std::filesystem::path& file, std::string_view extension,
                       const std::vector<std::filesystem::path>& inputs = {});

}  // namespace gradcut
