#include "gradcut/workflow/edit.h"

#include "gradcut/core/error.h"
#include "gradcut/core/hint_history.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/hint_files.h"
#include "gradcut/image/image_io.h"
#include "render/thumbnails.h"
#include "storage/attempt.h"
#include "workflow/edited_run.h"
#include "workflow/hint_log.h"
#include "workflow/label_engine.h"
#include "workflow/mask_engine.h"
#include "workflow/work_threads.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// So many photos stay open that are not at work, since a person goes back and forth; together they
// have at most so many pixels, each of which takes about 20 bytes.
constexpr std::size_t kMostOpen = 4;
constexpr std::size_t kMostOpenPixels = 50'000'000;
// A longer break between two things that a person does is none of the time spent.
constexpr double kLongestPauseSeconds = 60;
// Heat maps are smooth.
constexpr int kHeatLongSide = 512;

constexpr const char* kHintsFile = "hints.jsonl";

cv::Mat Shrunk(const cv::Mat& image, int long_side) {
  return Resize(image, ThumbnailSize(image.size(), long_side));
}

// What `now` has beyond `before`, or nothing where it also lacks something.
std::optional<Hints> Added(const Hints& before, const Hints& now) {
  const auto begins = [](const auto& all, const auto& first) {
    return first.size() <= all.size() && std::equal(first.begin(), first.end(), all.begin());
  };
  if (!begins(now.boxes, before.boxes) || !begins(now.strokes, before.strokes) ||
      before.fill_holes > now.fill_holes || before.keep_largest > now.keep_largest)
    return std::nullopt;
  return Hints{.boxes = {now.boxes.begin() + std::ssize(before.boxes), now.boxes.end()},
               .strokes = {now.strokes.begin() + std::ssize(before.strokes), now.strokes.end()},
               .fill_holes = now.fill_holes,
               .keep_largest = now.keep_largest};
}

// What the run's command does.
std::unique_ptr<EditEngine> MakeEngine(const fs::path& folder, const EditedRun& run,
                                       const RunControl& control) {
  return run.command() == "label" ? MakeLabelEngine(folder, run.record(), control)
                                  : MakeMaskEngine(folder, run.record());
}

}  // namespace

class Editor::Impl {
 public:
  Impl(const EditOptions& options, const RunControl& control)
      : control_(control),
        run_(options.folder, options.durability),
        engine_(MakeEngine(options.folder, run_, control)),
        log_(options.folder / kHintsFile, options.durability) {
    TakeOverHints(options.folder / kHintsFile);
    run_.Start();
    for (std::size_t id = 0; id < run_.inputs().size(); ++id) Reconcile(id);
    saver_ = std::jthread([this](const std::stop_token& stop) { SaveUntil(stop); });
  }

  ~Impl() {
    try {
      Close();
    } catch (const std::exception& error) {
      control_.Error(error.what());
    }
  }

  const EditedRun& run() const { return run_; }
  const EditEngine& engine() const { return *engine_; }

  cv::Mat Picture(std::size_t id, int long_side) const {
    const Input& input = run_.inputs().at(id);
    return Shrunk(DecodeImage(ReadInput(input), input.path.native()), long_side);
  }

  cv::Mat HeatPicture(std::size_t id, int long_side) {
    const auto photo = Find(id);
    const std::lock_guard lock(photo->mutex);
    Load(id, *photo);
    const cv::Mat picture = photo->result->heat_picture();
    return picture.empty() ? picture : Shrunk(picture, std::min(long_side, kHeatLongSide));
  }

  void Prefetch(std::size_t id) {
    const auto photo = Find(id);
    const std::lock_guard lock(photo->mutex);
    Load(id, *photo);
  }

  EditedPhotoState Open(std::size_t id) {
    const auto photo = Find(id);
    const std::lock_guard lock(photo->mutex);
    Load(id, *photo);
    TouchIfRoom(id, [](EditedPhotoSummary& summary) {
      if (summary.review == Review::kUnseen) summary.review = Review::kSeen;
    });
    return StateOf(id, *photo);
  }

  // Moves the history by `move`, which returns whether anything changes.
  EditedPhotoState Change(std::size_t id, int clicks,
                          const std::function<bool(HintHistory&)>& move) {
    const auto photo = Find(id);
    const std::lock_guard lock(photo->mutex);
    Load(id, *photo);
    HintHistory history = photo->history;
    if (!move(history)) return StateOf(id, *photo);
    const Hints before = photo->history.now();
    auto result =
        cutter_.Run([&] { return photo->photo->Cut(CheckedHints(history.now(), photo->size)); });
    Log(id, before, history.now(), /*adds=*/photo->unfit.empty());
    photo->unfit = "";
    Keep(id, history);
    photo->history = std::move(history);
    photo->result = std::move(result);
    TouchIfRoom(id, [&](EditedPhotoSummary& summary) {
      summary.clicks += clicks;
      summary.edited = !photo->history.now().empty();
    });
    SaveSoon(id, photo->history.now(), photo->result);
    return StateOf(id, *photo);
  }

