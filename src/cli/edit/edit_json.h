#pragma once

#include "gradcut/workflow/edit.h"

#include <nlohmann/json.hpp>

namespace gradcut {

// What the page of the editor reads; see README.md beside this file.

nlohmann::json ToJson(const EditedPhotoSummary& photo);
nlohmann::json ToJson(const EditedPhotoState& state);

}  // namespace gradcut
