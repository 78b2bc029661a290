#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/image/image_io.h"
#include "gradcut/metrics/tuning.h"
#include "gradcut/recipe/recipe.h"
#include "gradcut/run/batch.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

struct TuneOptions {
  /// Photos and their truth; its `predictions` are the photos.
  PairingOptions pairing = {.kind = PredictionKind::kPhotos};
  MaskReading reading = {};              ///< Of the truth.
  std::vector<std::string> sweeps = {};  ///< See `ParseSweep`.
  std::size_t budget = 0;                ///< Points that are drawn of all; 0: all.
  Recipe recipe = Recipe::Preset("fast");
  std::filesystem::path output = {};  ///< A folder.
  std::optional<Shard> shard = {};    ///< The share of the photos that is scored; nothing: all.
  Existing existing = Existing::kSkip;
  ImageReadOptions read = {};
};

struct TuneSummary {
  std::optional<TuningTable> table = {};  ///< Nothing if it was interrupted, or is a shard.
  std::size_t images = 0;
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t problems = 0;  ///< Folders that cannot be searched, images that lack their truth.
  std::filesystem::path best_file = {}, table_file = {};
  bool interrupted = false;
};

/// Scores every photo at every point of the sweeps, chooses on one half and reports on the other,
/// as `gradcut tune` does. Writes the folder: `best.toml` (the chosen recipe), `points.csv` (the
/// table), `manifest.jsonl` (the scores of each photo, by which an interrupted run goes on) and
/// `run.json`. Of a shard it writes the last two alone, and `Merge` makes the rest. Throws
/// `UsageError` for what cannot be, `Error` for files and devices.
TuneSummary Tune(const TuneOptions& options, const RunControl& control = {});

}  // namespace gradcut
