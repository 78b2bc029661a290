#pragma once

#include "dataset/mask_values.h"
#include "metrics/count_list.h"

#include <array>
#include <cstddef>
#include <string>

namespace gradcut {

struct EvaluateOptions;
struct EvaluateReport;

// How the mask files of a data set were read, and what looks wrong with them: counts that add up.
class MaskReadings {
 public:
  // What was made of the truth and the prediction of an image.
  void AddTruth(const std::filesystem::path& path, const ReadLabels& read);
  void AddPrediction(const std::filesystem::path& path, const ReadLabels& read);

  // Adds what was seen of other images, which come after these.
  void Merge(const MaskReadings& other);

  // What 255 must be taken for in all truths, or all predictions, where some have it beside other
  // small values and some beside 0 alone: what it is in most of them. `kByFile`: nothing to settle.
  WhiteMeans TruthWhite() const { return Settled(truths_); }
  WhiteMeans PredictionWhite() const { return Settled(predictions_); }

  // The counts in a row of integers, and the names that stand beside them.
  CountList Counts() const;
  using FileNames = std::array<std::string, 3>;
  FileNames Names() const;
  void AddCounts(CountReader counts, const FileNames& names);

  // Whether files that were read with `used` would have been read in the same way with `settled`.
  bool TruthsFit(WhiteMeans used, WhiteMeans settled) const { return Fit(truths_, used, settled); }
  bool PredictionsFit(WhiteMeans used, WhiteMeans settled) const {
    return Fit(predictions_, used, settled);
  }

  // Adds to the report how files were read, and what looks wrong.
  void Report(const EvaluateOptions& options, EvaluateReport& report) const;

  // Adds a warning to the report where files disagree about 255.
  void ReportDispute(EvaluateReport& report) const;

 private:
  using Ways = std::array<std::size_t, kWaysToRead>;  // Files by `ReadAs`.

  // Files of a kind, and the first of them.
  struct Files {
    void Add(const std::filesystem::path& path);

    std::size_t count = 0;
    std::string first;
  };

  static WhiteMeans Settled(const Ways& ways);
  static bool Fit(const Ways& ways, WhiteMeans used, WhiteMeans settled);

  Ways truths_ = {};
  Ways predictions_ = {};
  Files without_object_;      // Truths with values, none of them object.
  Files without_background_;  // Truths with several values, all of them object.
  Files blank_;               // Predictions of void alone.
};

}  // namespace gradcut
