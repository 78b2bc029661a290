#include "gradcut/workflow/merge.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/metrics/counts.h"
#include "gradcut/metrics/report.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/folder_lock.h"
#include "gradcut/storage/text.h"
#include "storage/attempt.h"
#include "workflow/instances.h"
#include "workflow/label_lists.h"
#include "workflow/merge_index.h"
#include "workflow/tune_points.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using State = MergeIndex::State;

constexpr char kCountsFile[] = "counts.json", kMeasuresFile[] = "measures.json";
constexpr char kAgainFile[] = "again.txt";

bool SameFolder(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return fs::equivalent(a, b, ignored) || CanonicalPath(a) == CanonicalPath(b);
}

// What the arguments stand for.
struct Found {
  std::vector<MergedRun> runs;
  std::vector<fs::path> counts;
};

// The counts in a folder, but for those that an earlier merge wrote there.
std::vector<fs::path> CountsIn(const fs::path& folder, const fs::path& output) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const bool ours = entry.path().filename() == kCountsFile && SameFolder(folder, output);
    if (!ours && entry.is_regular_file(error) && IsCountsFile(entry.path()))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// What decides the shard of an input; an archive belongs to one as a whole.
fs::path PlaceOf(const Input& input) {
  return input.archive.empty() ? input.relative : input.archive.filename();
}

// Of one photo the last run counts, so that a run of the whole stands behind later shards.
void PutInOrder(std::vector<MergedRun>& runs) {
  if (runs.size() < 2 || ShardIn(runs.front().found.run)) return;
  std::error_code ignored;
  const auto time_of = [&](const MergedRun& run) {
    return fs::last_write_time(run.found.file, ignored);
  };
  if (std::any_of(runs.begin() + 1, runs.end(),
                  [&](const MergedRun& run) { return time_of(run) > time_of(runs.front()); }))
    std::rotate(runs.begin(), runs.begin() + 1, runs.end());
}

// The runs in a folder. What an earlier merge wrote there tells nothing new beside the shards.
std::vector<MergedRun> RunsIn(const fs::path& folder) {
  std::vector<MergedRun> runs;
  for (RunFolder::Found& found : RunFolder(folder, Shard()).FindRuns()) {
    Require(found.run.is_object(), "{}: was not made by gradcut, or is damaged",
            Printable(found.file));
    runs.push_back({folder, std::move(found)});
  }
  if (runs.size() > 1)
    std::erase_if(runs, [](const MergedRun& run) { return run.found.run.contains("merged"); });
  PutInOrder(runs);
  return runs;
}

Found FindAll(const MergeOptions& options) {
  Found found;
  for (const fs::path& input : options.inputs) {
    std::error_code ignored;
    Require(fs::exists(input, ignored), "{}: there is no such file or folder", Printable(input));
    if (!fs::is_directory(input, ignored)) {
      Require(IsCountsFile(input), "{}: is neither a folder of a run nor of gradcut eval --counts",
              Printable(input));
      found.counts.push_back(input);
      continue;
    }
    const std::vector<MergedRun> runs = RunsIn(input);
    const std::vector<fs::path> counts = CountsIn(input, options.output);
    Require(!runs.empty() || !counts.empty(),
            "{}: holds no run (no run.json) and no counts of gradcut eval --counts",
            Printable(input));
    found.runs.insert(found.runs.end(), runs.begin(), runs.end());
    found.counts.insert(found.counts.end(), counts.begin(), counts.end());
  }
  for (const MergedRun& run : found.runs) {
    const std::string difference = DifferenceOfRuns(run.found.run, found.runs.front().found.run);
    Require(difference.empty(), "{}: is of {}; only shards of one run go together",
            Printable(run.found.file), difference);
  }
  return found;
}

// The inputs of some runs, and where these were started.
struct Source {
  fs::path base;
  nlohmann::json inputs;
  bool operator==(const Source&) const = default;
};

