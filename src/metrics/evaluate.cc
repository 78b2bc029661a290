#include "gradcut/metrics/evaluate.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/dataset/mask_io.h"
#include "metrics/counted.h"
#include "storage/attempt.h"

#include <memory>

namespace gradcut {
namespace {

// One image's part of the tally, and what became of it.
template <class Tally>
struct Scored {
  explicit Scored(const Pair& scored_pair, const EvaluateOptions& options)
      : pair(&scored_pair), tally(options) {}

  const Pair* pair;
  Tally tally;
  std::optional<std::vector<double>> values;
  std::string failure;
};

template <class Tally>
std::shared_ptr<Scored<Tally>> ScorePair(const Pair& pair, bool voc,
                                         const EvaluateOptions& options) {
  auto scored = std::make_shared<Scored<Tally>>(pair, options);
  scored->failure = FailureOf(pair.truth, [&] { scored->values = scored->tally.Add(pair, voc); });
  return scored;
}

template <class Tally>
void AddToReport(const Scored<Tally>& scored, Tally& all, EvaluateReport& report) {
  const Pair& pair = *scored.pair;
  if (!scored.failure.empty()) {
    report.failures.push_back(scored.failure);
    return;
  }
  all.Merge(scored.tally);
  const bool missing = pair.prediction.empty();
  if (missing) report.missing.push_back(pair.key);
  if (!scored.values) {
    report.unscored.push_back(pair.key);
    return;
  }
  report.images.push_back({pair.key, missing, *scored.values});
}

// Counts the images side by side and adds them up in their order.
template <class Tally>
std::unique_ptr<Counted<Tally>> CountAll(const Pairing& pairing, const EvaluateOptions& options,
                                         const RunControl& control) {
  auto counted = std::make_unique<Counted<Tally>>(options);
  EvaluateReport& report = counted->report;
  report.failures = pairing.problems;
  report.warnings = pairing.warnings;
  report.extra = pairing.extra;
  const auto score = [&](std::size_t index) -> Completion {
    const auto scored = ScorePair<Tally>(pairing.pairs[index], pairing.voc, counted->options);
    return [&, index, scored] {
      AddToReport(*scored, counted->tally, report);
      control.Report({index + 1, pairing.pairs.size(), report.failures.size()});
    };
  };
  const std::size_t done = WorkInOrder(pairing.pairs.size(), control, score);
  report.interrupted = done < pairing.pairs.size();
  counted->first = counted->tally.readings();
  return counted;
}

// Where files disagree about what 255 is, they are scored again with what most of them say.
template <class Tally>
EvaluateReport ScoreSettled(const Pairing& pairing, EvaluateOptions options,
                            const RunControl& control) {
  auto counted = CountAll<Tally>(pairing, options, control);
  const MaskReadings first = counted->first;
  options.truth.white = first.TruthWhite();
  options.prediction.white = first.PredictionWhite();
  const bool again =
      options.truth.white != WhiteMeans::kByFile || options.prediction.white != WhiteMeans::kByFile;
  if (again && !counted->report.interrupted) {
    counted = CountAll<Tally>(pairing, options, control);
    counted->first = first;
  }
  return Finished(std::move(*counted));
}

// Leaves a share of the images.
void KeepShare(const Shard& shard, Pairing& pairing) {
  // A key has no extension: one that has a dot must not lose what is behind it.
  const auto other = [&](const std::string& key) { return !Holds(shard, key + ".any"); };
  std::erase_if(pairing.pairs, [&](const Pair& pair) { return other(pair.key); });
  std::erase_if(pairing.extra, other);
}

}  // namespace

WhiteMeans SettleTruth(std::span<const Pair> pairs, const MaskReading& reading,
                       const RunControl& control) {
  if (reading.values != MaskValues::kAuto || reading.white != WhiteMeans::kByFile)
    return reading.white;
  MaskReadings all;
  const auto work = [&](std::size_t index) -> Completion {
    const auto readings = std::make_shared<MaskReadings>();
    const std::filesystem::path& truth = pairs[index].truth;
    FailureOf(truth,
              [&] { readings->AddTruth(truth, ToObjects(ReadMask(truth), reading, truth)); });
    return [&all, readings] { all.Merge(*readings); };
  };
  WorkInOrder(pairs.size(), {.jobs = control.jobs, .stop = control.stop}, work);
  EvaluateReport report;
  all.ReportDispute(report);
  for (const std::string& warning : report.warnings) control.Warning(warning);
  return all.TruthWhite();
}

EvaluateReport Evaluate(const EvaluateOptions& options, const RunControl& control) {
  const bool heat_maps = options.pairing.kind == PredictionKind::kHeatMaps;
  Require(!heat_maps || options.protocol == Protocol::kBinary,
          "heat maps are scored with the binary protocol only");
  Require(options.classes.size() >= 2 && options.classes.size() <= 255,
          "{} classes, expected 2 to 255", options.classes.size());
  Pairing pairing = FindPairs(options.pairing);
  if (options.shard) KeepShare(*options.shard, pairing);
  EvaluateOptions resolved = options;
  if (pairing.voc && resolved.truth.values == MaskValues::kAuto)
    resolved.truth.values = MaskValues::kIndex;
  return WithTally(resolved,
                   [&]<class Tally>() { return ScoreSettled<Tally>(pairing, resolved, control); });
}

}  // namespace gradcut
