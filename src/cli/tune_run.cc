#include "cli/tune_run.h"

#include "cli/manifest.h"
#include "cli/run_folder.h"
#include "cli/run_record.h"
#include "cli/source_stamp.h"
#include "gradcut/core/in_order.h"
#include "gradcut/metrics/binary_counts.h"
#include "gradcut/metrics/truth.h"
#include "gradcut/metrics/tuning.h"
#include "io/attempt.h"

#include <fmt/format.h>

#include <optional>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What became of one photo.
struct Scored {
  nlohmann::json entry;
  std::string failure;  // Empty unless it failed.
};

class TuneRun {
 public:
  TuneRun(const BatchFlags& flags, const TuneJob& job, const PointSegmenters& segmenters)
      : flags_(flags),
        job_(job),
        segmenters_(segmenters),
        console_(flags.effective_log_level()),
        folder_(flags.output, Shard()),
        chooses_(DrawHalf(pairs().size(), job.recipe.seed)) {}

  ExitStatus Run() {
    folder_.Make();
    ManifestWriter manifest(folder_.manifest_file());
    {
      const FolderLock lock(folder_.path());
      Admit();
      WriteRunFile();
    }
    KeepWhatIsDone([&] { Work(manifest); });
    return Close();
  }

 private:
  const std::vector<Pair>& pairs() const { return job_.pairing.pairs; }
  fs::path table_file() const { return folder_.path() / "points.csv"; }
  fs::path best_file() const { return folder_.path() / "best.toml"; }
  bool interrupted() const { return done_ < pairs().size(); }

  nlohmann::json Identity() const {
    return {{"recipe", RecipeToJson(job_.recipe)}, {"made_by", job_.made_by}};
  }

  void Work(ManifestWriter& manifest) {
    manifest.Start(flags_.existing == Existing::kOverwrite ? std::vector<fs::path>()
                                                           : folder_.Manifests());
    Announce();
    Process(manifest);
    if (!interrupted()) WriteResults();
    WriteRunFile();
    manifest.Finish();
  }

  void Admit() const {
    const std::vector<BatchItem> results = {
        {job_.made_by.at("images").get<std::string>(), "points.csv", {table_file(), best_file()}}};
    folder_.Admit(Identity(), {}, results, flags_.existing);
    std::error_code ignored;  // A file that cannot be removed fails when it is written.
    for (const fs::path& stale : results.front().outputs) fs::remove(stale, ignored);
  }

  void WriteRunFile() const {
    nlohmann::json run = Identity();
    run["finished"] = !interrupted();
    run["totals"] = {{"inputs", pairs().size()}, {"scored", images_.size()}, {"failed", failed_}};
    WriteFileAtomically(folder_.run_file(), run.dump(2, ' ', false, kReplace) + "\n");
  }

  void Announce() {
    for (const std::string& problem : job_.pairing.problems) console_.Error(problem);
    for (const std::string& warning : job_.pairing.warnings) console_.Warning(warning);
    if (job_.plan.left_out > 0)
      console_.Warning(fmt::format("{} points left out: their options contradict each other",
                                   job_.plan.left_out));
    console_.Info(fmt::format("{} images at {} points, with {}", pairs().size(),
                              job_.plan.points.size(), EngineOf(job_.made_by)));
  }

  void Process(ManifestWriter& manifest) {
    const auto work = [&](std::size_t index) -> Turn {
      const auto scored = std::make_shared<Scored>(ScoreOrRecall(pairs()[index], manifest));
      return [this, index, scored, &manifest] { Record(index, *scored, manifest); };
    };
    done_ = WorkInOrder(pairs().size(), flags_.jobs, work);
    // The next run need not score again what this one did not come to.
    for (std::size_t i = done_; i < pairs().size(); ++i)
      if (const auto entry = manifest.Earlier({{"path", pairs()[i].key}}); IsScored(entry))
        manifest.Write(entry);
  }