// Gives each run the number of its inputs.
std::vector<Source> NumberSources(std::vector<MergedRun>& runs) {
  std::vector<Source> sources;
  for (MergedRun& run : runs) {
    const Source source = {RunRecord::TextAt(run.found.run, "folder"),
                           run.found.run.value("inputs", nlohmann::json())};
    const auto known = std::find(sources.begin(), sources.end(), source);
    run.listing = static_cast<std::size_t>(known - sources.begin());
    if (known == sources.end()) sources.push_back(source);
  }
  return sources;
}

// Places a file of a folder into another: by a link if the file system can, else by a copy. Does
// nothing where it is there already.
void Bring(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (fs::equivalent(from, to, error)) return;
  const bool same = fs::exists(to, error) &&
                    fs::file_size(from, error) == fs::file_size(to, error) &&
                    fs::last_write_time(from, error) == fs::last_write_time(to, error);
  if (same) return;
  fs::create_directories(to.parent_path(), error);
  fs::remove(to, error);
  fs::create_hard_link(from, to, error);
  if (!error) return;
  error.clear();
  WriteFileAtomically(to, ReadFile(from));
  fs::last_write_time(to, fs::last_write_time(from, error), error);
}

bool HaveSameBytes(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return fs::equivalent(a, b, ignored) ||
         (fs::file_size(a, ignored) == fs::file_size(b, ignored) && ReadFile(a) == ReadFile(b));
}

class RunMerger {
 public:
  RunMerger(std::vector<MergedRun> runs, fs::path output, const RunControl& control)
      : runs_(std::move(runs)),
        sources_(NumberSources(runs_)),
        output_(std::move(output)),
        folder_(output_, Shard()),
        control_(control) {}

  void Run(MergeSummary& summary) {
    CompareKinds();
    folder_.Make();
    std::error_code ignored;
    const bool was_empty = fs::is_empty(output_, ignored);
    ManifestWriter manifest(folder_.manifest_file());
    const FolderLock lock(folder_.path());
    folder_.Admit(
        Identity(), [] { return std::vector<BatchItem>(); }, {}, Existing::kSkip);
    if (command() == "label") CheckExports(Labels(ManifestsOfRuns()), Exports());
    const std::vector<fs::path> own = {folder_.manifest_file()};
    manifest.Read(own);
    manifest.Start();
    MergeIndex index(runs_);
    if (!was_empty && !manifest.was_left() && folder_.FindRuns().empty()) CheckUnoccupied(index);
    Compare(index, summary);
    if (!Write(index, manifest, summary)) {
      summary.interrupted = true;
      return;
    }
    WriteRunFile(summary);
    manifest.Finish();
    WriteAgain(summary);
    if (summary.missing == 0 && summary.problems.empty()) WriteWhole(summary);
  }

 private:
  const nlohmann::json& first() const { return runs_.front().found.run; }
  std::string command() const { return RunRecord::TextAt(first().at("made_by"), "command"); }
  nlohmann::json Identity() const {
    return {{"recipe", first()["recipe"]}, {"made_by", first()["made_by"]}};
  }

  // What is in a folder in which nothing was merged before is somebody else's, unless it is what a
  // merge that could not go on has brought.
  void CheckUnoccupied(MergeIndex& index) const {
    for (const MergeIndex::Item* const item : index.Ordered()) {
      const fs::path& folder = runs_[item->run].folder;
      if (item->state != State::kDone || SameFolder(folder, output_)) continue;
      for (const fs::path& file : FilesOf(index.EntryOf(*item), folder))
        if (std::error_code ignored; fs::exists(fs::symlink_status(output_ / file, ignored)) &&
                                     !HaveSameBytes(folder / file, output_ / file))
          throw UsageError(
              fmt::format("{} exists, but no {} says how it was made; take another folder for -o",
                          Printable(output_ / file), Printable(folder_.run_file())));
    }
  }

  // Which kinds of files a run saves is no part of what decides them.
  void CompareKinds() const {
    const auto kinds_of = [](const nlohmann::json& run) {
      std::set<std::string> kinds;
      for (const nlohmann::json& kind : run.value("save", nlohmann::json::array()))
        kinds.insert(kind.is_string() ? kind.get<std::string>() : kind.dump());
      return kinds;
    };
    const std::set<std::string> kinds = kinds_of(first());
    for (const MergedRun& run : runs_)
      if (const std::set<std::string> others = kinds_of(run.found.run); others != kinds)
        return control_.Warning(fmt::format(
            "{} has saved {}, and {} {}; give the commands of all shards again with one --save",
            Printable(runs_.front().found.file), fmt::join(kinds, ","), Printable(run.found.file),
            fmt::join(others, ",")));
  }

