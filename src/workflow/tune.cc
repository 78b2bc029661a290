#include "gradcut/workflow/tune.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/metrics/binary_counts.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/folder_lock.h"
#include "run/run_folder.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"
#include "workflow/tune_plan.h"
#include "workflow/tune_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What became of one photo.
struct Scored {
  nlohmann::json entry;
  std::string failure;  // Empty unless it failed.
};

// As manifests have it.
std::string WhiteName(WhiteMeans white) {
  return white == WhiteMeans::kIsVoid ? "void" : white == WhiteMeans::kIsObject ? "object" : "";
}

// Everything but the recipe that decides the result.
nlohmann::json MadeBy(const TuneOptions& options, const TunePlan& plan, const ClassifierInfo& info,
                      const ObjectnessHead* head) {
  nlohmann::json made_by = MadeBy("tune", options.recipe, info, head);
  made_by["images"] = CanonicalPath(options.pairing.predictions).string();
  made_by["truth"] = CanonicalPath(options.pairing.truth).string();
  made_by["split"] = options.pairing.split;
  made_by["list"] =
      options.pairing.list.empty() ? "" : CanonicalPath(options.pairing.list).string();
  made_by["ignore"] = options.reading.ignore;
  made_by["background"] = options.reading.background;
  made_by["mask_values"] = MaskValuesName(options.reading.values);
  made_by["suffix"] = options.pairing.name_ends;
  made_by["options"] = plan.keys;
  made_by["points"] = plan.points;
  return made_by;
}

// A sweep over labelled photos, decided.
struct TuneJob {
  TunePlan plan;
  nlohmann::json made_by;  // What decides the result besides the recipe.
  Pairing pairing;
  MaskReading reading;  // Of the truth.
};

class TuneRun {
 public:
  TuneRun(const TuneOptions& options, const TuneJob& job, const PointSegmenters& segmenters,
          const RunControl& control)
      : options_(options),
        job_(job),
        segmenters_(segmenters),
        control_(control),
        shard_(options.shard.value_or(Shard())),
        folder_(options.output, shard_),
        chooses_(DrawHalf(pairs().size(), options.recipe.seed)) {
    for (std::size_t i = 0; i < pairs().size(); ++i)
      if (Holds(shard_, pairs()[i].key + ".any")) share_.push_back(i);
  }

  TuneSummary Run() {
    folder_.Make();
    ManifestWriter manifest(folder_.manifest_file());
    {
      const FolderLock lock(folder_.path());
      Admit();
      WriteRunFile();
    }
    KeepWhatIsDone([&] { Work(manifest); });
    return {.table = std::move(table_),
            .images = share_.size(),
            .done = done_,
            .failed = failed_,
            .problems = job_.pairing.problems.size(),
            .best_file = best_file(),
            .table_file = table_file(),
            .interrupted = interrupted()};
  }

 private:
  const std::vector<Pair>& pairs() const { return job_.pairing.pairs; }
  fs::path table_file() const { return folder_.path() / kTableFile; }
  fs::path best_file() const { return folder_.path() / kBestFile; }
  bool is_whole() const { return shard_.count == 1; }
  bool interrupted() const { return done_ < share_.size(); }

  nlohmann::json Identity() const {
    return {{"recipe", RecipeToJson(options_.recipe)}, {"made_by", job_.made_by}};
  }

  void Work(ManifestWriter& manifest) {
    if (options_.existing != Existing::kOverwrite) manifest.Read(folder_.Manifests());
    manifest.Start();
    Announce();
    Process(manifest);
    if (!interrupted() && is_whole()) WriteResults();
    WriteRunFile();
    manifest.Finish();
  }

  void Admit() const {
    const std::vector<BatchItem> results = {
        {{job_.made_by.at("images").get<std::string>(), kTableFile}, {table_file(), best_file()}}};
    folder_.Admit(
        Identity(), [] { return std::vector<BatchItem>(); }, results, options_.existing);
    std::error_code ignored;  // A file that cannot be removed fails when it is written.
    for (const fs::path& stale : results.front().outputs) fs::remove(stale, ignored);
  }

  void WriteRunFile() const {
    nlohmann::json run = Identity();
    run["folder"] = fs::current_path().string();
    run["finished"] = !interrupted();
    run["totals"] = {{"inputs", share_.size()}, {"scored", images_.size()}, {"failed", failed_}};
    if (!is_whole()) {  // What the table is made of once all shards are there.
      run["shard"] = ToJson(shard_);
      run["images"] = pairs().size();
      run["candidates"] = job_.plan.candidates;
      run["given_point"] = job_.plan.given;
    }
    folder_.WriteRun(run);
  }

  void Announce() {
    for (const std::string& problem : job_.pairing.problems) control_.Error(problem);
    for (const std::string& warning : job_.pairing.warnings) control_.Warning(warning);
    if (const auto& extra = job_.pairing.extra; !extra.empty())
      control_.Warning(fmt::format("{}: {} photos have no truth and are left out, {} for one",
                                   Printable(options_.pairing.predictions), extra.size(),
                                   Printable(extra.front())));
    if (job_.plan.left_out > 0)
      control_.Warning(fmt::format("{} points left out: their options contradict each other",
                                   job_.plan.left_out));
    control_.Info(fmt::format("{} images at {} points, with {}", share_.size(),
                              job_.plan.points.size(), EngineOf(job_.made_by)));
  }

