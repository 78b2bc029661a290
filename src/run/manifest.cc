#include "gradcut/run/manifest.h"

#include "gradcut/core/error.h"
#include "gradcut/run/outputs.h"
#include "gradcut/storage/durable_folder.h"
#include "gradcut/storage/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

fs::path PartialOf(const fs::path& manifest) { return manifest.string() + ".partial"; }

// Calls `visit(entry, line)` for each entry of a file. A killed run may have left half a line at
// the end: it is not JSON and is passed over.
template <class Visit>
void ForEachEntry(const fs::path& path, const Visit& visit) {
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (entry.is_object() && entry.contains("path") && entry["path"].is_string())
      visit(entry, line);
  }
}

std::span<const std::uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A manifest from elsewhere must not lead out of its folder.
bool StaysInside(const fs::path& relative) {
  const fs::path normal = relative.lexically_normal();
  return !normal.empty() && normal.is_relative() && *normal.begin() != "..";
}

bool IsSameFile(int fd, const fs::path& path) {
  struct stat open_file = {}, named = {};
  return ::fstat(fd, &open_file) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

// Opens and locks; when another run gave the file its final name meanwhile, begins again.
int OpenLocked(const fs::path& path) {
  while (true) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) FailToWrite(path);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      ::close(file);
      Fail("{}: another gradcut is writing here; wait for it, or take another folder",
           Printable(path));
    }
    if (IsSameFile(file, path)) return file;
    ::close(file);
  }
}

}  // namespace

std::string JsonLine(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ManifestWriter::ManifestWriter(const fs::path& path, Durability durability)
    : path_(path), partial_(PartialOf(path)), durability_(durability), file_(OpenLocked(partial_)) {
  if (durability == Durability::kDurable) SyncFolder(FolderOf(path));
}

ManifestWriter::~ManifestWriter() {
  std::error_code ignored;
  // Nothing was begun, so nothing should stay.
  if (IsSameFile(file_, partial_) && fs::file_size(partial_, ignored) == 0)
    fs::remove(partial_, ignored);
  ::close(file_);
}

void ManifestWriter::Start(std::span<const fs::path> earlier) {
  const auto keep = [this](const nlohmann::json& entry, const std::string& line) {
    if (entry.value("status", nlohmann::json()) == "failed") return;  // It tells of no output.
    const std::string path = JsonLine(entry["path"]);
    earlier_[path] = line;
    if (entry.contains("output")) path_of_[JsonLine(entry["output"])] = path;
  };
  for (const fs::path& manifest : earlier) {
    ForEachEntry(manifest, keep);
    ForEachEntry(PartialOf(manifest), keep);
  }
  if (fs::file_size(partial_) == 0) return;
  std::string lines;
  for (const auto& [path, line] : earlier_) lines += line + "\n";
  WriteFileAtomically(path_, lines, durability_);
  if (::ftruncate(file_, 0) != 0) FailToWrite(partial_);
}

void ManifestWriter::Write(const nlohmann::json& entry) {
  AppendWhole(file_, JsonLine(entry) + "\n", partial_);
}

void ManifestWriter::Sync() const {
  if (durability_ == Durability::kDurable && ::fdatasync(file_) != 0)
    FailToWrite(partial_, "cannot be made durable");
}

void ManifestWriter::Finish() {
  Sync();
  if (::rename(partial_.c_str(), path_.c_str()) != 0) FailToWrite(path_);
  if (durability_ == Durability::kDurable) SyncFolder(FolderOf(path_));
}

void ManifestWriter::DropSuperseded() {
  std::vector<std::string> lines;
  std::map<std::string, std::size_t> place;
  ForEachEntry(partial_, [&](const nlohmann::json& entry, const std::string& line) {
    const auto [known, is_new] = place.try_emplace(JsonLine(entry["path"]), lines.size());
    if (is_new)
      lines.push_back(line + "\n");
    else
      lines[known->second] = line + "\n";
  });
  std::string text;
  for (const std::string& line : lines) text += line;
  if (text.size() == fs::file_size(partial_)) return;
  WriteFileAtomically(path_, text, durability_);  // A kill here loses nothing.
  if (::ftruncate(file_, 0) != 0) FailToWrite(partial_);
  WriteAll(file_, BytesOf(text), partial_);
  Sync();
}

nlohmann::json ManifestWriter::Earlier(const nlohmann::json& entry) const {
  auto found = earlier_.find(JsonLine(entry.at("path")));
  if (found == earlier_.end() && entry.contains("output"))
    if (const auto path = path_of_.find(JsonLine(entry["output"])); path != path_of_.end())
      found = earlier_.find(path->second);
  return found == earlier_.end() ? nlohmann::json() : nlohmann::json::parse(found->second);
}

bool IsBeingWritten(const fs::path& manifest) {
  const int file = ::open(PartialOf(manifest).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool locked = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(file);
  return locked;
}

std::vector<nlohmann::json> EntriesIn(const fs::path& manifest) {
  std::vector<nlohmann::json> entries;
  const auto add = [&entries](const nlohmann::json& entry, const std::string&) {
    entries.push_back(entry);
  };
  ForEachEntry(manifest, add);
  ForEachEntry(PartialOf(manifest), add);
  return entries;
}

std::vector<fs::path> FilesOf(const nlohmann::json& entry, const fs::path& folder) {
  std::vector<fs::path> files;
  const auto output = entry.find("output");
  if (const auto archive = entry.find("archive"); archive != entry.end() && archive->is_string()) {
    files.push_back(archive->get<std::string>());
  } else if (const auto known = entry.find("files"); known != entry.end() && known->is_array()) {
    for (const nlohmann::json& file : *known)
      if (file.is_string()) files.push_back(file.get<std::string>());
  } else if (output != entry.end() && output->is_string()) {
    for (const OutputKind kind : AllOutputKinds())
      if (const fs::path file = FindSibling(folder, output->get<std::string>(), kind);
          !file.empty())
        files.push_back(file.lexically_relative(folder));
  }
  std::erase_if(files, [](const fs::path& file) { return !StaysInside(file); });
  return files;
}

std::map<fs::path, fs::path> OriginsIn(const fs::path& manifest) {
  std::map<fs::path, fs::path> origins;
  for (const nlohmann::json& entry : EntriesIn(manifest))
    if (entry.contains("output") && entry["output"].is_string())
      origins[entry["output"].get<std::string>()] = entry["path"].get<std::string>();
  return origins;
}

void RemoveManifest(const fs::path& manifest) {
  std::error_code ignored;
  fs::remove(manifest, ignored);
  if (IsBeingWritten(manifest))
    fs::resize_file(PartialOf(manifest), 0, ignored);
  else
    fs::remove(PartialOf(manifest), ignored);
}

}  // namespace gradcut
