#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// What may be said of a folder below the root before its entries, in the order of their names, are
/// visited: whether to go on into it.
using EnterFolder = std::function<bool(const std::filesystem::path& folder,
                                       std::span<const std::filesystem::directory_entry> entries)>;

/// Called for each entry that is no folder, with its path from the root.
using VisitFile = std::function<void(const std::filesystem::directory_entry& file,
                                     const std::filesystem::path& relative)>;

/// Visits all that lies below a folder in the order of names, but for what is hidden. Links are
/// followed; a folder that several ways lead to is visited by the first one, and `exclude` (a
/// canonical path) not at all.
/// @return a line for each folder that cannot be searched.
std::vector<std::string> WalkFolder(const std::filesystem::path& root,
                                    const std::filesystem::path& exclude, const EnterFolder& enter,
                                    const VisitFile& visit);

}  // namespace gradcut
