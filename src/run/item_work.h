#pragma once

#include "gradcut/run/batch.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/plan.h"
#include "gradcut/run/run_totals.h"
#include "run/entry_text.h"
#include "run/photo_work.h"

#include <filesystem>
#include <set>
#include <string>

namespace gradcut {

/// What a run does with each of its inputs. Safe to use from several threads.
class ItemWork {
 public:
  /// Keeps references to `options` and `job`. `folder` is where the outputs go.
  ItemWork(const BatchOptions& options, const BatchJob& job, std::filesystem::path folder)
      : options_(options), job_(job), folder_(std::move(folder)), work_(options, job) {}

  /// Whether its outputs are there, made from the files that there are now, and may stay.
  /// `manifest` knows what earlier runs said of it.
  bool IsDone(const BatchItem& item, const ManifestWriter& manifest) const;

  /// Makes the outputs, unless that is done; those of another photo in its place are removed first.
  /// Throws `StorageError`, but nothing for the photo itself.
  Outcome Process(const BatchItem& item, const ManifestWriter& manifest) const;

  /// The fields of its manifest entry that the plan decides: `path` and `output`, and of a shard
  /// `order`, by which the entries of all shards stand as in a run of the whole.
  nlohmann::json HeadOf(const BatchItem& item) const;

  /// Its outputs, relative to the folder.
  std::set<std::string> NamesOf(const BatchItem& item) const;

  /// A line on photos that wait for memory: once, when the first of them has waited; else "".
  std::string NewsOfMemory() const { return work_.NewsOfMemory(); }

 private:
  nlohmann::json SourcesOf(const BatchItem& item) const;
  bool IsDone(const BatchItem& item, const EntryText& earlier, const nlohmann::json& sources) const;
  Outcome Make(const BatchItem& item, const nlohmann::json& earlier, const nlohmann::json& sources,
               const ManifestWriter& manifest) const;
  nlohmann::json MakeOutputs(const BatchItem& item, const ManifestWriter& manifest) const;
  void CheckFolder(const ManifestWriter& manifest) const;
  nlohmann::json FilesAfter(const BatchItem& item, const nlohmann::json& earlier) const;
  nlohmann::json SourcesThere(const nlohmann::json& earlier) const;
  bool TellsOf(const EntryText& earlier, const std::set<std::string>& names) const;
  bool RemoveOutputs(const BatchItem& item, const nlohmann::json& earlier, bool all) const;

  const BatchOptions& options_;
  const BatchJob& job_;
  const std::filesystem::path folder_;
  const PhotoWork work_;
};

}  // namespace gradcut
