#include "cli/manifest.h"

#include "gradcut/core/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace gradcut {
namespace {

// A killed run may have left half a line at the end: it is not JSON and is passed over.
void ReadEntries(const std::filesystem::path& path, std::map<std::string, std::string>& entries) {
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (entry.is_object() && entry.contains("path") && entry["path"].is_string())
      entries[entry["path"].get<std::string>()] = line;
  }
}

}  // namespace

std::string JsonLine(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ManifestWriter::ManifestWriter(const std::filesystem::path& path)
    : path_(path), partial_(path.string() + ".partial") {
  file_ = open(partial_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  Require(file_ >= 0, "{}: cannot write: {}", partial_.string(), std::strerror(errno));
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    close(file_);
    Fail("{}: another gradcut is writing here; wait for it, or take another folder",
         partial_.string());
  }
  ReadEntries(path_, earlier_);
  ReadEntries(partial_, earlier_);
  if (ftruncate(file_, 0) != 0) {
    close(file_);
    Fail("{}: cannot write: {}", partial_.string(), std::strerror(errno));
  }
}

ManifestWriter::~ManifestWriter() { close(file_); }

void ManifestWriter::Write(const nlohmann::json& entry) {
  const std::string line = JsonLine(entry) + "\n";
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t count = write(file_, line.data() + written, line.size() - written);
    if (count < 0 && errno == EINTR) continue;
    Require(count >= 0, "{}: cannot write: {}", partial_.string(), std::strerror(errno));
    written += static_cast<std::size_t>(count);
  }
}

void ManifestWriter::Finish() {
  std::error_code error;
  std::filesystem::rename(partial_, path_, error);
  Require(!error, "{}: cannot rename to {}: {}", partial_.string(), path_.string(),
          error.message());
}

nlohmann::json ManifestWriter::Earlier(const std::string& input) const {
  const auto found = earlier_.find(input);
  return found == earlier_.end() ? nlohmann::json() : nlohmann::json::parse(found->second);
}

}  // namespace gradcut
