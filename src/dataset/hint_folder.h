#pragma once

#include "dataset/hint_source.h"
#include "dataset/keyed_folder.h"
#include "dataset/yolo_names.h"
#include "gradcut/dataset/hint_files.h"
#include "gradcut/image/image_io.h"

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

// A folder of hints with files for each photo; see `HintFiles`.
class HintFolder : public HintSource {
 public:
  HintFolder(const std::filesystem::path& folder, HintImages images, std::span<const Input> photos,
             const ImageReadOptions& read);

  std::vector<HintPiece> Find(const Input& photo, cv::Size size) const override;
  std::string Content(const Input& photo) const override;
  std::vector<std::string> Warnings() const override;

 private:
  // The photo's file of a kind, or an empty path.
  std::filesystem::path FileOf(const KeyedFolder& kind, const Input& photo) const;
  bool HoldsAnyFor(std::span<const Input> photos) const;
  HintPiece ReadMap(const std::filesystem::path& path) const;

  KeyedFolder voc_, yolo_, maps_;
  HintImages images_;
  ImageReadOptions read_;
  std::optional<YoloNames> names_;
  std::set<std::string> repeated_stems_;  // Of the photos.
  std::vector<std::string> warnings_;
};

}  // namespace gradcut
