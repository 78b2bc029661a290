#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/dataset/listing.h"

#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// Formats that a finished run of `gradcut label` can be handed on in besides its PNGs.
enum class LabelExport { kCoco, kYolo };

/// "coco", "yolo"
std::string LabelExportName(LabelExport format);

/// Reads `--export`: names separated by commas, each element maybe several. Throws `UsageError`.
std::vector<LabelExport> ParseLabelExports(const std::vector<std::string>& names);

/// A finished run.
struct LabelRun {
  std::filesystem::path folder;
  std::vector<std::string> classes;  ///< Names by index, the background first.
  std::vector<Input> images;         ///< Where they are, and their places below the image folder.
  double min_confidence = 0;         ///< Of images to train on.
};

/// Writes what the label images tell that the folder's manifest lists as done. Images are named by
/// their places below the image folder.
///
/// `kCoco`: `annotations.json`, an annotation for each region of a class, with its image's
/// confidence as score. `kYolo`: what Ultralytics trains on: `labels/NAME.txt` beside each
/// `SegmentationClass/NAME.png`, `images/` with links to the photos (copies where the file system
/// has no links), since labels are looked for where `/images/` in an image's path is `/labels/`;
/// `images.txt`, a line an image to train on, and `data.yaml`, which names these and the classes.
/// A photo that lies where its link would stays as it is, and so does what somebody has changed in
/// `data.yaml` while the classes are the same, and in a text that is newer than its labels, which
/// is warned of. Throws `Error` naming the file.
void ExportLabels(const LabelRun& run, const std::vector<LabelExport>& exports,
                  const RunControl& control = {});

/// Throws `UsageError` naming a file that the exports would write over and that is not of an export
/// to the folder, as its runs tell.
void CheckExports(const LabelRun& run, const std::vector<LabelExport>& exports);

}  // namespace gradcut
