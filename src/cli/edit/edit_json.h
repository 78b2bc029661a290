#pragma once

#include "gradcut/workflow/edit.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gradcut {

// What the page of the editor reads; see README.md beside this file.

nlohmann::json ToJson(const EditedPhotoSummary& photo);

// `names` are those of classes, for a run whose results are maps of them.
nlohmann::json ToJson(const EditedPhotoState& state, const std::vector<std::string>& names);

}  // namespace gradcut
