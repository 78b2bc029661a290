#include "gradcut/run/manifest.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/run/outputs.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/durable_folder.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/text.h"
#include "storage/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

fs::path PartialOf(const fs::path& manifest) { return manifest.string() + ".partial"; }

// What finds an entry among others. Reading no more than that is several times as fast as making
// all objects of a line.
struct Head {
  std::optional<std::string> path, output, status;
  std::vector<std::string> files;
};

// Takes a head from the events of an entry; what else is nested is passed over.
class HeadReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Head head;

  bool null() override { return Pass(); }
  bool boolean(bool) override { return Pass(); }
  bool number_integer(number_integer_t) override { return Pass(); }
  bool number_unsigned(number_unsigned_t) override { return Pass(); }
  bool number_float(number_float_t, const string_t&) override { return Pass(); }
  bool binary(binary_t&) override { return Pass(); }
  bool string(string_t& text) override {
    if (field_ != nullptr && depth_ == 1)
      *field_ = BytesOfJson(std::move(text));
    else if (in_files_ && depth_ == 2)
      head.files.push_back(BytesOfJson(std::move(text)));
    return Pass();
  }
  bool key(string_t& name) override {
    if (depth_ > 1) return true;
    field_ = name == "path"     ? &head.path
             : name == "output" ? &head.output
             : name == "status" ? &head.status
                                : nullptr;
    if (field_ != nullptr) field_->reset();  // What stands last counts.
    in_files_ = name == "files";
    if (in_files_) head.files.clear();
    return true;
  }
  bool start_object(std::size_t) override { return ++depth_ > 0; }
  bool end_object() override { return Leave(); }
  bool start_array(std::size_t) override { return ++depth_ > 1; }  // A line is an object.
  bool end_array() override { return Leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  bool Pass() const { return depth_ > 0; }
  bool Leave() { return --depth_ >= 0; }

  std::optional<std::string>* field_ = nullptr;
  bool in_files_ = false;
  int depth_ = 0;
};

// Calls `visit` for each line of a manifest, finished or not.
void ForEachLineOf(const fs::path& manifest,
                   const std::function<void(const std::string& line)>& visit) {
  for (const fs::path& path : {manifest, PartialOf(manifest)}) ForEachRawLine(path, visit);
}

// A killed run may have left half a line at the end: it is not JSON and has no head.
std::optional<Head> HeadOf(const std::string& line) {
  HeadReader reader;
  if (!MayBeJson(line) || !nlohmann::json::sax_parse(line, &reader) || !reader.head.path)
    return std::nullopt;
  return std::move(reader.head);
}

// What JSON text stands for.
std::string TextOf(const std::string& json) {
  return json.find('\\') == std::string::npos ? json.substr(1, json.size() - 2)
                                              : ParsedJson(json).get<std::string>();
}

