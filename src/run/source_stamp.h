#pragma once

#include "gradcut/dataset/listing.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace gradcut {

/// What tells whether a file is still the one that was read: `bytes`, and `modified` in UTC. Null
/// for what is no file or not there.
nlohmann::json StampOf(const std::filesystem::path& file);

/// That of the file that an input is read from.
nlohmann::json StampOf(const Input& input);

/// Whether stamps that a run wrote down (null: an earlier version wrote none) may be those of the
/// files as they are now; both are arrays. A null stamp tells nothing, so that it fits all.
bool SameSources(const nlohmann::json& there, const nlohmann::json& now);

/// Whether a file that belonged to the input (a mask, a heat map) is not there any more; `now` is
/// an array.
bool HasLostOne(const nlohmann::json& there, const nlohmann::json& now);

}  // namespace gradcut
