#pragma once

#include "cli/batch.h"
#include "cli/tune_plan.h"
#include "gradcut/metrics/truth.h"

#include <nlohmann/json.hpp>

namespace gradcut {

/// A sweep over labelled photos, decided.
struct TuneJob {
  Recipe recipe;
  TunePlan plan;
  nlohmann::json made_by;  ///< What decides the result besides the recipe: see `MadeBy`.
  Pairing pairing;
  MaskReading reading;  ///< Of the truth.
};

/// Scores every photo at every point, `jobs` at a time, and writes the folder: `best.toml` (the
/// chosen recipe), `points.csv` (the table), `manifest.jsonl` (the scores of each photo, by which
/// an interrupted run goes on) and `run.json`. Prints what was found.
ExitStatus RunTune(const BatchFlags& flags, const TuneJob& job, const PointSegmenters& segmenters);

}  // namespace gradcut
