#include "gradcut/run/run_record.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/run/manifest.h"
#include "gradcut/storage/file.h"
#include "run/run_folder.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace gradcut {

namespace fs = std::filesystem;

std::string RunRecord::TextAt(const nlohmann::json& entry, const std::string& key) {
  if (!entry.is_object()) return "";
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : "";
}

nlohmann::json RunRecord::FactsIn(const nlohmann::json& entry) {
  nlohmann::json facts = nlohmann::json::object();
  const auto take = [&](const char* key, bool (*fits)(const nlohmann::json&)) {
    const auto found = entry.find(key);
    if (found != entry.end() && fits(*found)) facts[key] = *found;
  };
  const auto is_number = [](const nlohmann::json& value) { return value.is_number(); };
  for (const char* const key : {"status", "error", "note", "review"})
    take(key, [](const nlohmann::json& value) { return value.is_string(); });
  for (const char* const key : {"confidence", "area", "width", "height", "clicks", "seconds"})
    take(key, is_number);
  take("edited", [](const nlohmann::json& value) { return value.is_boolean(); });
  take("milliseconds", [](const nlohmann::json& value) {
    return value.is_object() && std::all_of(value.begin(), value.end(),
                                            [](const auto& each) { return each.is_number(); });
  });
  const nlohmann::json classes = entry.value("classes", nlohmann::json());
  if (!classes.is_array()) return facts;
  facts["classes"] = nlohmann::json::array();
  for (const nlohmann::json& each : classes) {
    const std::string name = TextAt(each, "name");
    if (name.empty()) continue;
    facts["classes"].push_back({{"name", name}});
    for (const char* const key : {"confidence", "score"})
      if (each.contains(key) && each[key].is_number()) facts["classes"].back()["score"] = each[key];
  }
  return facts;
}

bool RunRecord::Failed(const nlohmann::json& entry) {
  const std::string status = TextAt(entry, "status");
  return status.empty() || status == "failed";
}

bool RunRecord::in_archives() const {
  return std::any_of(entries.begin(), entries.end(),
                     [](const nlohmann::json& entry) { return !TextAt(entry, "archive").empty(); });
}

fs::path RunRecord::PhotoOf(const nlohmann::json& entry) const {
  const fs::path path = TextAt(entry, "path");
  const fs::path from_start = fs::path(TextAt(run, "folder")) / path;
  std::error_code ignored;
  const bool is_there = fs::exists(from_start, ignored) || !ArchiveOf(from_start).empty();
  return is_there ? from_start : path;
}

std::map<fs::path, Input> RunRecord::ArchivedPhotos() const {
  std::set<std::string> archives;
  for (const nlohmann::json& entry : entries)
    if (const fs::path archive = ArchiveOf(PhotoOf(entry)); !archive.empty())
      archives.insert(archive.string());
  const std::vector<std::string> arguments(archives.begin(), archives.end());
  std::map<fs::path, Input> photos;
  for (Input& photo : ListInputs(arguments, {}, WithoutImages::kIsEmpty).inputs)
    photos.emplace(photo.path, std::move(photo));
  return photos;
}

RunRecord ReadRun(const fs::path& folder) {
  Require(fs::is_directory(folder), "{}: is not a folder", Printable(folder));
  const RunFolder run_folder(folder, Shard());
  const auto runs = run_folder.FindRuns();
  Require(!runs.empty() && runs.front().run.is_object(),
          "{}: holds no run (no run.json); name the folder that was given to -o",
          Printable(folder));
  RunRecord record = {.file = runs.front().file, .run = runs.front().run, .entries = {}};
  const std::string command =
      RunRecord::TextAt(record.run.value("made_by", nlohmann::json()), "command");
  Require(command != "tune", "{}: is a run of gradcut tune; its results are in points.csv",
          Printable(folder));

  // The manifest of the whole, which comes last, counts before those of shards, in its order.
  std::vector<fs::path> manifests = run_folder.Manifests();
  std::reverse(manifests.begin(), manifests.end());
  std::map<std::string, std::pair<const fs::path*, std::size_t>> told;  // By which, and where.
  for (const fs::path& manifest : manifests) {
    for (nlohmann::json& entry : EntriesIn(manifest)) {
      const auto [known, is_new] =
          told.try_emplace(RunRecord::TextAt(entry, "path"), &manifest, record.entries.size());
      if (is_new)
        record.entries.push_back(std::move(entry));
      else if (known->second.first == &manifest)  // What is said later counts more.
        record.entries[known->second.second] = std::move(entry);
    }
  }
  // Those of shards stand as in a run of the whole.
  const auto has_order = [](const nlohmann::json& entry) { return entry.contains("order"); };
  if (std::all_of(record.entries.begin(), record.entries.end(), has_order))
    std::stable_sort(record.entries.begin(), record.entries.end(),
                     [](const auto& a, const auto& b) { return a.at("order") < b.at("order"); });
  return record;
}

std::string EngineOf(const nlohmann::json& made_by) {
  const auto text = [&made_by](const char* key) {
    return Printable(RunRecord::TextAt(made_by, key));
  };
  if (made_by.contains("heatmaps")) return fmt::format("the maps in {}", text("heatmaps"));
  if (made_by.contains("masks")) return fmt::format("the masks in {}", text("masks"));
  std::string networks = text("architecture");
  if (const auto more = made_by.find("more_networks"); more != made_by.end())
    for (const nlohmann::json& network : *more)
      networks += ", " + Printable(RunRecord::TextAt(network, "architecture"));
  return fmt::format("{} on {}", networks, text("device"));
}

}  // namespace gradcut