  EditedPhotoState SetReview(std::size_t id, Review review) {
    const auto photo = Find(id);
    const std::lock_guard lock(photo->mutex);
    Load(id, *photo);
    const auto set_to = [](Review value) {
      return [value](EditedPhotoSummary& summary) { summary.review = value; };
    };
    const Review before = run_.Summary(id).review;
    try {
      Touch(id, set_to(review));
    } catch (const Error&) {
      TouchIfRoom(id, set_to(before));  // Or it would be said with the next change.
      throw;
    }
    return StateOf(id, *photo);
  }

  void Close() {
    if (!saver_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      if (pending_.size() > 1)
        control_.Info(fmt::format("writing the results of {} photos", pending_.size()));
    }
    saver_.request_stop();
    saver_.join();
    std::string problems;
    for (const auto& [id, pending] : pending_)
      problems += fmt::format("{}{}", problems.empty() ? "" : "; ", problems_[id]);
    log_.Compact();
    run_.Finish();
    engine_->Finish();
    Require(problems.empty(), "{}", problems);
  }

 private:
  // A photo that is open; `mutex` guards what follows it.
  struct OpenPhoto {
    std::atomic<std::size_t> pixels = 0;
    std::mutex mutex;
    std::unique_ptr<EditedPhoto> photo;
    cv::Size size;
    HintHistory history;
    std::string unfit;  // Why what hints.jsonl says of it is left out, or "".
    std::shared_ptr<const EditedResult> result;
  };

  // What is to be written; no result: it is to be made.
  struct Pending {
    Hints hints;
    std::string digest;  // Of what the file says; see `HintFiles::Digest`.
    std::shared_ptr<const EditedResult> result;
  };

  // The hints of the run itself go into the file that the editor adds to.
  void TakeOverHints(const fs::path& file) {
    const std::vector<Input>& inputs = run_.inputs();
    const std::vector<fs::path> own = {file};
    files_.emplace(own, images_, inputs);
    std::vector<std::size_t> missing;
    for (std::size_t id = 0; id < inputs.size(); ++id)
      if (!run_.Shows(id, "") && !files_->Knows(inputs[id])) missing.push_back(id);
    if (missing.empty()) return;
    std::vector<fs::path> given;
    const nlohmann::json all = run_.record().run.value("given", nlohmann::json::object());
    for (const auto& path : all.value("hints", nlohmann::json::array()))
      if (path.is_string() && CanonicalPath(file) != path.get<std::string>())
        given.emplace_back(path.get<std::string>());
    try {
      const HintFiles theirs(given, images_, inputs);
      for (const std::size_t id : missing) TakeOver(id, theirs);
    } catch (const StorageError&) {
      throw;
    } catch (const Error& error) {  // A file is gone.
      for (const std::size_t id : missing) refused_[id] = error.what();
    }
    if (!refused_.empty())
      control_.Warning(fmt::format("{} photos cannot be edited: {}: {}", refused_.size(),
                                   Printable(inputs[refused_.begin()->first].path),
                                   refused_.begin()->second));
    files_.emplace(own, images_, inputs);
  }

  void TakeOver(std::size_t id, const HintFiles& theirs) {
    const Input& input = run_.inputs()[id];
    const std::string failure = FailureOf(input.path, [&] {
      const Hints hints = HintsIn(theirs, id);
      Require(!hints.empty(), "its hints are not to be found");
      Require(hints.trimap.empty() && hints.labels.empty(),
              "its hints are a trimap or map, which strokes cannot be added to");
      log_.Add(run_.HintName(id), hints);
    });
    if (!failure.empty()) refused_[id] = failure;
  }

  // Makes what a kill, or a person who has written the file, has left to do.
  void Reconcile(std::size_t id) {
    const Input& input = run_.inputs()[id];
    const std::string digest = files_->Digest(input);
    if (run_.Shows(id, digest) || !files_->Knows(input)) return;
    const std::string failure = FailureOf(input.path, [&] {
      run_.CheckPhoto(id);
      pending_[id] = {HintsIn(*files_, id), digest, nullptr};
    });
    if (!failure.empty()) control_.Warning(failure);
  }

