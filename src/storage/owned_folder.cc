#include "gradcut/storage/owned_folder.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr char kMarker[] = ".gradcut";
const std::string kMarkerStart = "gradcut made this folder for ";

// The marker's line; "" for what is no marker.
std::string MarkerLine(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  return std::getline(stream, line) && line.starts_with(kMarkerStart) ? line : "";
}

bool IsRunFile(const fs::path& file) {
  std::ifstream stream(file);
  const nlohmann::json run = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  return run.is_object() && run.contains("recipe") && run.contains("made_by");
}

bool IsManifest(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  const nlohmann::json entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  return entry.is_object() && entry.contains("path") && entry.contains("status");
}

}  // namespace

OwnedFolder::OwnedFolder(fs::path folder, std::string owner, const std::string& names)
    : folder_(std::move(folder)), owner_(std::move(owner)), names_(names) {}

bool OwnedFolder::IsOurs(const std::string& name) const {
  return std::regex_match(name, names_) || IsTemporaryName(name);
}

fs::path OwnedFolder::marker() const { return folder_ / kMarker; }

bool OwnedFolder::IsMarked() const {
  std::error_code ignored;
  return !fs::is_symlink(folder_, ignored) && MarkerLine(marker()) == kMarkerStart + owner_;
}

void OwnedFolder::Claim() const {
  if (IsMarked()) return;
  std::error_code error;
  const fs::file_status status = fs::symlink_status(folder_, error);
  Require(!fs::exists(status) || fs::is_directory(status),
          "{}: is needed as a folder for files of {}, and is something else; move it away",
          Printable(folder_), owner_);
  const std::string line = MarkerLine(marker());
  bool all_ours = line.empty();
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error))
    all_ours = all_ours && IsOurs(entry->path().filename().string());
  Require(!fs::exists(status) || !error, "{}: cannot be searched: {}", Printable(folder_),
          error.message());
  Require(all_ours, "{}: is needed for files of {}, and holds {}; move it away, or name another -o",
          Printable(folder_), owner_,
          line.empty() ? "files that gradcut did not write"
                       : "those of " + Printable(line.substr(kMarkerStart.size())));
  WriteFileAtomically(marker(), kMarkerStart + owner_ + "\n");
}

std::set<std::string> OwnedFolder::Files() const {
  std::set<std::string> files;
  if (!IsMarked()) return files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    const fs::file_status status = entry.symlink_status(ignored);
    if (!fs::is_directory(status) && IsOurs(name)) files.insert(name);
  }
  return files;
}

void OwnedFolder::KeepOnly(const std::set<std::string>& kept) const {
  if (!IsMarked()) return;
  std::error_code ignored;  // What cannot be removed is in nobody's way.
  for (const std::string& name : Files())
    if (!kept.contains(name)) fs::remove(folder_ / name, ignored);
  if (!kept.empty()) return;
  fs::remove(marker(), ignored);
  fs::remove(folder_, ignored);  // Unless something is left in it.
}

bool IsOwnedFolder(const fs::path& folder) { return !MarkerLine(folder / kMarker).empty(); }

bool MarksResults(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name == kMarker) return !MarkerLine(file).empty();
  if (name.starts_with("run.") && name.ends_with(".json")) return IsRunFile(file);
  const bool manifest = name.ends_with(".jsonl") || name.ends_with(".jsonl.partial");
  return name.starts_with("manifest.") && manifest && IsManifest(file);
}

}  // namespace gradcut
