#pragma once

#include "cli/batch.h"
#include "cli/manifest.h"
#include "cli/plan.h"
#include "cli/run_totals.h"

#include <filesystem>

namespace gradcut {

/// What a run does with each of its inputs. Safe to use from several threads.
class ItemWork {
 public:
  /// Keeps references to `flags` and `job`. `folder` is where the outputs go.
  ItemWork(const BatchFlags& flags, const BatchJob& job, std::filesystem::path folder)
      : flags_(flags), job_(job), folder_(std::move(folder)) {}

  /// Whether its outputs are there and may stay.
  bool IsDone(const BatchItem& item) const;

  /// Makes the outputs, unless that is done. `manifest` knows what earlier runs said of it. Never
  /// throws for a file.
  Outcome Process(const BatchItem& item, const ManifestWriter& manifest) const;

 private:
  nlohmann::json MakeOutputs(const BatchItem& item) const;

  const BatchFlags& flags_;
  const BatchJob& job_;
  const std::filesystem::path folder_;
};

}  // namespace gradcut