  void Process(ManifestWriter& manifest) {
    const auto work = [&](std::size_t index) -> Completion {
      const std::size_t pair = share_[index];
      const auto scored = std::make_shared<Scored>(ScoreOrRecall(pairs()[pair], manifest));
      if (is_whole())
        scored->entry.erase("order");
      else
        scored->entry["order"] = {0, pair, pairs()[pair].key};
      return [this, index, scored, &manifest] { Record(index, *scored, manifest); };
    };
    done_ = WorkInOrder(share_.size(), control_, work);
    // The next run need not score again what this one did not come to.
    for (std::size_t i = done_; i < share_.size(); ++i)
      if (const auto entry = manifest.Earlier({{"path", pairs()[share_[i]].key}}); IsScored(entry))
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
        IsScored(earlier) && !pair.prediction.empty() &&
        SameSources(earlier.value("sources", nlohmann::json()), sources) &&
        IsReadAlike(pair.truth, earlier))
      return {earlier, ""};
    const std::string failure = FailureOf(pair.prediction, [&] {
      const auto ious = Score(pair);
      if (const std::string white = WhiteName(job_.reading.white); !white.empty())
        entry["white"] = white;
      entry["status"] = ious ? "ok" : "unscored";
      if (ious) entry["iou"] = *ious;
      entry["sources"] = sources;
    });
    if (failure.empty()) return {entry, ""};
    entry["status"] = "failed";
    entry["error"] = failure;
    return {entry, failure};
  }

  // Whether a truth is what it was when all truths had settled what 255 is: others may have come.
  bool IsReadAlike(const fs::path& truth, const nlohmann::json& earlier) const {
    const std::string white = RunRecord::TextAt(earlier, "white");
    if (white == WhiteName(job_.reading.white)) return true;
    MaskReading then = job_.reading;
    for (const WhiteMeans each : {WhiteMeans::kByFile, WhiteMeans::kIsObject, WhiteMeans::kIsVoid})
      if (white == WhiteName(each)) then.white = each;
    bool alike = false;
    FailureOf(truth, [&] {
      const cv::Mat before = ReadTruth(truth, then), now = ReadTruth(truth, job_.reading);
      alike = before.size() == now.size() && cv::countNonZero(before != now) == 0;
    });
    return alike;
  }

  // The IoU at each point; nothing if the truth is void everywhere.
  std::optional<std::vector<double>> Score(const Pair& pair) const {
    Require(!pair.prediction.empty(), "{}: there is no photo for it", Printable(pair.truth));
    const cv::Mat truth = ReadTruth(pair.truth, job_.reading);
    const cv::Mat image = ReadImage(pair.prediction, options_.read);
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
      control_.Error(scored.failure);
      ++failed_;
    }
    if (scored.entry.contains("iou"))
      images_.push_back({pairs()[share_[index]].key, chooses_[share_[index]],
                         scored.entry["iou"].get<std::vector<double>>()});
    manifest.Write(scored.entry);
    control_.Report({index + 1, share_.size(), failed_});
  }

  void WriteResults() { table_ = WriteTuning(job_.plan, images_, options_.recipe, folder_.path()); }

  const TuneOptions& options_;
  const TuneJob& job_;
  const PointSegmenters& segmenters_;
  const RunControl& control_;
  const Shard shard_;
  const RunFolder folder_;
  const std::vector<bool> chooses_;
  std::vector<std::size_t> share_;  // Places in `pairs` of those that are this run's.
  std::vector<TunedImage> images_;
  std::optional<TuningTable> table_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace

TuneSummary Tune(const TuneOptions& options, const RunControl& control) {
  CheckOutputFolder(options.output);
  const Recipe& recipe = options.recipe;
  if (recipe.seed > std::numeric_limits<std::int64_t>::max())
    throw UsageError("--seed: must be below 2^63, the most that a TOML file holds");
  const TunePlan plan = PlanTune(options.sweeps, options.budget, recipe);
  Pairing pairing = FindPairs(options.pairing);
  MaskReading reading = options.reading;
  if (pairing.voc && reading.values == MaskValues::kAuto) reading.values = MaskValues::kIndex;
  reading.white = SettleTruth(pairing.pairs, reading, control);
  const auto classifier = LoadClassifier(recipe);
  const auto head = LoadObjectness(recipe, classifier->info());
  const PointSegmenters segmenters(plan, recipe, classifier, ResolveClasses(recipe, *classifier),
                                   head);
  const TuneJob job = {plan, MadeBy(options, plan, classifier->info(), head.get()),
                       std::move(pairing), reading};
  return TuneRun(options, job, segmenters, control).Run();
}

}  // namespace gradcut
