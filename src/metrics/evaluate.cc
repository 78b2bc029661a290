#include "gradcut/metrics/evaluate.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "metrics/class_tally.h"
#include "metrics/heat_map_tally.h"
#include "metrics/mask_tally.h"
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
  const auto scored = std::make_shared<Scored<Tally>>(pair, options);
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

struct Scores {
  EvaluateReport report;
  MaskReadings readings;
};

// Scores the images side by side and adds them up in their order, so that sums of fractions are the
// same for any number of jobs.
template <class Tally>
Scores ScoreAll(const Pairing& pairing, const EvaluateOptions& options, const RunControl& control) {
  EvaluateReport report;
  report.failures = pairing.problems;
  report.warnings = pairing.warnings;
  report.extra = pairing.extra;
  Tally all(options);
  report.columns = all.Columns();
  const auto score = [&](std::size_t index) -> Completion {
    const auto scored = ScorePair<Tally>(pairing.pairs[index], pairing.voc, options);
    return [&, index, scored] {
      AddToReport(*scored, all, report);
      control.Report({index + 1, pairing.pairs.size(), report.failures.size()});
    };
  };
  const std::size_t done = WorkInOrder(pairing.pairs.size(), control, score);
  report.interrupted = done < pairing.pairs.size();
  all.Report(report);
  all.readings().Report(options, report);
  report.truth_reading = options.truth;
  report.prediction_reading = options.prediction;
  return {std::move(report), all.readings()};
}

// Where files disagree about what 255 is, they are scored again with what most of them say.
template <class Tally>
EvaluateReport ScoreSettled(const Pairing& pairing, EvaluateOptions options,
                            const RunControl& control) {
  Scores scores = ScoreAll<Tally>(pairing, options, control);
  const MaskReadings first = scores.readings;
  options.truth.white = first.TruthWhite();
  options.prediction.white = first.PredictionWhite();
  const bool again =
      options.truth.white != WhiteMeans::kByFile || options.prediction.white != WhiteMeans::kByFile;
  if (again && !scores.report.interrupted) scores = ScoreAll<Tally>(pairing, options, control);
  first.ReportDispute(scores.report);
  return std::move(scores.report);
}

}  // namespace

EvaluateReport Evaluate(const EvaluateOptions& options, const RunControl& control) {
  const bool heat_maps = options.pairing.kind == PredictionKind::kHeatMaps;
  Require(!heat_maps || options.protocol == Protocol::kBinary,
          "heat maps are scored with the binary protocol only");
  Require(options.classes.size() >= 2 && options.classes.size() <= 255,
          "{} classes, expected 2 to 255", options.classes.size());
  const Pairing pairing = FindPairs(options.pairing);
  EvaluateOptions resolved = options;
  if (pairing.voc && resolved.truth.values == MaskValues::kAuto)
    resolved.truth.values = MaskValues::kIndex;
  if (heat_maps) return ScoreSettled<HeatMapTally>(pairing, resolved, control);
  if (options.protocol == Protocol::kVoc)
    return ScoreSettled<ClassTally>(pairing, resolved, control);
  return ScoreSettled<MaskTally>(pairing, resolved, control);
}

}  // namespace gradcut
