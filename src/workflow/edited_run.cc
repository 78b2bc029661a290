#include "workflow/edited_run.h"

#include "gradcut/core/error.h"
#include "gradcut/run/batch.h"
#include "gradcut/run/plan.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/kinds.h"
#include "run/item_work.h"
#include "run/run_folder.h"
#include "run/source_stamp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path LockableManifest(const fs::path& folder) {
  Require(fs::is_directory(folder), "{}: is not a folder", Printable(folder));
  const RunFolder run(folder, Shard());
  for (const fs::path& manifest : run.Manifests())
    Require(!IsBeingWritten(manifest),
            "{}: another gradcut is at work here; wait for it, or end it", Printable(folder));
  return run.manifest_file();
}

std::string CommandOf(const RunRecord& record) {
  std::string command = RunRecord::TextAt(record.run.value("made_by", Json::object()), "command");
  Require(command == "mask" || command == "label",
          "{}: is of gradcut {}; results of gradcut mask and gradcut label can be edited",
          Printable(record.file), command);
  return command;
}

const std::vector<OutputKind>& KindsOf(const std::string& command) {
  return command == "label" ? LabelKinds() : MaskKinds();
}

// The place of a photo in its run, which its output is named after: the end of its path.
fs::path PlaceOf(const fs::path& photo, const fs::path& output,
                 const std::vector<OutputKind>& kinds) {
  fs::path place;
  for (auto part = photo.end(); part != photo.begin();) {
    --part;
    place = place.empty() ? *part : *part / place;
    for (const fs::path& each : {place, fs::path(place.string() + place.extension().string())})
      for (const OutputKind kind : kinds)
        if (OutputPath(each, kind) == output) return each;
  }
  Fail("{}: is not named after {}", Printable(output), Printable(photo));
}

std::vector<Input> InputsOf(const RunRecord& record, const std::vector<OutputKind>& kinds) {
  Require(!record.in_archives(),
          "{}: its results lie in archives; give the run of gradcut -o FOLDER to edit them",
          Printable(record.file));
  const std::map<fs::path, Input> archived = record.ArchivedPhotos();
  std::vector<Input> inputs;
  for (const Json& entry : record.entries) {
    const fs::path photo = record.PhotoOf(entry), output = RunRecord::TextAt(entry, "output");
    const auto member = archived.find(photo);
    inputs.push_back(member == archived.end() ? Input{.path = photo, .relative = {}}
                                              : member->second);
    inputs.back().relative = output.empty() ? photo.filename() : PlaceOf(photo, output, kinds);
  }
  return inputs;
}

std::string GivenPath(const Json& entry) {
  return fs::path(RunRecord::TextAt(entry, "path")).lexically_normal().generic_string();
}

EditedPhotoSummary SummaryOf(std::size_t id, const Input& input, const Json& entry) {
  EditedPhotoSummary photo = {.id = id,
                              .name = input.relative.generic_string(),
                              .entry = entry,
                              .edited = ValueAt(entry, "edited", false),
                              .clicks = ValueAt(entry, "clicks", 0),
                              .seconds = ValueAt(entry, "seconds", 0.0)};
  try {
    photo.review = ReviewNamed(RunRecord::TextAt(entry, "review"));
  } catch (const Error&) {  // Of a later version.
    photo.review = Review::kSeen;
  }
  return photo;
}

void Note(EditedPhotoSummary& photo) {
  Json& entry = photo.entry;
  entry["edited"] = photo.edited;
  entry["clicks"] = photo.clicks;
  entry["seconds"] = std::round(10 * photo.seconds) / 10;
  entry["review"] = ReviewName(photo.review);
}

bool Failed(const Json& entry) { return RunRecord::TextAt(entry, "status") == "failed"; }

}  // namespace

EditedRun::EditedRun(const fs::path& folder, Durability durability)
    : folder_(folder.lexically_normal()),
      durability_(durability),
      manifest_(LockableManifest(folder_), durability),
      record_(ReadRun(folder_)),
      command_(CommandOf(record_)),
      inputs_(InputsOf(record_, KindsOf(command_))) {
  for (std::size_t id = 0; id < inputs_.size(); ++id) {
    photos_.push_back(SummaryOf(id, inputs_[id], record_.entries[id]));
    if (const std::string path = GivenPath(record_.entries[id]); path != photos_.back().name)
      paths_.insert(path);
  }
  record_.entries.clear();  // `photos_` has them now.
}

std::string EditedRun::HintName(std::size_t id) const {
  const std::string place = inputs_.at(id).relative.generic_string();
  return paths_.contains(place) ? GivenPath(Summary(id).entry) : place;
}

