#pragma once

#include "gradcut/storage/file.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace gradcut {

inline std::string TextOf(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return {bytes.begin(), bytes.end()};
}

inline nlohmann::json RunJson(const std::filesystem::path& folder) {
  return nlohmann::json::parse(TextOf(folder / "run.json"));
}

inline std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The entries of a manifest, in order.
inline std::vector<nlohmann::json> Manifest(const std::filesystem::path& folder,
                                            const std::string& name = "manifest.jsonl") {
  std::vector<nlohmann::json> entries;
  for (const std::string& line : Lines(TextOf(folder / name)))
    entries.push_back(nlohmann::json::parse(line));
  return entries;
}

/// One field of all entries of a manifest, in order.
inline std::vector<std::string> ManifestColumn(const std::filesystem::path& folder,
                                               const std::string& field) {
  std::vector<std::string> values;
  for (const nlohmann::json& entry : Manifest(folder)) values.push_back(entry.at(field));
  return values;
}

/// What the page of a run knows of its images.
inline nlohmann::json ImagesOfPage(const std::string& page) {
  const std::string start = "<script type=\"application/json\" id=\"images\">";
  const std::size_t begin = page.find(start) + start.size();
  return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

/// The bytes of every result below a folder by relative path: all files, hidden ones too, but the
/// manifests and run files, which tell of times.
inline std::map<std::string, std::string> Results(const std::filesystem::path& folder) {
  std::map<std::string, std::string> results;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool report = name.ends_with(".jsonl") || name.ends_with(".json");
    if (!report && entry.is_regular_file())
      results[entry.path().lexically_relative(folder).string()] = TextOf(entry.path());
  }
  return results;
}

inline std::vector<std::string> ResultNames(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : Results(folder)) names.push_back(name);
  return names;
}

}  // namespace gradcut