  // Those of a photo that the run has read.
  Hints HintsIn(const HintFiles& files, std::size_t id) const {
    return files.Find(run_.inputs()[id], run_.SizeOf(id));
  }

  std::shared_ptr<OpenPhoto> Find(std::size_t id) {
    static_cast<void>(run_.inputs().at(id));
    const std::lock_guard lock(mutex_);
    const auto known = std::find_if(open_.begin(), open_.end(),
                                    [id](const auto& each) { return each.first == id; });
    if (known != open_.end()) {
      open_.splice(open_.begin(), open_, known);
    } else {
      open_.emplace_front(id, std::make_shared<OpenPhoto>());
      CloseSome();
    }
    return open_.front().second;
  }

  // Those that were used least recently.
  void CloseSome() {
    const auto too_much = [this] {
      std::size_t pixels = 0;
      for (const auto& [id, photo] : open_) pixels += photo->pixels;
      return open_.size() > kMostOpen || pixels > kMostOpenPixels;
    };
    for (auto each = open_.end(); too_much() && --each != open_.begin();)
      if (each->second.use_count() == 1) each = open_.erase(each);
  }

  void Load(std::size_t id, OpenPhoto& photo) {
    if (photo.result != nullptr) return;
    run_.CheckPhoto(id);
    const Input& input = run_.inputs()[id];
    if (const auto known = refused_.find(id); known != refused_.end())
      Fail("{}: {}", Printable(input.path), known->second);
    const std::vector<std::uint8_t> bytes = ReadInput(input);
    const cv::Mat pixels = DecodeWithAlpha(bytes, input.path.native());
    photo.size = pixels.size();
    photo.pixels = pixels.total();
    ReadHistory(id, photo);
    const Hints& hints = photo.history.now();
    opener_.Run([&] {
      photo.photo = engine_->Open(pixels, input.path);
      photo.result = photo.photo->Cut(hints);
    });
  }

