#include "cli/arrivals.h"
#include "cli/item_work.h"
#include "cli/run_folder.h"
#include "cli/run_record.h"
#include "cli/shell_word.h"
#include "gradcut/core/in_order.h"
#include "gradcut/core/stop.h"
#include "gradcut/io/file.h"
#include "gradcut/io/listing.h"
#include "io/attempt.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <span>

namespace gradcut {
namespace {

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// The input folder as output folder would make the next run read what this one wrote.
void CheckFoldersDiffer(const BatchFlags& flags) {
  for (const std::string& input : flags.inputs) {
    std::error_code ignored;
    if (std::filesystem::equivalent(input, flags.output, ignored))
      throw UsageError(
          fmt::format("{}: is also the output folder; take another one for -o", Printable(input)));
  }
}

// Everything that a run over a folder shares between its images.
class BatchRun {
 public:
  BatchRun(const BatchFlags& flags, const BatchJob& job)
      : flags_(flags),
        job_(job),
        console_(flags.effective_log_level()),
        shard_(ParseShard(flags.shard)),
        folder_(flags.output, shard_),
        work_(flags, job, flags.output) {}

  ExitStatus Run() {
    CheckFoldersDiffer(flags_);
    // What is there already arrives first.
    const Listing listing = ListFiles();
    for (const std::string& problem : listing.problems) console_.Error(problem);
    NameLeftOut(listing);
    // All inputs are planned, not this shard's alone: a collision is one whichever shard meets it.
    const std::vector<BatchItem> all = PlanOutputs(listing.inputs, job_.outputs, folder_.path());
    items_ = ShareOf(all, shard_);
    folder_.Make();
    ManifestWriter manifest(folder_.manifest_file());
    {
      const FolderLock lock(folder_.path());
      folder_.Admit(Identity(), all, WithSideFiles(items_), flags_.existing);
      WriteRunFile();
    }
    KeepWhatIsDone([&] { Work(manifest); });
    return Close(listing);
  }

 private:
  // What must be the same for outputs to belong together.
  nlohmann::json Identity() const { return {{"recipe", job_.recipe}, {"made_by", job_.made_by}}; }

  void Work(ManifestWriter& manifest) {
    manifest.Start(folder_.Manifests());
    Announce();
    const auto done = [&](const BatchItem& item) { return work_.IsDone(item, manifest); };
    if (job_.prepare && !std::all_of(items_.begin(), items_.end(), done)) job_.prepare();
    console_.RestartClock();
    if (flags_.watch)
      Watch(manifest);
    else
      Process(manifest, 0);
    KeepEarlierEntries(manifest);
    WriteRunFile();
    manifest.Finish();
  }

  Listing ListFiles() const {
    if (flags_.watch) return {};
    if (!flags_.files.empty()) return {.inputs = flags_.files};
    return ListInputs(flags_.inputs, flags_.output);
  }

  // Files of the whole run are in the way like those of an image.
  std::vector<BatchItem> WithSideFiles(std::vector<BatchItem> items) const {
    if (job_.side_files.empty()) return items;
    BatchItem& all = items.emplace_back();
    for (const std::filesystem::path& file : job_.side_files)
      all.outputs.push_back(folder_.path() / file);
    return items;
  }

  void NameLeftOut(const Listing& listing) {
    for (const std::string& line : DescribeLeftOut(listing)) console_.Warning(line);
  }

  bool interrupted() const { return totals_.done() < items_.size(); }

