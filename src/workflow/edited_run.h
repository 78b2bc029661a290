#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/outputs.h"
#include "gradcut/run/run_record.h"
#include "gradcut/workflow/edit.h"
#include "workflow/edit_engine.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

namespace gradcut {

/// The folder of a run while its photos are edited: its manifest, which is locked, and the files of
/// each photo. Safe to use from several threads.
class EditedRun {
 public:
  /// Throws `Error` for a folder without a run, and one where another gradcut is at work.
  EditedRun(const std::filesystem::path& folder, Durability durability);

  /// Without its entries.
  const RunRecord& record() const { return record_; }
  const std::string& command() const { return command_; }
  const std::vector<Input>& inputs() const { return inputs_; }

  /// What a photo is called in files of hints: its place, or its path where that place is the path
  /// of another photo, as the run was given them.
  std::string HintName(std::size_t id) const;

  /// Takes over what the manifests say. To be called once, before what follows.
  void Start();

  EditedPhotoSummary Summary(std::size_t id) const;
  std::vector<EditedPhotoSummary> Summaries() const;

  /// Changes what is known of a photo, and says it in the manifest. Throws `Error` naming the
  /// manifest, and `StorageError`, where that fails: it is said with the next change then.
  void Update(std::size_t id, const std::function<void(EditedPhotoSummary&)>& change);

  /// Throws `Error` for a photo that failed in the run, is gone, or is not the one that the run
  /// had.
  void CheckPhoto(std::size_t id) const;

  /// The size of a photo that the run has read. Throws `Error` naming the line of the manifest that
  /// does not tell it.
  cv::Size SizeOf(std::size_t id) const;

  /// Whether the files of a photo show what hints with that digest say (see `HintFiles::Digest`).
  bool Shows(std::size_t id, const std::string& digest) const;

  /// Writes the files of a photo and its line in the manifest; `digest` as for `Shows`. Throws like
  /// `CheckPhoto` and `StorageError`.
  void Save(std::size_t id, const Hints& hints, const std::string& digest,
            const std::function<std::shared_ptr<const EditedResult>(const cv::Mat& photo)>& result);

  /// Gives the manifest its name.
  void Finish();

 private:
  const std::filesystem::path folder_;
  const Durability durability_;
  ManifestWriter manifest_;
  RunRecord record_;
  const std::string command_;
  const std::vector<Input> inputs_;
  std::unordered_set<std::string> paths_;  ///< As given, where they are not the photo's place.
  mutable std::mutex mutex_;
  std::vector<EditedPhotoSummary> photos_;
};

}  // namespace gradcut
