#pragma once

#include "dataset/named_hints.h"

#include <filesystem>
#include <vector>

namespace gradcut {

// The hints in a .jsonl file; see `HintFiles` and `HintsToJsonLine`. Throws `Error` "FILE:LINE:
// cause".
std::vector<NamedEntry> ReadJsonlHints(const std::filesystem::path& path);

}  // namespace gradcut
