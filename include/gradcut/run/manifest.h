#pragma once

#include "gradcut/storage/file.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One text line of JSON, whatever bytes file names are made of.
std::string JsonLine(const nlohmann::json& json);

/// The manifest of a run: one JSON object an input, in input order. Lines are on the disk as soon
/// as they are written, under `<name>.partial`; `Finish` gives the file its name. While it exists,
/// the object holds a lock, so that two runs cannot write the same manifest.
class ManifestWriter {
 public:
  /// Takes the lock. Lines of a durable manifest survive a power failure after `Sync`. Throws
  /// `Error` naming the file when it cannot be written or another run holds it.
  explicit ManifestWriter(const std::filesystem::path& path,
                          Durability durability = Durability::kFast);
  ~ManifestWriter();
  ManifestWriter(const ManifestWriter&) = delete;
  ManifestWriter& operator=(const ManifestWriter&) = delete;

  /// Reads what earlier runs wrote into `earlier` (manifests, finished or not, later ones count
  /// more), puts it where a kill cannot lose it, and begins an empty manifest.
  void Start(std::span<const std::filesystem::path> earlier);

  /// Throws `StorageError` when the disk is full or the folder was removed; no half line stays.
  void Write(const nlohmann::json& entry);
  /// Flushes what was written to the disk, if the manifest is durable.
  void Sync() const;
  void Finish();

  /// Keeps the last entry of each input, at the place of its first.
  void DropSuperseded();

  /// What earlier runs wrote about an input that did not fail, by the `path` in its entry, or else
  /// by its `output` (the path may be written differently now); null if nothing.
  nlohmann::json Earlier(const nlohmann::json& entry) const;

 private:
  std::filesystem::path path_;
  std::filesystem::path partial_;
  Durability durability_;
  int file_ = -1;
  std::map<std::string, std::string> earlier_;  ///< Lines, by `path` as JSON text.
  std::map<std::string, std::string> path_of_;  ///< Keys of `earlier_`, by `output` likewise.
};

/// Whether a `ManifestWriter`, here or in another process, holds the manifest.
bool IsBeingWritten(const std::filesystem::path& manifest);

/// The entries of a manifest, finished or not, in its order; none if it is missing.
std::vector<nlohmann::json> EntriesIn(const std::filesystem::path& manifest);

/// The files that an entry tells of, relative to its folder: those of the photo, or the archive
/// that holds them. Earlier versions wrote their first one alone: then these are that one's
/// siblings that are there.
std::vector<std::filesystem::path> FilesOf(const nlohmann::json& entry,
                                           const std::filesystem::path& folder);

/// The `path` that each `output` was made from, as a manifest has it, finished or not.
std::map<std::filesystem::path, std::filesystem::path> OriginsIn(
    const std::filesystem::path& manifest);

/// Removes a manifest, finished or not; one that is being written is emptied.
void RemoveManifest(const std::filesystem::path& manifest);

}  // namespace gradcut
