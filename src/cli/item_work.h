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

  /// Whether its outputs are there, made from the files that there are now, and may stay.
  /// `manifest` knows what earlier runs said of it.
  bool IsDone(const BatchItem& item, const ManifestWriter& manifest) const;

  /// Makes the outputs, unless that is done; those of another photo in its place are removed first.
  /// Throws `StorageError`, but nothing for the photo itself.
  Outcome Process(const BatchItem& item, const ManifestWriter& manifest) const;

  /// The fields of its manifest entry that the plan decides: `path` and `output`.
  nlohmann::json HeadOf(const BatchItem& item) const;

 private:
  nlohmann::json SourcesOf(const BatchItem& item) const;
  bool IsDone(const BatchItem& item, const nlohmann::json& earlier,
              const nlohmann::json& sources) const;
  Outcome Make(const BatchItem& item, const nlohmann::json& earlier,
               const nlohmann::json& sources) const;
  nlohmann::json MakeOutputs(const BatchItem& item) const;
  nlohmann::json FilesAfter(const BatchItem& item, const nlohmann::json& earlier) const;
  void RemoveOutputs(const BatchItem& item, const nlohmann::json& earlier) const;

  const BatchFlags& flags_;
  const BatchJob& job_;
  const std::filesystem::path folder_;
};

}  // namespace gradcut