  void WriteRunFile() const {
    nlohmann::json run = Identity();
    run["folder"] = std::filesystem::current_path().string();
    run["inputs"] = flags_.inputs;
    run["save"] = nlohmann::json::array();
    for (const OutputKind kind : job_.outputs) run["save"].push_back(OutputName(kind));
    run["jobs"] = JobCount(flags_.jobs);
    run["finished"] = !interrupted();
    run["totals"] = {{"inputs", items_.size()},
                     {"ok", totals_.ok},
                     {"skipped", totals_.skipped},
                     {"failed", totals_.failed},
                     {"seconds", MillisecondsSince(start_) / 1000},
                     {"milliseconds", totals_.milliseconds}};
    WriteFileAtomically(folder_.run_file(),
                        run.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }

  void Announce() {
    for (const std::string& input : flags_.inputs)
      if (std::error_code ignored;
          std::filesystem::exists(std::filesystem::path(input) / "manifest.jsonl", ignored))
        console_.Warning(fmt::format("{} holds results of gradcut, which are taken for photos too",
                                     Printable(input)));
    if (flags_.watch)
      return console_.Info(fmt::format("waiting for images in {}, with {}; Ctrl-C ends it",
                                       Printable(fmt::format("{}", fmt::join(flags_.inputs, ", "))),
                                       EngineOf(job_.made_by)));
    console_.Info(fmt::format("{} image{}, {} at a time, with {}", items_.size(),
                              items_.size() == 1 ? "" : "s", JobCount(flags_.jobs),
                              EngineOf(job_.made_by)));
  }

  // Goes on until a stop is requested.
  void Watch(ManifestWriter& manifest) {
    Arrivals arrivals(flags_.inputs, flags_.output);
    while (!StopRequested()) {
      const Listing arrived = arrivals.Take();
      NameLeftOut(arrived);
      if (arrived.inputs.empty()) {
        arrivals.Wait();
        continue;
      }
      const std::set<std::string> replaced = Forget(arrived.inputs);
      const std::size_t first = items_.size();
      Admit(arrived.inputs, manifest);
      for (BatchItem& item : std::span(items_).subspan(first))
        item.replaced = replaced.contains(item.input.string());
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
    std::erase_if(items_,
                  [&](const BatchItem& item) { return replaced.contains(item.input.string()); });
    return replaced;
  }

  // Adds them to what is to be done. Those that would get into the way of others have failed.
  void Admit(const std::vector<Input>& arrived, ManifestWriter& manifest) {
    for (const Input& input : arrived) refused_.erase(input.path.string());
    if (TryToAdmit(arrived).empty()) return;
    for (const Input& input : arrived) {
      const std::string problem = TryToAdmit({input});
      if (problem.empty()) continue;
      refused_.insert(input.path.string());
      console_.Error(problem);
      manifest.Write({{"path", input.path.string()}, {"status", "failed"}, {"error", problem}});
    }
  }

  std::string TryToAdmit(const std::vector<Input>& arrived) {
    std::vector<Input> inputs;
    for (const BatchItem& item : items_) inputs.push_back({item.input, item.relative});
    inputs.insert(inputs.end(), arrived.begin(), arrived.end());
    try {
      std::vector<BatchItem> all = PlanOutputs(inputs, job_.outputs, folder_.path());
      folder_.Admit(Identity(), all, std::span(all).last(arrived.size()), flags_.existing);
      items_ = std::move(all);
      return "";
    } catch (const UsageError& error) {
      return error.what();
    }
  }

  // Images are worked on in parallel; manifest and progress see them in their order.
  void Process(ManifestWriter& manifest, std::size_t first) {
    const auto work = [&](std::size_t index) -> Turn {
      Outcome outcome = work_.Process(items_[first + index], manifest);
      return [this, &manifest, outcome = std::move(outcome)] { Record(outcome, manifest); };
    };
    WorkInOrder(items_.size() - first, flags_.jobs, work);
  }

  void Record(const Outcome& outcome, ManifestWriter& manifest) {
    const std::string path = Printable(outcome.entry["path"].get<std::string>());
    totals_.Add(outcome);
    console_.Debug(fmt::format("{}: {}", path, outcome.entry["status"].get<std::string>()));
    if (flags_.watch) counted_[outcome.entry["path"].get<std::string>()] = FateOf(outcome);
    if (!outcome.failure.empty()) {
      console_.Error(outcome.failure);
    } else if (flags_.watch && !outcome.skipped) {
      console_.Info(
          fmt::format("{}: made {}", path,
                      Printable(folder_.path() / outcome.entry["output"].get<std::string>())));
    }
    if (outcome.entry.contains("note") && !outcome.skipped)
      console_.Warning(fmt::format("{}: {}", path, outcome.entry["note"].get<std::string>()));
    manifest.Write(outcome.entry);
    if (!flags_.watch) console_.Progress(totals_.done(), items_.size(), totals_.failed);
  }

  // An interrupted run knows as much about the inputs it did not come to as the run before it.
  void KeepEarlierEntries(ManifestWriter& manifest) const {
    for (std::size_t i = totals_.done(); i < items_.size(); ++i)
      if (const nlohmann::json entry = manifest.Earlier(work_.HeadOf(items_[i])); entry.is_object())
        manifest.Write(entry);
  }

  std::size_t failed() const { return totals_.failed + refused_.size(); }

  // What of the results is worth a look.
  std::string Doubts() const {
    std::string doubts;
    if (totals_.empty > 0)
      doubts +=
          fmt::format("; {} mask{} empty", totals_.empty, totals_.empty == 1 ? " is" : "s are");
    if (totals_.unsure > 0)
      doubts += fmt::format("{} {} {} a confidence below {}", doubts.empty() ? ";" : ",",
                            totals_.unsure, totals_.unsure == 1 ? "has" : "have", kLowConfidence);
    return doubts;
  }

  ExitStatus Close(const Listing& listing) {
    const std::size_t problems = listing.problems.size();
    std::string summary =
        fmt::format("{} done, {} skipped, {} failed", totals_.ok, totals_.skipped, failed());
    if (problems > 0)
      summary += fmt::format(", {} folder{} not searched", problems, problems == 1 ? "" : "s");
    console_.Info(fmt::format(
        "{}{} in {:.1f} s; results are in {}{}", interrupted() ? "interrupted: " : "", summary,
        MillisecondsSince(start_) / 1000, Printable(folder_.path()), Doubts()));
    if (failed() > 0)
      console_.Info(fmt::format("why they failed: {}", Printable(folder_.manifest_file())));
    if (interrupted())
      console_.Info("run the same command again to go on");
    else if (totals_.ok + totals_.skipped > 0)
      console_.Info(
          fmt::format("to look at them: gradcut report {}", ShellWord(folder_.path().string())));
    if (!listing.unreadable.empty()) console_.Warning(DescribeUnreadable(listing));
    if (interrupted()) return kExitInterrupted;
    return failed() + problems > 0 ? kExitFailed : kExitDone;
  }

  const BatchFlags& flags_;
  const BatchJob& job_;
  Console console_;
  const Shard shard_;
  const RunFolder folder_;
  const ItemWork work_;
  std::vector<BatchItem> items_;
  RunTotals totals_;
  std::map<std::string, Fate> counted_;  // While watching, by path.
  std::set<std::string> refused_;  // Paths of arrivals whose outputs would be those of others.
  const Clock::time_point start_ = Clock::now();
};

}  // namespace

ExitStatus RunOnFiles(const BatchFlags& flags, const BatchJob& job) {
  return BatchRun(flags, job).Run();
}

}  // namespace gradcut