  // What there should be against what there is.
  void Compare(MergeIndex& index, MergeSummary& summary) {
    const bool listed = command() == "tune" || List(index, summary);
    std::size_t gone = 0;
    for (const MergeIndex::Item* const item : index.Ordered()) {
      if (item->state == State::kDone) {
        ++summary.done;
        continue;
      }
      ++(item->state == State::kFailed ? summary.failed : gone);
      AddShardOf(runs_[item->run]);
      if (!item->placed)
        again_.push_back({BaseOf(*item) / RunRecord::TextAt(index.EntryOf(*item), "path"), ""});
    }
    // Besides, what listings have and no manifest tells of.
    const std::size_t told = summary.done + summary.failed + gone;
    const std::size_t untold = command() == "tune"
                                   ? std::max(ValueAt(first(), "images", told), told) - told
                                   : again_.size() - (summary.failed + gone);
    summary.missing = gone + untold;
    summary.inputs = summary.done + summary.failed + summary.missing;
    CheckDoubled(index, summary);
    CheckShards(listed, summary);
    for (const auto& [index_of_shard, count] : shards_)
      summary.shards.push_back(fmt::format("{}/{}", index_of_shard, count));
  }

  // What is the same in all folders is taken once; of what differs nobody knows which is right.
  static void CheckDoubled(MergeIndex& index, MergeSummary& summary) {
    summary.doubled = index.doubled();
    std::set<MergeIndex::FilePair> compared;
    std::vector<MergeIndex::FilePair> different;
    for (const MergeIndex::FilePair& pair : index.DoubledFiles())
      if (compared.insert(pair).second && !HaveSameBytes(pair.first, pair.second))
        different.push_back(pair);
    if (different.empty()) return;
    summary.problems.push_back(fmt::format(
        "{} and {} are of one photo and differ{}; leave out the folder that is not to count",
        Printable(different.front().first), Printable(different.front().second),
        different.size() == 1 ? "" : fmt::format(", and so do {} others", different.size() - 1)));
  }

  fs::path BaseOf(const MergeIndex::Item& item) const {
    return sources_[runs_[item.run].listing].base;
  }

