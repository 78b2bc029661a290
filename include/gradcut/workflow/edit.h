#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/core/run_control.h"
#include "gradcut/storage/file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

struct EditOptions {
  std::filesystem::path folder = {};  ///< Of a run of `gradcut mask`.
  Durability durability = Durability::kFast;
};

/// What a person thinks of a result.
enum class Review { kUnseen, kSeen, kAccepted, kRejected };

/// A photo of a run, as lists show it.
struct EditedPhotoSummary {
  std::size_t id = 0;  ///< Its place in the run.
  std::string name;    ///< "sub/a.jpg"
  /// What the manifest says: `status`, `error`, `classes`, `confidence`, `area`, `width`, `height`.
  nlohmann::json entry = {};
  Review review = Review::kUnseen;
  bool edited = false;       ///< Hints in hints.jsonl have made its result.
  int clicks = 0;            ///< Strokes and boxes that a person has given, also those taken back.
  double seconds = 0;        ///< That a person has spent on it; longer breaks do not count.
  std::string problem = {};  ///< Why the result is not in its files yet, or "".
};

/// A photo that is open, and its result by the hints that there are.
struct EditedPhotoState {
  EditedPhotoSummary photo;
  cv::Size size;   ///< Of the upright photo.
  cv::Mat labels;  ///< `CV_8UC1`, of the photo's size: 0 is background.
  Hints hints;
  bool can_undo = false, can_redo = false;
  bool unfit = false;  ///< hints.jsonl says of it what cannot be meant; the next change ends that.
  double confidence = 0;
  std::string note;  ///< Of the result, or "".
};

/// A run whose results are corrected by hints of a person, photo by photo. Each hint is in
/// DIR/hints.jsonl when the call that gives it returns; the files of the photo and its line in the
/// manifest follow within moments, whole or not at all, with `edited`, `clicks`, `seconds` and
/// `review` added. They are those that the run's command makes with `--hints DIR/hints.jsonl`. What
/// a kill leaves undone is done when the run is opened again. Safe to use from several threads.
class Editor {
 public:
  /// Opens the run, and makes what hints.jsonl says and the files do not show yet. Throws `Error`
  /// for a folder without a run, one of a command whose results cannot be edited, one of another
  /// version, and one where another gradcut is at work.
  explicit Editor(const EditOptions& options, const RunControl& control = {});

  /// Ends like `Close`, and says what fails.
  ~Editor();
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  const std::string& command() const;        ///< Of the run: "mask".
  std::vector<std::string> classes() const;  ///< Names that hints may give.
  std::vector<EditedPhotoSummary> photos() const;

  // The functions below throw `std::out_of_range` for an id that there is not, and `Error` for a
  // photo that cannot be read or is another one than that of the run.

  /// The photo, upright over white, RGB `CV_8UC3`; its longer side has at most so many pixels.
  cv::Mat Picture(std::size_t id, int long_side) const;
  /// Its heat map in colours, likewise. Opens it.
  cv::Mat HeatPicture(std::size_t id, int long_side);

  /// Also says that a person has seen it.
  EditedPhotoState Open(std::size_t id);
  /// The same without that, and without an answer: `Open` will then be quick.
  void Prefetch(std::size_t id);

  /// Changes the photo's hints by `change`. `clicks` is what a person gave for it. Throws `Error`
  /// for hints that cannot be meant and `StorageError` where they cannot be kept; nothing has
  /// changed then.
  EditedPhotoState Change(std::size_t id, const std::function<void(Hints&)>& change,
                          int clicks = 0);
  EditedPhotoState Undo(std::size_t id);  ///< Without a change to take back, nothing happens.
  EditedPhotoState Redo(std::size_t id);
  /// Throws `StorageError` where it cannot be kept; nothing has changed then.
  EditedPhotoState SetReview(std::size_t id, Review review);

  /// Writes what is not written yet, and gives the manifest its name. Throws `Error` naming what
  /// could not be written.
  void Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// "seen", "accepted", "rejected"; "" for `kUnseen`.
std::string ReviewName(Review review);
/// The inverse. Throws `Error` for another name.
Review ReviewNamed(const std::string& name);

}  // namespace gradcut
