#pragma once

#include "gradcut/dataset/shard.h"
#include "gradcut/run/batch.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/plan.h"
#include "gradcut/run/run_record.h"

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// The output folder of a run: its run.json, its manifest, and what may be written into it. Each
/// shard has a run.json and a manifest of its own; all that lie in one folder tell of one identity
/// (`recipe` and `made_by`: what decides the outputs).
class RunFolder {
 public:
  RunFolder(std::filesystem::path folder, const Shard& shard);

  /// That of an archive in the folder, whose files have its name in theirs: `suffix` is ".x.tar".
  RunFolder(std::filesystem::path folder, std::string suffix);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path run_file() const;
  std::filesystem::path manifest_file() const;

  /// Makes the folder if it is missing. Throws `Error`.
  void Make() const;

  /// Writes this run's run.json. Throws `Error`.
  void WriteRun(const nlohmann::json& run) const;

  /// A run that wrote here.
  struct Found {
    std::filesystem::path file;  ///< Its run.json.
    std::filesystem::path manifest;
    nlohmann::json run;  ///< What the run.json holds; null for one that is not ours.
  };

  /// Every run that wrote here, that of the whole before those of shards.
  std::vector<Found> FindRuns() const;

  /// The manifests of all runs that wrote here, this one's last.
  std::vector<std::filesystem::path> Manifests() const;

  /// Makes sure that what is in the folder and what a run of this identity will add belong
  /// together. `all` gives the outputs of every shard, `share` are those of this one. Shards that
  /// an earlier version dealt out by position are of another identity.
  ///
  /// * `kSkip`: another identity, or files of unknown origin in the way are a `UsageError`;
  /// * `kError`: so is any output that is there;
  /// * `kOverwrite`: files that a manifest of another identity lists and those in the way of `all`
  ///   are removed (with the run.json and the manifests that tell of them), so that a run that is
  ///   interrupted and goes on later never mixes the two. Outputs of another identity that would
  ///   stay are a `UsageError`.
  ///
  /// Call with a `FolderLock`, and write the run file before letting go of it.
  void Admit(const nlohmann::json& identity, const std::function<std::vector<BatchItem>()>& all,
             std::span<const BatchItem> share, Existing existing) const;

  /// Throws `UsageError` when an output that is there was made from another input of the same name,
  /// by what `manifest` has read: skipping would take another photo's result for this one's.
  void CheckOrigins(std::span<const BatchItem> share, const ManifestWriter& manifest) const;

 private:
  struct Run;  // A run.json that lies in the folder.
  std::vector<Run> Runs() const;
  void Refuse(const Run& run, const nlohmann::json& identity) const;
  void RemoveForeign(std::span<const Run> foreign, std::span<const BatchItem> all) const;
  void RemoveOutputs(std::span<const BatchItem> all) const;
  std::vector<std::filesystem::path> StartsElsewhere() const;

  std::filesystem::path folder_;
  std::string suffix_;  ///< Tells the files of one shard from another's.
};

/// A shard as run.json has it: "index", "count", and "by", the rule that dealt the inputs out.
nlohmann::json ToJson(const Shard& shard);

/// The shard that a run.json tells of; nothing for a run of all inputs.
std::optional<Shard> ShardIn(const nlohmann::json& run);

/// What decides results, of {"recipe", "made_by"}: the recipe without the names of files, which may
/// be called from elsewhere by others; their digests are in "made_by".
nlohmann::json WithoutFileNames(nlohmann::json identity);

/// In what the recipe or the origin of one run.json differs from another's, in words; "" if it does
/// not.
std::string DifferenceOfRuns(const nlohmann::json& a, const nlohmann::json& b);

/// Throws `Error` naming the difference unless a run there is has this recipe and this origin.
void RequireSameRun(const RunRecord& record, const nlohmann::json& recipe,
                    const nlohmann::json& made_by);

}  // namespace gradcut
