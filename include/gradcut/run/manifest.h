#pragma once

#include "gradcut/storage/file.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace gradcut {

/// One line of `JsonText`.
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

  /// Whether an earlier run was stopped or killed before its manifest had its name.
  bool was_left() const { return was_left_; }

  /// Reads what earlier runs wrote into `earlier` (manifests, finished or not, later ones count
  /// more), `jobs` lines at a time. Each line is kept as it is: an entry of a million costs its
  /// text, not its objects. Throws `Error` when one of them cannot be read: what it tells of would
  /// be lost.
  void Read(std::span<const std::filesystem::path> earlier, int jobs = 1);

  /// Puts what was read where a kill cannot lose it, and begins an empty manifest.
  void Start();

  /// Throws `StorageError` when the disk is full or the folder was removed; no half line stays.
  void Write(const nlohmann::json& entry);
  /// The same for the `JsonLine` of an entry.
  void WriteLine(const std::string& line);
  /// The same for a line that earlier manifests hold too, so that a kill loses nothing: it is
  /// written with those behind it, at the latest by `Sync` or `Finish`.
  void KeepLine(const std::string& line);
  /// Writes what was kept, and flushes it to the disk if the manifest is durable.
  void Sync();
  void Finish();
  /// Whether what is written is still in its folder: nobody has removed file or folder.
  bool IsThere() const;
  /// Gives a manifest its name that is whole, but that a run was killed before it did so.
  void FinishLeft();

  /// Keeps the last entry of each input, at the place of its first.
  void DropSuperseded();

  /// What earlier runs wrote about an input that did not fail, by the `path` in its entry, or else
  /// by its `output` (the path may be written differently now); null if nothing.
  nlohmann::json Earlier(const nlohmann::json& entry) const;
  /// The same as the line that was read; "" if nothing.
  const std::string& EarlierLine(const nlohmann::json& entry) const;

  /// The lines of this manifest itself, as it was, of inputs that did not fail and for which
  /// `is_of_run` does not hold.
  std::vector<std::string> OwnLinesWithout(
      const std::function<bool(const std::string& path)>& is_of_run) const;

  /// The `path` that earlier runs made a file from, their `output` or another; empty if none did.
  std::filesystem::path OriginOf(const std::filesystem::path& output) const;

 private:
  void Keep(std::span<std::string> lines, bool are_own, int jobs);
  void Flush();

  std::filesystem::path path_;
  std::filesystem::path partial_;
  Durability durability_;
  bool was_left_ = false;
  int file_ = -1;
  std::string kept_;  ///< Lines that are not written yet.
  using Lines = std::unordered_map<std::string, std::string>;
  Lines earlier_;                          ///< By `path` as JSON text.
  std::vector<Lines::const_pointer> own_;  ///< Those of them that this manifest had, in its order.
  using FileIndex = std::unordered_map<std::string, Lines::const_pointer>;
  FileIndex by_output_;  ///< By `output` likewise.
  FileIndex by_file_;    ///< By the other files.
};

/// Whether a `ManifestWriter`, here or in another process, holds the manifest.
bool IsBeingWritten(const std::filesystem::path& manifest);

/// The entries of a manifest, finished or not, in its order; none if it is missing. Throws `Error`
/// when it cannot be read.
std::vector<nlohmann::json> EntriesIn(const std::filesystem::path& manifest);

/// Throws `Error` naming the manifest, the line of the entry, and what to do about a field that is
/// missing or of another type than it is written with.
[[noreturn]] void RefuseField(const nlohmann::json& entry, const char* key,
                              const std::filesystem::path& manifest);

/// A field that every run writes into the entries of what it has done; else as `RefuseField`.
template <class Value>
Value FieldOf(const nlohmann::json& entry, const char* key, const std::filesystem::path& manifest) {
  try {
    return entry.at(key).get<Value>();
  } catch (const nlohmann::json::exception&) {
    RefuseField(entry, key, manifest);
  }
}

/// A field of a JSON object that may be missing; `otherwise` also where it is of another type.
template <class Value>
Value ValueAt(const nlohmann::json& object, const char* key, Value otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(key);
  const bool fits =
      found != object.end() && (std::is_same_v<Value, bool> ? found->is_boolean()
                                : std::is_unsigned_v<Value> ? found->is_number_unsigned()
                                                            : found->is_number());
  return fits ? found->template get<Value>() : otherwise;
}

/// The files that an entry tells of, relative to its folder: those of the photo, or the archive
/// that holds them. Earlier versions wrote their first one alone: then these are that one's
/// siblings that are there.
std::vector<std::filesystem::path> FilesOf(const nlohmann::json& entry,
                                           const std::filesystem::path& folder);

/// Removes a manifest, finished or not; one that is being written is emptied.
void RemoveManifest(const std::filesystem::path& manifest);

}  // namespace gradcut