  // Lists the inputs anew: what was added since counts, too. Returns whether that could be done.
  bool List(MergeIndex& index, MergeSummary& summary) {
    const std::size_t shards = CountOfShards();
    bool listed = true;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const auto& [base, inputs] = sources_[i];
      std::vector<std::string> arguments;
      for (const nlohmann::json& input : inputs) {
        const std::string text = input.is_string() ? input.get<std::string>() : input.dump();
        arguments.push_back(text.starts_with('@') ? "@" + (base / text.substr(1)).string()
                                                  : (base / text).string());
      }
      try {
        const Listing listing = ListInputs(
            arguments, output_, WithoutImages::kIsEmpty, [&, &base = base](const Input& input) {
              return !input.archive.empty() || index.Place(input, base, i);
            });
        for (const std::string& problem : listing.problems) summary.problems.push_back(problem);
        for (const Input& input : listing.inputs) {
          if (!input.archive.empty() && !index.Place(input, base, i)) continue;
          const fs::path path = (base / input.path).lexically_normal();
          if (!listed_again_.insert(path.string()).second) continue;
          again_.push_back({path, index.PlaceOf(input, base)});
          if (shards > 1 && command() != "label")
            shards_.insert({ShardOf(PlaceOf(input), shards), shards});
        }
      } catch (const Error& error) {
        control_.Warning(fmt::format(
            "{}; so it is not known whether photos are missing but by what the shards say",
            error.what()));
        listed = false;
      }
    }
    return listed;
  }

  // That of all runs, or 0.
  std::size_t CountOfShards() const {
    std::size_t count = 0;
    for (const MergedRun& run : runs_) {
      const std::optional<Shard> shard = ShardIn(run.found.run);
      if (!shard) continue;
      if (count != 0 && shard->count != count) return 0;
      count = shard->count;
    }
    return count;
  }

  void AddShardOf(const MergedRun& run) {
    if (const auto shard = ShardIn(run.found.run)) shards_.emplace(shard->index, shard->count);
  }

  // Shards that are missing, or did not come to an end. Where all inputs are known, their photos
  // tell enough.
  void CheckShards(bool listed, MergeSummary& summary) {
    std::vector<std::string> problems;
    std::set<std::size_t> there;
    for (const MergedRun& run : runs_) {
      if (const auto shard = ShardIn(run.found.run)) there.insert(shard->index);
      if (IsBeingWritten(run.found.manifest) && run.found.manifest != folder_.manifest_file())
        summary.problems.push_back(
            fmt::format("{}: is still being written", Printable(run.found.manifest)));
      if (ValueAt(run.found.run, "finished", false)) continue;
      problems.push_back(fmt::format("{}: did not come to its end", Printable(run.found.file)));
      if (!listed) AddShardOf(run);
    }
    const std::size_t count = CountOfShards();
    for (std::size_t i = 0; i < count; ++i) {
      if (there.contains(i)) continue;
      problems.push_back(fmt::format("shard {}/{} is missing", i, count));
      if (!listed || summary.missing > 0) shards_.insert({i, count});
    }
    if (!listed || summary.missing > 0)
      summary.problems.insert(summary.problems.end(), problems.begin(), problems.end());
  }

  // Files and manifest. Returns whether it came to the end.
  bool Write(MergeIndex& index, ManifestWriter& manifest, const MergeSummary& summary) {
    const std::vector<const MergeIndex::Item*> items = index.Ordered();
    std::size_t number = 0;
    control_.Report({0, items.size(), 0});
    for (const MergeIndex::Item* const item : items) {
      if (control_.stop.stop_requested()) return false;
      control_.Report({++number, items.size(), summary.failed});
      if (item->state == State::kGone) continue;
      const MergedRun& run = runs_[item->run];
      nlohmann::json entry = index.EntryOf(*item);
      if (item->state == State::kDone && !SameFolder(run.folder, output_))
        for (const fs::path& file : FilesOf(entry, run.folder))
          Bring(run.folder / file, output_ / file);
      if (run.listing != 0) entry["path"] = (BaseOf(*item) / entry["path"].get<std::string>());
      manifest.Write(entry);
    }
    return true;
  }

  void WriteRunFile(const MergeSummary& summary) const {
    nlohmann::json run = first();
    for (const char* const key : {"shard", "archive", "sources"}) run.erase(key);
    run["merged"] = runs_.size();
    run["finished"] = summary.missing == 0;
    double seconds = 0;
    std::map<std::string, double> milliseconds;
    for (const MergedRun& each : runs_) {
      const nlohmann::json totals = each.found.run.value("totals", nlohmann::json::object());
      seconds += ValueAt(totals, "seconds", 0.0);
      const nlohmann::json stages = totals.value("milliseconds", nlohmann::json());
      for (const auto& [stage, value] : stages.items())
        if (value.is_number()) milliseconds[stage] += value.get<double>();
    }
    run["totals"] = {
        {"inputs", summary.inputs}, {"ok", summary.done}, {"skipped", 0},
        {"failed", summary.failed}, {"seconds", seconds}, {"milliseconds", milliseconds}};
    folder_.WriteRun(run);
  }

  void WriteAgain(MergeSummary& summary) const {
    const fs::path file = output_ / kAgainFile;
    std::error_code ignored;
    fs::remove(file, ignored);
    if (again_.empty() || command() == "tune") return;
    std::string lines;
    std::set<fs::path> archives;
    for (const Input& input : again_) {
      const fs::path archive = ArchiveOf(input.path);
      const bool as_it_is = input.relative.empty() || command() == "label";
      if (!archive.empty() && !archives.insert(archive).second) continue;
      lines += (!archive.empty() ? archive.string()
                : as_it_is       ? input.path.string()
                                 : ListLine(input)) +
               "\n";
    }
    WriteFileAtomically(file, lines);
    summary.again = file;
  }

  // What a single run writes in the end.
  void WriteWhole(MergeSummary& summary) const {
    if (command() == "label") WriteLists();
    if (command() == "tune") summary.table = WriteTable();
    const nlohmann::json save = first().value("save", nlohmann::json::array());
    if (std::find(save.begin(), save.end(), "instances") != save.end()) WriteInstances(output_);
  }

  void WriteLists() const {
    const std::vector<fs::path> whole = {folder_.manifest_file()};
    WriteLabelLists(Labels(whole), Exports(), control_);
  }

  // The images of `gradcut label` that some manifests tell of.
  LabelRun Labels(std::span<const fs::path> manifests) const {
    LabelRun run = {output_,
                    ReadLines(runs_.front().folder / "classes.txt"),
                    {},
                    first().at("given").at("min_confidence").get<double>()};
    const fs::path base = sources_.front().base;
    for (const fs::path& manifest : manifests)
      for (const nlohmann::json& entry : EntriesIn(manifest)) {
        const fs::path path = base / RunRecord::TextAt(entry, "path");
        fs::path place =
            fs::path(RunRecord::TextAt(entry, "output")).lexically_relative(kClassFolder);
        place.replace_extension(path.extension());
        run.images.push_back({path, place});
      }
    return run;
  }

  std::vector<LabelExport> Exports() const {
    return ParseLabelExports(first().at("given").at("exports").get<std::vector<std::string>>());
  }

  std::vector<fs::path> ManifestsOfRuns() const {
    std::vector<fs::path> manifests;
    for (const MergedRun& run : runs_) manifests.push_back(run.found.manifest);
    return manifests;
  }

  TuningTable WriteTable() const {
    const nlohmann::json& made_by = first().at("made_by");
    const TunePlan plan = {.keys = made_by.at("options"),
                           .points = made_by.at("points"),
                           .candidates = first().at("candidates"),
                           .given = first().at("given_point")};
    const Recipe recipe = Recipe::Load(runs_.front().found.file);
    const std::vector<nlohmann::json> entries = EntriesIn(folder_.manifest_file());
    const std::vector<bool> chooses = DrawHalf(entries.size(), recipe.seed);
    std::vector<TunedImage> images;
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (entries[i].contains("iou"))
        images.push_back(
            {RunRecord::TextAt(entries[i], "path"), chooses[i],
             FieldOf<std::vector<double>>(entries[i], "iou", folder_.manifest_file())});
    return WriteTuning(plan, images, recipe, output_);
  }

  std::vector<MergedRun> runs_;
  const std::vector<Source> sources_;
  const fs::path output_;
  const RunFolder folder_;
  const RunControl& control_;
  std::vector<Input> again_;                              // Where they are, and their places.
  std::set<std::string> listed_again_;                    // Their paths, as far as they are listed.
  std::set<std::pair<std::size_t, std::size_t>> shards_;  // To be run again.
};

void MergeRuns(const std::vector<MergedRun>& runs, const fs::path& output,
               const RunControl& control, MergeSummary& summary) {
  try {
    RunMerger(runs, output, control).Run(summary);
  } catch (const nlohmann::json::exception& error) {
    Fail("{}: a run.json or manifest there is damaged: {}",
         Printable(runs.front().found.file.parent_path()), Printable(error.what()));
  }
}

}  // namespace

MergeSummary Merge(const MergeOptions& options, const RunControl& control) {
  if (options.output.empty()) throw UsageError("-o DIR is required");
  CheckOutputFolder(options.output);
  const Found found = FindAll(options);
  MergeSummary summary;
  KeepWhatIsDone([&] {
    if (!found.runs.empty()) MergeRuns(found.runs, options.output, control, summary);
    if (found.counts.empty() || summary.interrupted) return;
    MergedCounts merged = MergeCounts(found.counts);
    WriteFileAtomically(options.output / kCountsFile, merged.report.counts);
    WriteFileAtomically(options.output / kMeasuresFile, ToJson(merged.report));
    summary.problems.insert(summary.problems.end(), merged.problems.begin(), merged.problems.end());
    summary.evaluation = std::move(merged.report);
  });
  return summary;
}

}  // namespace gradcut
