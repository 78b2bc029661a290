#pragma once

#include "dataset/hint_source.h"
#include "dataset/keyed_folder.h"
#include "dataset/name_match.h"
#include "dataset/yolo_names.h"
#include "gradcut/dataset/hint_files.h"
#include "gradcut/image/image_io.h"

#include <cstddef>
#include <filesystem>
#include <optional>
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
  // The files of a kind and which photos they belong to.
  struct Kind {
    Kind(const std::filesystem::path& folder, Suffixes suffixes, std::span<const Input> photos);

    std::vector<std::filesystem::path> files;
    std::vector<std::string> problems;  // See `KeyedFolder`.
    std::optional<NameMatch> match;     // Of `files`.
  };

  static std::optional<std::size_t> IndexOf(const Kind& kind, const Input& photo);
  // The photo's file of a kind, or an empty path.
  static std::filesystem::path FileOf(const Kind& kind, const Input& photo);
  void FindUnused(const std::filesystem::path& folder, std::span<const Input> photos);
  HintPiece ReadMap(const std::filesystem::path& path) const;

  Kind voc_, yolo_, maps_;
  HintImages images_;
  ImageReadOptions read_;
  std::optional<YoloNames> names_;
  std::vector<std::string> warnings_;
};

}  // namespace gradcut
