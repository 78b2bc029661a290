#include "run/item_work.h"

#include "gradcut/core/stopwatch.h"
#include "gradcut/storage/file.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"

#include <algorithm>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// Not folders: what a run removes are files. Whether there was one.
bool RemoveFile(const fs::path& path) {
  std::error_code ignored;  // A file that cannot be removed is overwritten.
  return !fs::is_directory(fs::symlink_status(path, ignored)) && fs::remove(path, ignored);
}

}  // namespace

nlohmann::json ItemWork::HeadOf(const BatchItem& item) const {
  nlohmann::json head = {{"path", item.input.path.string()},
                         {"output", item.outputs.front().lexically_relative(folder_).string()}};
  if (options_.shard && options_.shard->count > 1)
    head["order"] = {item.input.argument, item.input.line, item.input.relative.string()};
  return head;
}

nlohmann::json ItemWork::SourcesOf(const BatchItem& item) const {
  nlohmann::json sources = nlohmann::json::array({StampOf(item.input)});
  if (job_.companion) sources.push_back(StampOf(job_.companion(item.input.path)));
  // Absent rather than empty, so that inputs without any stay done when others get theirs.
  if (const std::string text = job_.digest ? job_.digest(item.input.path) : ""; !text.empty())
    sources.push_back({{"sha256", text}});
  return sources;
}

// What a person has made stays where nobody says anything else of it.
nlohmann::json ItemWork::SourcesThere(const nlohmann::json& earlier) const {
  nlohmann::json sources = earlier.value("sources", nlohmann::json());
  const bool edited = earlier.value("edited", nlohmann::json()) == true;
  if (edited && !job_.digest && sources.is_array() && !sources.empty() &&
      sources.back().contains("sha256"))
    sources.erase(sources.size() - 1);
  return sources;
}

bool ItemWork::IsDone(const BatchItem& item, const ManifestWriter& manifest) const {
  return IsDone(item, EntryText(manifest.EarlierLine(HeadOf(item))), SourcesOf(item));
}

bool ItemWork::IsDone(const BatchItem& item, const EntryText& earlier,
                      const nlohmann::json& sources) const {
  if (options_.existing != Existing::kSkip || item.replaced || !earlier.Has("path")) return false;
  if (!earlier.Holds("sources", sources)) {
    const nlohmann::json there = SourcesThere(earlier.Parse({"edited", "sources"}));
    if (!SameSources(there, sources) || HasLostOne(there, sources)) return false;
  }
  std::error_code ignored;
  return TellsOf(earlier, NamesOf(item)) &&
         std::all_of(item.outputs.begin(), item.outputs.end(),
                     [&](const fs::path& output) { return fs::exists(output, ignored); });
}

std::set<std::string> ItemWork::NamesOf(const BatchItem& item) const {
  std::set<std::string> names;
  for (const fs::path& output : item.outputs)
    names.insert(output.lexically_relative(folder_).string());
  return names;
}

// A file of that name that it does not tell of is of another photo.
bool ItemWork::TellsOf(const EntryText& earlier, const std::set<std::string>& names) const {
  if (earlier.Holds("files", names)) return true;
  const std::vector<fs::path> files = FilesOf(earlier.Parse({"files", "output"}), folder_);
  const auto is_told = [&](const std::string& name) {
    return std::find(files.begin(), files.end(), name) != files.end();
  };
  return std::all_of(names.begin(), names.end(), is_told);
}

Outcome ItemWork::Process(const BatchItem& item, const ManifestWriter& manifest) const {
  const nlohmann::json sources = SourcesOf(item);  // Before reading: it may be replaced meanwhile.
  nlohmann::json head = HeadOf(item);
  EntryText earlier(manifest.EarlierLine(head));
  if (!IsDone(item, earlier, sources)) {
    Outcome made = Make(item, manifest.Earlier(head), sources, manifest);
    made.line = JsonLine(made.entry);
    return made;
  }
  head["status"] = "skipped";
  earlier.Erase("order");
  for (const auto& [name, value] : head.items()) earlier.Set(name, value);
  nlohmann::json entry = earlier.Parse({"confidence", earlier.Has("area") ? "area" : "classes"});
  entry.update(head);
  return {std::move(entry), "", /*skipped=*/true, earlier.Line()};
}

Outcome ItemWork::Make(const BatchItem& item, const nlohmann::json& earlier,
                       const nlohmann::json& sources, const ManifestWriter& manifest) const {
  const bool known = earlier.is_object();
  const bool replaced = item.replaced || (known && !SameSources(SourcesThere(earlier), sources));
  nlohmann::json entry;
  std::string failure = FailureOf(item.input.path, [&] { entry = MakeOutputs(item, manifest); });
  if (!failure.empty()) entry = {{"error", failure}};
  if (replaced && RemoveOutputs(item, earlier, /*all=*/!failure.empty()) && !failure.empty())
    failure += "; what was made of it before is removed";
  entry.update(HeadOf(item));
  entry["status"] = failure.empty() ? "ok" : "failed";
  if (!failure.empty()) return {.entry = entry, .failure = failure};
  entry["sources"] = sources;
  entry["files"] = FilesAfter(item, known && !replaced ? earlier : nlohmann::json::object());
  return {.entry = entry, .failure = ""};
}

// Other kinds that earlier runs made of the same photo are kept.
nlohmann::json ItemWork::FilesAfter(const BatchItem& item, const nlohmann::json& earlier) const {
  std::set<std::string> files;
  for (const fs::path& file : FilesOf(earlier, folder_)) files.insert(file.string());
  files.merge(NamesOf(item));
  return files;
}

// All, or those that were not made anew. Whether there were any.
bool ItemWork::RemoveOutputs(const BatchItem& item, const nlohmann::json& earlier, bool all) const {
  std::set<fs::path> files;
  if (earlier.is_object())
    for (const fs::path& file : FilesOf(earlier, folder_)) files.insert(file.lexically_normal());
  for (const fs::path& output : item.outputs) {
    const fs::path file = output.lexically_relative(folder_);
    if (all)
      files.insert(file);
    else
      files.erase(file);
  }
  bool any = false;
  for (const fs::path& file : files) any = RemoveFile(folder_ / file) || any;
  return any;
}

// Where the folder was removed, nothing would say how results in a new one were made.
void ItemWork::CheckFolder(const ManifestWriter& manifest) const {
  if (!manifest.IsThere())
    throw StorageError(fmt::format("{}: was removed while it was written", Printable(folder_)));
}

nlohmann::json ItemWork::MakeOutputs(const BatchItem& item, const ManifestWriter& manifest) const {
  const Stopwatch reading;
  const std::vector<std::uint8_t> bytes = ReadInput(item.input);
  PhotoWork::Made made = work_.Make(item.input, bytes, reading.Milliseconds());
  const Stopwatch writing;
  CheckFolder(manifest);
  for (std::size_t i = 0; i < made.files.size(); ++i)
    WriteFileAtomically(item.outputs[i], made.files[i].bytes,
                        options_.durable ? Durability::kDurable : Durability::kFast);
  if (!manifest.IsThere())  // It was removed just now.
    for (const fs::path& output : item.outputs) RemoveFile(output);
  CheckFolder(manifest);
  made.entry["milliseconds"]["write"] = writing.Milliseconds();
  return std::move(made.entry);
}

}  // namespace gradcut
