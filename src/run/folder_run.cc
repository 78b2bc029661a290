#include "run/folder_run.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/canonical_places.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/folder_lock.h"
#include "gradcut/storage/json.h"
#include "run/arrivals.h"
#include "run/item_work.h"
#include "run/run_file.h"
#include "run/run_folder.h"
#include "storage/attempt.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <unordered_set>

namespace gradcut {
namespace {

// The input folder as output folder would make the next run read what this one wrote.
void CheckFoldersDiffer(const BatchOptions& options) {
  for (const std::string& input : options.inputs) {
    std::error_code ignored;
    if (std::filesystem::equivalent(input, options.output, ignored))
      throw UsageError(
          fmt::format("{}: is also the output folder; take another one for -o", Printable(input)));
  }
}

// A map, a mask or a truth at the place of a result would be removed before it is read, or be
// replaced by what was made of it.
void CheckCompanionsAreSafe(
    const std::vector<BatchItem>& items,
    const std::function<std::filesystem::path(const std::filesystem::path&)>& companion_of) {
  CanonicalPlaces places;
  std::unordered_set<std::string> read;
  for (const BatchItem& item : items)
    if (const std::filesystem::path file = companion_of(item.input.path); !file.empty())
      read.insert(places.Of(file));
  if (read.empty()) return;
  for (const BatchItem& item : items)
    for (const std::filesystem::path& output : item.outputs)
      if (read.contains(places.Of(output)))
        throw UsageError(
            fmt::format("{} is read too and would be overwritten; take another folder for -o",
                        Printable(output)));
}

// Everything that a run over a folder shares between its images.
class FolderRun {
 public:
  FolderRun(const BatchOptions& options, const BatchJob& job, const RunControl& control)
      : options_(options),
        job_(job),
        control_(control),
        shard_(options.shard.value_or(Shard())),
        folder_(options.output, shard_),
        work_(options, job, options.output) {}

  BatchSummary Run() {
    CheckFoldersDiffer(options_);
    // What is there already arrives first.
    Listing listing = ListFiles();
    for (const std::string& problem : listing.problems) control_.Error(problem);
    NameLeftOut(listing);
    items_ = PlanOutputs(std::move(listing.inputs), job_.outputs, folder_.path());
    if (job_.companion) CheckCompanionsAreSafe(AllItems(), job_.companion);
    folder_.Make();
    ManifestWriter manifest(folder_.manifest_file(),
                            options_.durable ? Durability::kDurable : Durability::kFast);
    {
      const FolderLock lock(folder_.path());
      const std::vector<BatchItem> with_side_files = WithSideFiles();
      folder_.Admit(
          IdentityOf(job_), [this] { return AllItems(); },
          with_side_files.empty() ? items_ : with_side_files, options_.existing);
      manifest.Read(folder_.Manifests(), control_.jobs);
      if (options_.existing == Existing::kSkip) folder_.CheckOrigins(items_, manifest);
      WriteRunFile();
    }
    KeepWhatIsDone([&] { Work(manifest); });
    return Summary(listing);
  }

 private:
  void Work(ManifestWriter& manifest) {
    if (manifest.was_left()) RemoveLeftFiles(folder_.path());
    manifest.Start();
    Announce();
    const auto done = [&](const BatchItem& item) { return work_.IsDone(item, manifest); };
    if (job_.prepare && !std::all_of(items_.begin(), items_.end(), done)) job_.prepare();
    if (options_.watch)
      Watch(manifest);
    else
      Process(manifest, 0);
    KeepEarlierEntries(manifest);
    KeepOthers(manifest);
    WriteRunFile();
    manifest.Finish();
  }

  Listing ListFiles() const {
    if (options_.watch) return {};
    if (!options_.files.empty()) return {.inputs = FilesOfShard()};
    return ListInputs(options_.inputs, options_.output, WithoutImages::kIsAnError,
                      [this](const Input& input) { return Holds(shard_, input.relative); });
  }

  std::vector<Input> FilesOfShard() const {
    std::vector<Input> files;
    std::copy_if(options_.files.begin(), options_.files.end(), std::back_inserter(files),
                 [this](const Input& input) { return Holds(shard_, input.relative); });
    return files;
  }

  // Those of every shard. What two photos would both write belongs to one shard, so that only who
  // removes the results of another run needs to know of the others.
  std::vector<BatchItem> AllItems() const {
    if (shard_.count == 1) return items_;
    return PlanOutputs(options_.files.empty() ? ListInputs(options_.inputs, options_.output).inputs
                                              : options_.files,
                       job_.outputs, folder_.path());
  }

