#pragma once

#include "gradcut/labels/labeller.h"
#include "gradcut/storage/owned_folder.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What the networks of a labeller say of images, kept in files so that they look at each image
/// once, whatever the number of rounds: about 0.3 MB an image and network.
class EvidenceStore {
 public:
  /// Evidence of another `origin` is not taken.
  EvidenceStore(std::filesystem::path folder, std::string origin);

  /// The evidence of an image, which `read` reads where it isn't kept, or where the image's file
  /// has changed. Kept from then on. Throws `Error` for a file that can't be read or written. May
  /// be called from several threads at once for different images.
  std::vector<LabelEvidence> Find(const Labeller& labeller, const std::filesystem::path& image,
                                  const std::vector<int>& present,
                                  const std::function<cv::Mat()>& read) const;

  void Remove() const { folder_.KeepOnly({}); }

 private:
  OwnedFolder folder_;
  std::shared_ptr<std::once_flag> claimed_ = std::make_shared<std::once_flag>();
  std::string origin_;
};

}  // namespace gradcut
