#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// Formats that a finished run of `gradcut label` can be handed on in besides its PNGs.
enum class LabelExport { kCoco, kYolo };

/// Reads `--export`: names separated by commas, each element maybe several. Throws `UsageError`.
std::vector<LabelExport> ParseLabelExports(const std::vector<std::string>& names);

/// Writes what the label images tell that the folder's manifest lists as done; `classes` are their
/// names by index, the background first.
///
/// `kCoco`: `annotations.json`, an annotation for each region of a class, with its image's
/// confidence as score. `kYolo`: `labels/NAME.txt` beside each `SegmentationClass/NAME.png`, and
/// `data.yaml` with the names. Images are named as the manifest has them. Throws `Error` naming the
/// file.
void ExportLabels(const std::filesystem::path& folder, const std::vector<std::string>& classes,
                  const std::vector<LabelExport>& exports);

}  // namespace gradcut