  // Files of the whole run are in the way like those of an image. Nothing if there are none.
  std::vector<BatchItem> WithSideFiles() const {
    if (job_.side_files.empty()) return {};
    std::vector<BatchItem> items = items_;
    BatchItem& all = items.emplace_back();
    for (const std::filesystem::path& file : job_.side_files)
      all.outputs.push_back(folder_.path() / file);
    return items;
  }

  void NameLeftOut(const Listing& listing) {
    for (const std::string& line : DescribeLeftOut(listing)) control_.Warning(line);
  }

  bool interrupted() const { return totals_.done() < items_.size(); }

  void WriteRunFile() const {
    folder_.WriteRun(RunFileOf(options_, job_, control_,
                               {totals_, items_.size(), watch_.Seconds(), !interrupted()}));
  }

  void Announce() {
    for (const std::string& input : options_.inputs)
      if (std::error_code ignored;
          std::filesystem::exists(std::filesystem::path(input) / "manifest.jsonl", ignored))
        control_.Warning(fmt::format("{} holds results of gradcut, which are taken for photos too",
                                     Printable(input)));
    if (options_.watch)
      return control_.Info(fmt::format(
          "waiting for images in {}, with {}; Ctrl-C ends it",
          Printable(fmt::format("{}", fmt::join(options_.inputs, ", "))), EngineOf(job_.made_by)));
    control_.Info(fmt::format("{} image{}, {} at a time, with {}", items_.size(),
                              items_.size() == 1 ? "" : "s", JobCount(control_.jobs),
                              EngineOf(job_.made_by)));
  }

  // Goes on until a stop is requested.
  void Watch(ManifestWriter& manifest) {
    Arrivals arrivals(options_.inputs, options_.output);
    while (!control_.stop.stop_requested()) {
      const Listing arrived = arrivals.Take();
      NameLeftOut(arrived);
      if (arrived.inputs.empty()) {
        arrivals.Wait(control_.stop);
        continue;
      }
      const std::set<std::string> replaced = Forget(arrived.inputs);
      const std::size_t first = Admit(arrived.inputs, manifest);
      for (BatchItem& item : std::span(items_).subspan(first))
        item.replaced = replaced.contains(item.input.path.string());
      Process(manifest, first);
      WriteRunFile();
    }
    manifest.DropSuperseded();
  }

  // Inputs that were done and are another file now.
  std::set<std::string> Forget(const std::vector<Input>& arrived) {
    std::set<std::string> replaced;
    for (const Input& input : arrived) {
      const auto counted = counted_.extract(input.path.string());
      if (counted.empty()) continue;
      totals_.TakeBack(counted.mapped());
      replaced.insert(counted.key());
    }
    std::erase_if(
        items_, [&](const BatchItem& item) { return replaced.contains(item.input.path.string()); });
    return replaced;
  }

  // Inputs that are gone and would get into the way of others: renamed ones, for instance.
  void ForgetVanished(const std::vector<Input>& arrived) {
    std::set<std::filesystem::path> outputs;
    for (const Input& input : arrived)
      for (const OutputKind kind : job_.outputs)
        outputs.insert(folder_.path() / OutputPath(input.relative, kind));
    std::vector<Input> vanished;
    for (const BatchItem& item : items_)
      if (std::error_code ignored; outputs.contains(item.outputs.front()) &&
                                   !std::filesystem::exists(item.input.path, ignored))
        vanished.push_back(item.input);
    Forget(vanished);
  }

  // Adds them to what is to be done. Those that would get into the way of others have failed.
  // Returns where they begin.
  std::size_t Admit(const std::vector<Input>& arrived, ManifestWriter& manifest) {
    std::size_t first = items_.size();
    for (const Input& input : arrived) refused_.erase(input.path.string());
    if (TryToAdmit(arrived, manifest).empty()) return first;
    ForgetVanished(arrived);
    first = items_.size();
    for (const Input& input : arrived) {
      const std::string problem = TryToAdmit({input}, manifest);
      if (problem.empty()) continue;
      refused_.insert(input.path.string());
      control_.Error(problem);
      manifest.Write({{"path", input.path.string()}, {"status", "failed"}, {"error", problem}});
    }
    return first;
  }

  std::string TryToAdmit(const std::vector<Input>& arrived, const ManifestWriter& manifest) {
    std::vector<Input> inputs;
    for (const BatchItem& item : items_) inputs.push_back(item.input);
    inputs.insert(inputs.end(), arrived.begin(), arrived.end());
    try {
      std::vector<BatchItem> all = PlanOutputs(std::move(inputs), job_.outputs, folder_.path());
      folder_.Admit(
          IdentityOf(job_), [&] { return all; }, std::span(all).last(arrived.size()),
          options_.existing);
      folder_.CheckOrigins(std::span(all).last(arrived.size()), manifest);
      items_ = std::move(all);
      return "";
    } catch (const UsageError& error) {
      return error.what();
    }
  }