  // Hints may be of an earlier photo of that name. A change takes them away.
  void ReadHistory(std::size_t id, OpenPhoto& photo) {
    photo.unfit = "";
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = histories_.find(id); known != histories_.end()) {
        photo.history = known->second;
        return;
      }
    }
    try {
      photo.history = HintHistory(files_->Find(run_.inputs()[id], photo.size));
    } catch (const StorageError&) {
      throw;
    } catch (const Error& error) {
      photo.history = HintHistory();
      photo.unfit = fmt::format(
          "{}; the mask is made without its hints, which Clear or the next mark takes away",
          error.what());
    }
  }

  void Keep(std::size_t id, const HintHistory& history) {
    const std::lock_guard lock(mutex_);
    histories_.insert_or_assign(id, history);
  }

  // The first time all is said, since the file may know the photo by another name, and where what
  // it says must not stay.
  void Log(std::size_t id, const Hints& before, const Hints& now, bool adds) {
    const std::string name = run_.HintName(id);
    const std::lock_guard lock(mutex_);
    const std::optional<Hints> more = Added(before, now);
    if (adds && more && (before.empty() || histories_.contains(id)))
      log_.Add(name, *more);
    else
      log_.Replace(name, now);
  }

  EditedPhotoState StateOf(std::size_t id, const OpenPhoto& photo) {
    EditedPhotoState state = {.photo = run_.Summary(id),
                              .size = photo.size,
                              .labels = photo.result->labels(),
                              .hints = photo.history.now(),
                              .can_undo = photo.history.can_undo(),
                              .can_redo = photo.history.can_redo(),
                              .unfit = !photo.unfit.empty(),
                              .confidence = photo.result->confidence(),
                              .note = photo.unfit.empty() ? photo.result->note() : photo.unfit};
    const std::lock_guard lock(mutex_);
    if (const auto known = problems_.find(id); known != problems_.end())
      state.photo.problem = known->second;
    return state;
  }

  // Throws like `EditedRun::Update`.
  void Touch(std::size_t id, const std::function<void(EditedPhotoSummary&)>& change) {
    const Clock::time_point now = Clock::now();
    double spent = 0;
    {
      const std::lock_guard lock(mutex_);
      const double pause = std::chrono::duration<double>(now - touched_).count();
      if (touched_id_ == id && pause < kLongestPauseSeconds) spent = pause;
      touched_ = now;
      touched_id_ = id;
    }
    run_.Update(id, [&](EditedPhotoSummary& summary) {
      summary.seconds += spent;
      change(summary);
    });
    const std::lock_guard lock(mutex_);
    if (!pending_.contains(id)) problems_.erase(id);
  }

  void TouchIfRoom(std::size_t id, const std::function<void(EditedPhotoSummary&)>& change) {
    try {
      Touch(id, change);
    } catch (const Error& error) {
      const std::lock_guard lock(mutex_);
      problems_[id] = error.what();
    }
  }

  // ---- Writing, in a thread of its own

  void SaveSoon(std::size_t id, const Hints& hints,
                const std::shared_ptr<const EditedResult>& result) {
    const std::lock_guard lock(mutex_);
    pending_[id] = {hints, HintFiles::DigestOf(hints), result};
    failed_.clear();  // Perhaps there is room now.
    wake_.notify_one();
  }

  // Goes on after the stop until nothing is left that has not failed.
  void SaveUntil(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, stop, [this] { return Next().has_value(); });
      const std::optional<std::size_t> id = Next();
      if (!id) return;
      const Pending pending = pending_[*id];
      lock.unlock();
      const std::string problem = TryToSave(*id, pending);
      lock.lock();
      const Pending& now = pending_[*id];
      if (!problem.empty()) {
        problems_[*id] = problem;
        failed_.insert(*id);
        control_.Error(problem);
      } else if (now.result == pending.result) {
        pending_.erase(*id);
        problems_.erase(*id);
      }
    }
  }

  std::optional<std::size_t> Next() const {
    for (const auto& [id, pending] : pending_)
      if (!failed_.contains(id)) return id;
    return std::nullopt;
  }

  std::string TryToSave(std::size_t id, const Pending& pending) {
    try {
      run_.Save(id, pending.hints, pending.digest, [&](const cv::Mat& photo) {
        return pending.result != nullptr
                   ? pending.result
                   : engine_->Open(photo, run_.inputs()[id].path)->Cut(pending.hints);
      });
      return "";
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  const RunControl control_;
  EditedRun run_;
  const std::unique_ptr<EditEngine> engine_;
  const HintImages images_ =
      run_.command() == "label" ? HintImages::kClassIndices : HintImages::kTrimap;
  HintLog log_;
  std::optional<HintFiles> files_;              // As they were when the run was opened.
  std::map<std::size_t, std::string> refused_;  // Photos that cannot be edited, and why.

  WorkThreads opener_{1}, cutter_{1};

  std::mutex mutex_;  // Guards what follows, and `log_`. Never held while a photo is worked on.
  std::list<std::pair<std::size_t, std::shared_ptr<OpenPhoto>>> open_;  // The last one used first.
  std::map<std::size_t, HintHistory> histories_;  // Of photos that have changed since.
  Clock::time_point touched_ = {};
  std::optional<std::size_t> touched_id_;
  std::map<std::size_t, Pending> pending_;
  std::set<std::size_t> failed_;  // Of `pending_`: not to be tried again before something changes.
  std::map<std::size_t, std::string> problems_;
  std::condition_variable_any wake_;
  std::jthread saver_;  // The last member: it uses the others.
};

Editor::Editor(const EditOptions& options, const RunControl& control)
    : impl_(std::make_unique<Impl>(options, control)) {}

Editor::~Editor() = default;

const std::string& Editor::command() const { return impl_->run().command(); }
std::vector<std::string> Editor::classes() const { return impl_->engine().classes(); }
std::vector<EditedPhotoSummary> Editor::photos() const { return impl_->run().Summaries(); }

cv::Mat Editor::Picture(std::size_t id, int long_side) const {
  return impl_->Picture(id, long_side);
}

cv::Mat Editor::HeatPicture(std::size_t id, int long_side) {
  return impl_->HeatPicture(id, long_side);
}

EditedPhotoState Editor::Open(std::size_t id) { return impl_->Open(id); }
void Editor::Prefetch(std::size_t id) { impl_->Prefetch(id); }

EditedPhotoState Editor::Change(std::size_t id, const std::function<void(Hints&)>& change,
                                int clicks) {
  return impl_->Change(id, clicks, [&](HintHistory& history) {
    Hints hints = history.now();
    change(hints);
    history.Change(std::move(hints));
    return true;
  });
}

EditedPhotoState Editor::Undo(std::size_t id) {
  return impl_->Change(id, 0, [](HintHistory& history) { return history.Undo(); });
}

EditedPhotoState Editor::Redo(std::size_t id) {
  return impl_->Change(id, 0, [](HintHistory& history) { return history.Redo(); });
}

EditedPhotoState Editor::SetReview(std::size_t id, Review review) {
  return impl_->SetReview(id, review);
}

void Editor::Close() { impl_->Close(); }

}  // namespace gradcut
