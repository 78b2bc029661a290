#pragma once

#include "gradcut/labels/label_evidence.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// What several networks say of an image, as a safetensors file; `origin` says of which image and
/// by which networks. Throws `Error` naming the file.
void WriteLabelEvidence(const std::vector<LabelEvidence>& evidence, const std::string& origin,
                        const std::filesystem::path& path);

/// The evidence in a file, if there is one of this origin. Throws `Error` naming a file that is
/// none.
std::optional<std::vector<LabelEvidence>> ReadLabelEvidence(const std::string& origin,
                                                            const std::filesystem::path& path);

}  // namespace gradcut