  // Whether a manifest's entry has a score for every point, or says that there is none.
  bool IsScored(const nlohmann::json& entry) const {
    if (!entry.is_object()) return false;
    if (entry.value("status", nlohmann::json()) == "unscored") return true;
    const nlohmann::json ious = entry.value("iou", nlohmann::json());
    return ious.is_array() && ious.size() == job_.plan.points.size() &&
           std::all_of(ious.begin(), ious.end(), [](const auto& iou) { return iou.is_number(); });
  }

  Scored ScoreOrRecall(const Pair& pair, const ManifestWriter& manifest) const {
    const nlohmann::json sources =
        nlohmann::json::array({StampOf(pair.prediction), StampOf(pair.truth)});
    nlohmann::json entry = {{"path", pair.key}};
    if (const nlohmann::json earlier = manifest.Earlier(entry);
        IsScored(earlier) && SameSources(earlier.value("sources", nlohmann::json()), sources))
      return {earlier, ""};
    const std::string failure = FailureOf(pair.prediction, [&] {
      const auto ious = Score(pair);
      entry["status"] = ious ? "ok" : "unscored";
      if (ious) entry["iou"] = *ious;
      entry["sources"] = sources;
    });
    if (failure.empty()) return {entry, ""};
    entry["status"] = "failed";
    entry["error"] = failure;
    return {entry, failure};
  }

  // The IoU at each point; nothing if the truth is void everywhere.
  std::optional<std::vector<double>> Score(const Pair& pair) const {
    Require(!pair.prediction.empty(), "{}: there is no photo for it", Printable(pair.truth));
    const cv::Mat truth = ReadTruth(pair.truth, job_.reading);
    const cv::Mat image = ReadImage(pair.prediction, flags_.read);
    RequireTruthSize(image, truth, pair);
    if (CountBinary(truth, truth).scored() == 0) return std::nullopt;
    std::vector<double> ious(job_.plan.points.size());
    segmenters_.ForEachMask(image, [&](std::size_t point, const cv::Mat& mask) {
      ious[point] = Iou(CountBinary(mask, truth));
    });
    return ious;
  }

  void Record(std::size_t index, const Scored& scored, ManifestWriter& manifest) {
    if (!scored.failure.empty()) {
      console_.Error(scored.failure);
      ++failed_;
    }
    if (scored.entry.contains("iou"))
      images_.push_back(
          {pairs()[index].key, chooses_[index], scored.entry["iou"].get<std::vector<double>>()});
    manifest.Write(scored.entry);
    console_.Progress(index + 1, pairs().size(), failed_);
  }

  void WriteResults() {
    const TunePlan& plan = job_.plan;
    const TuningTable table = {
        plan.keys, plan.points, plan.candidates, plan.given,
        Choose(images_, plan.candidates, plan.given, {.seed = job_.recipe.seed})};
    WriteFileAtomically(table_file(), ToCsv(table));
    WriteFileAtomically(best_file(),
                        RecipeToToml(RecipeAt(plan, table.tuning.chosen, job_.recipe)));
    fmt::print("{}", ToText(table));
  }

  ExitStatus Close() {
    if (interrupted()) {
      console_.Info(
          fmt::format("interrupted: {} of {} images done; run the same command again to "
                      "go on",
                      done_, pairs().size()));
      return kExitInterrupted;
    }
    console_.Info(fmt::format("the chosen recipe is {}, all points are in {}",
                              Printable(best_file()), Printable(table_file())));
    return failed_ + job_.pairing.problems.size() > 0 ? kExitFailed : kExitDone;
  }

  static constexpr auto kReplace = nlohmann::json::error_handler_t::replace;

  const BatchFlags& flags_;
  const TuneJob& job_;
  const PointSegmenters& segmenters_;
  Console console_;
  const RunFolder folder_;
  const std::vector<bool> chooses_;
  std::vector<TunedImage> images_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace

ExitStatus RunTune(const BatchFlags& flags, const TuneJob& job, const PointSegmenters& segmenters) {
  return TuneRun(flags, job, segmenters).Run();
}

}  // namespace gradcut