void EditedRun::Start() {
  if (manifest_.was_left()) RemoveLeftFiles(folder_);
  manifest_.Read(RunFolder(folder_, Shard()).Manifests());
  manifest_.Start();
  for (const EditedPhotoSummary& photo : photos_) manifest_.Write(photo.entry);
}

EditedPhotoSummary EditedRun::Summary(std::size_t id) const {
  const std::lock_guard lock(mutex_);
  return photos_.at(id);
}

std::vector<EditedPhotoSummary> EditedRun::Summaries() const {
  const std::lock_guard lock(mutex_);
  return photos_;
}

void EditedRun::Update(std::size_t id, const std::function<void(EditedPhotoSummary&)>& change) {
  const std::lock_guard lock(mutex_);
  EditedPhotoSummary& photo = photos_.at(id);
  change(photo);
  Note(photo);
  manifest_.Write(photo.entry);
  manifest_.Sync();
}

void EditedRun::CheckPhoto(std::size_t id) const {
  const Json entry = Summary(id).entry;
  Require(!Failed(entry), "{}", RunRecord::TextAt(entry, "error"));
  const Json sources = entry.value("sources", Json());
  const bool known = sources.is_array() && !sources.empty();
  const fs::path& archive = inputs_[id].archive;
  const Json now = Json::array({StampOf(archive.empty() ? inputs_[id].path : archive)});
  Require(!now[0].is_null(), "{}: is not where the run found it", Printable(inputs_[id].path));
  Require(!known || SameSources(Json::array({sources[0]}), now),
          "{}: has changed since the run; make its result anew with gradcut {} first",
          Printable(inputs_[id].path), command_);
}

cv::Size EditedRun::SizeOf(std::size_t id) const {
  const Json entry = Summary(id).entry;
  const fs::path manifest = RunFolder(folder_, Shard()).manifest_file();
  return {FieldOf<int>(entry, "width", manifest), FieldOf<int>(entry, "height", manifest)};
}

bool EditedRun::Shows(std::size_t id, const std::string& digest) const {
  const Json sources = Summary(id).entry.value("sources", Json());
  const std::string shown = sources.is_array() && !sources.empty()
                                ? RunRecord::TextAt(sources.back(), "sha256")
                                : std::string();
  return shown == digest;
}

void EditedRun::Save(
    std::size_t id, const Hints& hints, const std::string& digest,
    const std::function<std::shared_ptr<const EditedResult>(const cv::Mat& photo)>& result) {
  CheckPhoto(id);
  const Json known = Summary(id).entry;
  const std::vector<fs::path> files = FilesOf(known, folder_);
  const fs::path output = RunRecord::TextAt(known, "output");
  BatchItem item = {.input = inputs_[id]};
  std::vector<OutputKind> kinds = KindsOf(command_);
  std::erase_if(kinds, [&](OutputKind kind) {
    return std::find(files.begin(), files.end(), OutputPath(item.input.relative, kind)) ==
           files.end();
  });
  // The one that the manifest calls the output comes first.
  std::stable_partition(kinds.begin(), kinds.end(), [&](OutputKind kind) {
    return OutputPath(item.input.relative, kind) == output;
  });
  for (const OutputKind kind : kinds)
    item.outputs.push_back(folder_ / OutputPath(item.input.relative, kind));
  Require(!kinds.empty(), "{}: the manifest knows no files of it", Printable(item.input.path));

  const BatchOptions options = {.existing = Existing::kOverwrite,
                                .durable = durability_ == Durability::kDurable};
  BatchJob job;
  job.outputs = kinds;
  job.digest = [&](const fs::path&) { return digest; };
  job.process = [&](const cv::Mat& photo, const PhotoSource&) {
    return result(photo)->Files(kinds);
  };
  Outcome outcome = ItemWork(options, job, folder_).Process(item, manifest_);
  Require(outcome.failure.empty(), "{}", outcome.failure);
  outcome.entry["path"] = known["path"];  // As the run was given it.
  Update(id, [&](EditedPhotoSummary& photo) {
    photo.entry = std::move(outcome.entry);
    photo.edited = !hints.empty();
  });
}

void EditedRun::Finish() {
  const std::lock_guard lock(mutex_);
  manifest_.DropSuperseded();
  manifest_.Finish();
}

std::string ReviewName(Review review) {
  constexpr std::array<const char*, 4> kNames = {"", "seen", "accepted", "rejected"};
  return kNames.at(static_cast<std::size_t>(review));
}

Review ReviewNamed(const std::string& name) {
  for (const Review review : {Review::kUnseen, Review::kSeen, Review::kAccepted, Review::kRejected})
    if (ReviewName(review) == name) return review;
  Fail("review '{}': expected seen, accepted or rejected", name);
}

}  // namespace gradcut