// The files of an entry beside its output, as JSON text.
std::vector<std::string> FurtherFiles(const Head& head) {
  std::vector<std::string> files;
  for (const std::string& file : head.files)
    if (file != head.output) files.push_back(JsonLine(file));
  return files;
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

std::string JsonLine(const nlohmann::json& json) { return JsonText(json); }

ManifestWriter::ManifestWriter(const fs::path& path, Durability durability)
    : path_(path),
      partial_(PartialOf(path)),
      durability_(durability),
      was_left_(::access(partial_.c_str(), F_OK) == 0),
      file_(OpenLocked(partial_)) {
  if (durability == Durability::kDurable) SyncFolder(FolderOf(path));
}

ManifestWriter::~ManifestWriter() {
  std::error_code ignored;
  // Nothing was begun, so nothing should stay.
  if (IsThere() && fs::file_size(partial_, ignored) == 0) fs::remove(partial_, ignored);
  ::close(file_);
}

// Most of the time goes into finding the heads.
void ManifestWriter::Keep(std::span<std::string> lines, bool are_own, int jobs) {
  WorkInOrder(lines.size(), {.jobs = jobs}, [&](std::size_t i) -> Completion {
    const std::optional<Head> head = HeadOf(lines[i]);
    if (!head || head->status == "failed") return [] {};  // It tells of no output.
    return [this, are_own, &line = lines[i], path = JsonLine(*head->path),
            output = head->output ? JsonLine(*head->output) : "", files = FurtherFiles(*head)] {
      const auto [entry, is_new] = earlier_.insert_or_assign(path, std::move(line));
      if (are_own && is_new) own_.push_back(&*entry);
      if (!output.empty()) by_output_[output] = &*entry;
      for (const std::string& file : files) by_file_[file] = &*entry;
    };
  });
}

void ManifestWriter::Read(std::span<const fs::path> earlier, int jobs) {
  constexpr std::size_t kBytesAtOnce = 4 << 20;
  std::vector<std::string> lines;
  std::size_t bytes = 0;
  const auto keep = [&](bool are_own) {
    Keep(lines, are_own, jobs);
    lines.clear();
    bytes = 0;
  };
  for (const fs::path& manifest : earlier) {
    const bool is_own = manifest == path_;
    ForEachLineOf(manifest, [&](const std::string& line) {
      bytes += sizeof(std::string) + line.size();
      lines.push_back(line);
      if (bytes >= kBytesAtOnce) keep(is_own);
    });
    keep(is_own);
  }
}

std::vector<std::string> ManifestWriter::OwnLinesWithout(
    const std::function<bool(const std::string& path)>& is_of_run) const {
  std::vector<std::string> lines;
  for (const Lines::const_pointer entry : own_)
    if (!is_of_run(TextOf(entry->first))) lines.push_back(entry->second);
  return lines;
}

void ManifestWriter::Start() {
  if (fs::file_size(partial_) == 0) return;
  std::vector<Lines::const_pointer> lines;
  for (const auto& entry : earlier_) lines.push_back(&entry);
  std::sort(lines.begin(), lines.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  std::string text;
  for (const auto* entry : lines) text += entry->second + "\n";
  WriteFileAtomically(path_, text, durability_);
  if (::ftruncate(file_, 0) != 0) FailToWrite(partial_);
}

void ManifestWriter::Write(const nlohmann::json& entry) { WriteLine(JsonLine(entry)); }

void ManifestWriter::WriteLine(const std::string& line) {
  kept_ += line + "\n";
  Flush();
}

void ManifestWriter::KeepLine(const std::string& line) {
  constexpr std::size_t kBytesAtOnce = 64 << 10;
  kept_ += line + "\n";
  if (kept_.size() >= kBytesAtOnce) Flush();
}

void ManifestWriter::Flush() {
  if (kept_.empty()) return;
  AppendWhole(file_, kept_, partial_);
  kept_.clear();
}

void ManifestWriter::Sync() {
  Flush();
  if (durability_ == Durability::kDurable && ::fdatasync(file_) != 0)
    FailToWrite(partial_, "cannot be made durable");
}

void ManifestWriter::Finish() {
  Sync();
  if (::rename(partial_.c_str(), path_.c_str()) != 0) FailToWrite(path_);
  if (durability_ == Durability::kDurable) SyncFolder(FolderOf(path_));
}

bool ManifestWriter::IsThere() const { return IsSameFile(file_, partial_); }

void ManifestWriter::FinishLeft() {
  if (fs::file_size(partial_) > 0) Finish();
}

void ManifestWriter::DropSuperseded() {
  Flush();
  std::vector<std::string> lines;
  std::map<std::string, std::size_t> place;
  ForEachRawLine(partial_, [&](const std::string& line) {
    const std::optional<Head> head = HeadOf(line);
    if (!head) return;
    const auto [known, is_new] = place.try_emplace(*head->path, lines.size());
    if (is_new) lines.emplace_back();
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
  const std::string& line = EarlierLine(entry);
  return line.empty() ? nlohmann::json() : ParsedJson(line);
}

const std::string& ManifestWriter::EarlierLine(const nlohmann::json& entry) const {
  static const std::string nothing;
  if (const auto found = earlier_.find(JsonLine(entry.at("path"))); found != earlier_.end())
    return found->second;
  if (!entry.contains("output")) return nothing;
  const auto found = by_output_.find(JsonLine(entry["output"]));
  return found == by_output_.end() ? nothing : found->second->second;
}

fs::path ManifestWriter::OriginOf(const fs::path& output) const {
  const std::string name = JsonLine(output.string());
  for (const FileIndex* const files : {&by_output_, &by_file_})
    if (const auto found = files->find(name); found != files->end())
      return TextOf(found->second->first);
  return {};
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
  ForEachLineOf(manifest, [&entries](const std::string& line) {
    nlohmann::json entry = ParsedJson(line);
    if (entry.is_object() && entry.contains("path") && entry["path"].is_string())
      entries.push_back(std::move(entry));
  });
  return entries;
}

void RefuseField(const nlohmann::json& entry, const char* key, const fs::path& manifest) {
  const std::string path = entry.value("path", "");
  std::string place = Printable(manifest);
  for (const fs::path& file : {PartialOf(manifest), manifest}) {
    std::size_t number = 0;
    ForEachRawLine(file, [&](const std::string& line) {
      ++number;
      if (const auto head = HeadOf(line); head && head->path == path)
        place = fmt::format("{}, line {}", Printable(file), number);
    });
  }
  Fail(
      "{}: the entry of {} has no \"{}\" as gradcut writes it; remove the line, and give the "
      "command of the run again",
      place, Printable(fs::path(path)), key);
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
  // A manifest from elsewhere must not lead out of its folder.
  std::erase_if(files, [](const fs::path& file) { return !LeadsBelow(file); });
  return files;
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
