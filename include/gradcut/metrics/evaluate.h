#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/dataset/pairing.h"
#include "gradcut/dataset/shard.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/metrics/bootstrap.h"
#include "gradcut/metrics/compare.h"
#include "gradcut/metrics/confusion.h"
#include "gradcut/metrics/heat_map_scores.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

enum class Protocol {
  kBinary,  ///< Any object against background, scored per image, mean over the images.
  kVoc,     ///< Classes, counted over the data set (masks only).
};

/// How much to measure, from fast to slow; each level includes those before it.
enum class Measures {
  kRegion,     ///< What one pass over the pixels gives.
  kStructure,  ///< Contours and distances: boundary IoU and F, S, weighted F.
  kAll,        ///< Where heat maps point: boxes, pointing game.
};

struct EvaluateOptions {
  PairingOptions pairing;
  Protocol protocol = Protocol::kBinary;

  /// Names of the classes of `kVoc`, the background first; their number is the number of classes.
  std::vector<std::string> classes = VocClasses();

  /// What values in mask files mean. In a devkit the truth's are indices; with `kVoc` all are.
  MaskReading truth;
  MaskReading prediction;

  Measures measures = Measures::kAll;

  BootstrapOptions bootstrap;

  std::optional<Shard> shard = {};  ///< Only the images whose keys it holds.
  bool keep_counts = false;         ///< Whether to fill `EvaluateReport::counts`.
};

/// The measures of one image.
struct ImageResult {
  std::string key;
  bool missing = false;        ///< There was no prediction: scored as empty.
  std::vector<double> values;  ///< One a column; NaN where a measure says nothing of this image.
};

/// A measure of the whole data set.
struct Total {
  std::string name;
  std::optional<double> value;       ///< Nothing where no image has it.
  std::optional<Interval> interval;  ///< 95 % bootstrap interval, of means over images.
};

/// A class of `Protocol::kVoc`, or what was found for heat maps of images with that class.
struct ClassResult {
  int index = 0;
  std::string name;
  std::vector<std::optional<double>> values;  ///< One a class column.
};

/// The pixels of a class in one image's prediction and truth.
struct ClassOverlap {
  int class_index = 0;
  std::int64_t both = 0;
  std::int64_t either = 0;
};
using ClassOverlaps = std::vector<ClassOverlap>;  ///< Of the classes that occur.

/// How many files were read by a rule.
struct ReadingCount {
  std::string rule;  ///< In words.
  std::size_t files = 0;
};

struct EvaluateReport {
  std::vector<std::string> columns;  ///< The per-image measures, the one that ranks images first.
  std::vector<ImageResult> images;   ///< Scored images, in the order of the keys.
  std::vector<Total> totals;
  std::vector<std::string> class_columns;
  std::vector<ClassResult> classes;
  std::optional<Confusion> confusion;   ///< Of `Protocol::kVoc`.
  std::vector<ClassOverlaps> overlaps;  ///< Of `Protocol::kVoc`: one an image.
  std::optional<HeatMapCurves> curves;  ///< Of heat maps: means over the images.
  std::optional<Comparison> against;    ///< With another prediction, where `Compare` was asked for.

  std::vector<ReadingCount> truth_readings;       ///< Of `Protocol::kBinary`.
  std::vector<ReadingCount> prediction_readings;  ///< The same; none of heat maps.
  MaskReading truth_reading, prediction_reading;  ///< As it was settled at last.

  std::vector<std::string> warnings;  ///< One line each: what looks wrong, though all was scored.
  std::vector<std::string> missing;   ///< Keys without prediction (scored as empty).
  std::vector<std::string> extra;     ///< Keys of predictions without truth (passed over).
  std::vector<std::string> unscored;  ///< Keys whose truth is void everywhere (left out).
  std::vector<std::string> failures;  ///< One line each: what could not be read or compared.
  /// All of this before anything was divided, as JSON text for `MergeCounts`; "" unless it was
  /// asked for, and where images are missing at the end.
  std::string counts;
  bool interrupted = false;  ///< A stop was requested: images are missing at the end.
};

/// What 255 is in all of these truths where files disagree, which is warned of: what it is in most
/// of them, as `Evaluate` takes it. `kByFile` where there is nothing to settle, or it is given.
/// Files that cannot be read do not count.
WhiteMeans SettleTruth(std::span<const Pair> pairs, const MaskReading& reading,
                       const RunControl& control = {});

/// Scores every pair. A file that is unreadable, of another size than its truth or with an unknown
/// class becomes a failure, and the rest is scored. Memory: a few images a job, and the numbers of
/// each image. Throws `Error` like `FindPairs`, or if heat maps are asked for with `kVoc`.
EvaluateReport Evaluate(const EvaluateOptions& options, const RunControl& control = {});

}  // namespace gradcut