  // Images are worked on in parallel; manifest and progress see them in their order.
  void Process(ManifestWriter& manifest, std::size_t first) {
    const auto work = [&](std::size_t index) -> Completion {
      Outcome outcome = work_.Process(items_[first + index], manifest);
      return [this, &manifest, outcome = std::move(outcome)] { Record(outcome, manifest); };
    };
    WorkInOrder(items_.size() - first, control_, work);
    manifest.Sync();
  }

  void Record(const Outcome& outcome, ManifestWriter& manifest) {
    const std::string path = Printable(outcome.entry["path"].get<std::string>());
    totals_.Add(outcome);
    if (const std::string news = work_.NewsOfMemory(); !news.empty()) control_.Info(news);
    control_.Debug(fmt::format("{}: {}", path, outcome.entry["status"].get<std::string>()));
    if (options_.watch) counted_[outcome.entry["path"].get<std::string>()] = FateOf(outcome);
    if (!outcome.failure.empty()) {
      control_.Error(outcome.failure);
    } else if (options_.watch && !outcome.skipped) {
      control_.Info(
          fmt::format("{}: made {}", path,
                      Printable(folder_.path() / outcome.entry["output"].get<std::string>())));
    }
    if (outcome.entry.contains("note") && !outcome.skipped)
      control_.Warning(fmt::format("{}: {}", path, outcome.entry["note"].get<std::string>()));
    if (outcome.skipped) {
      manifest.KeepLine(outcome.line);
    } else {
      manifest.WriteLine(outcome.line);
      manifest.Sync();
    }
    if (!options_.watch) control_.Report({totals_.done(), items_.size(), totals_.failed});
  }

  // An interrupted run knows as much about the inputs it did not come to as the run before it.
  void KeepEarlierEntries(ManifestWriter& manifest) const {
    for (std::size_t i = totals_.done(); i < items_.size(); ++i)
      if (const std::string& line = manifest.EarlierLine(work_.HeadOf(items_[i])); !line.empty())
        manifest.KeepLine(line);
  }

  // What was made of inputs that are not of this run stays, and what is known of it.
  void KeepOthers(ManifestWriter& manifest) const {
    std::unordered_set<std::string_view> paths;
    for (const BatchItem& item : items_) paths.insert(item.input.path.native());
    const std::vector<std::string> others = manifest.OwnLinesWithout(
        [&](const std::string& path) { return paths.contains(path) || refused_.contains(path); });
    if (others.empty()) return;
    std::unordered_set<std::string> written;
    for (const BatchItem& item : items_)
      for (const std::string& name : work_.NamesOf(item)) written.insert(name);
    const auto is_still_its_own = [&](const std::filesystem::path& file) {
      std::error_code ignored;
      return !written.contains(file.string()) &&
             std::filesystem::exists(folder_.path() / file, ignored);
    };
    for (const std::string& line : others) {
      const std::vector<std::filesystem::path> files = FilesOf(ParsedJson(line), folder_.path());
      if (!files.empty() && std::all_of(files.begin(), files.end(), is_still_its_own))
        manifest.KeepLine(line);
    }
  }

  BatchSummary Summary(const Listing& listing) const {
    return {.totals = totals_,
            .inputs = items_.size(),
            .failed = totals_.failed + refused_.size(),
            .not_searched = listing.problems.size(),
            .interrupted = interrupted(),
            .seconds = watch_.Seconds(),
            .folder = folder_.path(),
            .manifest = folder_.manifest_file(),
            .unreadable = listing.unreadable.empty() ? "" : DescribeUnreadable(listing)};
  }

  const BatchOptions& options_;
  const BatchJob& job_;
  const RunControl& control_;
  const Shard shard_;
  const RunFolder folder_;
  const ItemWork work_;
  std::vector<BatchItem> items_;
  RunTotals totals_;
  std::map<std::string, Fate> counted_;  // While watching, by path.
  std::set<std::string> refused_;  // Paths of arrivals whose outputs would be those of others.
  const Stopwatch watch_;
};

}  // namespace

BatchSummary RunInFolder(const BatchOptions& options, const BatchJob& job,
                         const RunControl& control) {
  return FolderRun(options, job, control).Run();
}

}  // namespace gradcut
