#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace gradcut {

/// One text line of JSON, whatever bytes file names are made of.
std::string JsonLine(const nlohmann::json& json);

/// The manifest of a run: one JSON object an input, in input order. Lines are on the disk as soon
/// as they are written, under `<name>.partial`; `Finish` gives the file its name. While it exists,
/// the object holds a lock, so that two runs cannot write the same manifest.
class ManifestWriter {
 public:
  /// Throws `Error` naming the file when it cannot be written or another run holds it.
  explicit ManifestWriter(const std::filesystem::path& path);
  ~ManifestWriter();
  ManifestWriter(const ManifestWriter&) = delete;
  ManifestWriter& operator=(const ManifestWriter&) = delete;

  void Write(const nlohmann::json& entry);
  void Finish();

  /// What earlier runs wrote about an input, by its `path`; null if nothing.
  nlohmann::json Earlier(const std::string& input) const;

 private:
  std::filesystem::path path_;
  std::filesystem::path partial_;
  int file_ = -1;
  std::map<std::string, std::string> earlier_;
};

}  // namespace gradcut
