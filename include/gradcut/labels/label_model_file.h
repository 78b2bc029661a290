#pragma once

#include "gradcut/labels/label_model.h"

#include <filesystem>
#include <optional>
#include <string>

namespace gradcut {

/// As a safetensors file; `origin` says what the model was learned from. Throws `Error` naming the
/// file.
void WriteLabelModel(const LabelModel& model, const std::string& origin,
                     const std::filesystem::path& path);

/// The model in a file, if there is one of this origin. Throws `Error` naming a file that is none.
std::optional<LabelModel> ReadLabelModel(const std::string& origin,
                                         const std::filesystem::path& path);

}  // namespace gradcut
