#include "gradcut/run/run_record.h"

#include "gradcut/core/error.h"
#include "gradcut/run/manifest.h"
#include "gradcut/storage/file.h"
#include "run/run_folder.h"

#include <map>

namespace gradcut {

namespace fs = std::filesystem;

std::string RunRecord::TextAt(const nlohmann::json& entry, const std::string& key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : "";
}

fs::path RunRecord::PhotoOf(const nlohmann::json& entry) const {
  const fs::path path = TextAt(entry, "path");
  const fs::path from_start = fs::path(TextAt(run, "folder")) / path;
  std::error_code ignored;
  return fs::exists(from_start, ignored) ? from_start : path;
}

RunRecord ReadRun(const fs::path& folder) {
  Require(fs::is_directory(folder), "{}: is not a folder", Printable(folder));
  const RunFolder run_folder(folder, Shard());
  const auto runs = run_folder.RunFiles();
  Require(!runs.empty() && runs.front().second.is_object(),
          "{}: holds no run (no run.json); name the folder that was given to -o",
          Printable(folder));
  RunRecord record = {.file = runs.front().first, .run = runs.front().second, .entries = {}};
  const std::string command =
      RunRecord::TextAt(record.run.value("made_by", nlohmann::json()), "command");
  Require(command != "tune", "{}: is a run of gradcut tune; its results are in points.csv",
          Printable(folder));

  // Later manifests count more: what a whole run says comes after what its shards said.
  std::map<std::string, std::size_t> position;
  for (const fs::path& manifest : run_folder.Manifests()) {
    for (nlohmann::json& entry : EntriesIn(manifest)) {
      const auto [known, is_new] =
          position.try_emplace(RunRecord::TextAt(entry, "path"), record.entries.size());
      if (is_new)
        record.entries.push_back(std::move(entry));
      else
        record.entries[known->second] = std::move(entry);
    }
  }
  return record;
}

std::string EngineOf(const nlohmann::json& made_by) {
  const auto text = [&made_by](const char* key) {
    return Printable(RunRecord::TextAt(made_by, key));
  };
  if (made_by.contains("heatmaps")) return fmt::format("the maps in {}", text("heatmaps"));
  if (made_by.contains("masks")) return fmt::format("the masks in {}", text("masks"));
  return fmt::format("{} on {}", text("architecture"), text("device"));
}

}  // namespace gradcut
