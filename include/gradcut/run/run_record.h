#pragma once

#include "gradcut/dataset/listing.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What a run, or the shards of one, left in its folder.
struct RunRecord {
  std::filesystem::path file;  ///< run.json; that of the first shard where there are only shards.
  nlohmann::json run;          ///< What it holds.
  std::vector<nlohmann::json>
      entries;  ///< What the manifests last say of each input, in their order.

  /// Where an entry's input is, or "shard.tar/a.jpg". A relative path counts from where the run was
  /// started, if that is known and the file is still there.
  std::filesystem::path PhotoOf(const nlohmann::json& entry) const;

  /// The inputs that lie in archives, by their `PhotoOf`. Each archive is looked through once.
  std::map<std::filesystem::path, Input> ArchivedPhotos() const;

  /// The entry's text at `key`, or "".
  static std::string TextAt(const nlohmann::json& entry, const std::string& key);

  /// What pages show of an entry; what is of another type than gradcut writes is left out. Texts:
  /// `status`, `error`, `note`, `review`; numbers: `confidence`, `area`, `width`, `height`,
  /// `clicks`, `seconds`; `edited`; `milliseconds`, numbers by the names of stages; `classes`, each
  /// with a `name` and, where it has one, a `score` or else its `confidence` as that.
  static nlohmann::json FactsIn(const nlohmann::json& entry);

  /// Whether an entry tells of no result.
  static bool Failed(const nlohmann::json& entry);

  /// Whether results lie in archives ("-o FILE.tar") and not in the folder.
  bool in_archives() const;
};

/// Reads the folder of a finished, interrupted or running run. Throws `Error` naming the folder if
/// it holds none, or that of a command that makes no files of images.
RunRecord ReadRun(const std::filesystem::path& folder);

/// What does a run's work, in words: "efficientnet-lite0 on cpu", "the maps in FOLDER". `made_by`
/// is that of its run.json.
std::string EngineOf(const nlohmann::json& made_by);

}  // namespace gradcut
