#include "workflow/hint_log.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/hint_lines.h"
#include "gradcut/storage/text.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

int Open(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) FailToWrite(path);
  return file;
}

// Unless it is whole but for its end.
void DropHalfLine(const fs::path& path) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  std::size_t end = bytes.size();
  while (end > 0 && bytes[end - 1] != '\n') --end;
  if (end == bytes.size()) return;
  if (!nlohmann::json::accept(bytes.begin() + static_cast<std::ptrdiff_t>(end), bytes.end()))
    return fs::resize_file(path, end);
  std::ofstream(path, std::ios::app) << '\n';  // A person's editor may end a file so.
}

// To be taken away while a person draws: each undo says a photo anew.
constexpr std::size_t kMostGrowth = 4 << 20;

bool Clears(const nlohmann::json& line) {
  const auto clear = line.find("clear");
  return clear != line.end() && (*clear == true || *clear == 1);
}

}  // namespace

HintLog::HintLog(const fs::path& path, Durability durability)
    : path_(path), durability_(durability), file_(std::in_place, Open(path)) {
  DropHalfLine(path);
}

void HintLog::Add(const std::string& name, const Hints& more) {
  Append(HintsToJsonLine(name, more));
}

void HintLog::Replace(const std::string& name, const Hints& hints) {
  Append(HintsToJsonLine(name, hints, /*clear=*/true));
}

void HintLog::Append(const std::string& line) {
  if (grown_ > kMostGrowth) {
    try {
      Compact();
    } catch (const Error&) {  // There may be room for a line yet.
      grown_ = 0;
    }
  }
  AppendWhole(file_->get(), line + "\n", path_);
  if (durability_ == Durability::kDurable && ::fdatasync(file_->get()) != 0) FailToWrite(path_);
  grown_ += line.size() + 1;
}

void HintLog::Compact() {
  std::vector<std::string> lines;
  std::map<std::string, std::vector<std::size_t>> of_photo;  // Numbers of lines.
  ForEachRawLine(path_, [&](const std::string& line) {
    const nlohmann::json value = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    lines.push_back(line + "\n");
    if (!value.is_object() || !value.contains("path") || !value["path"].is_string()) return;
    std::vector<std::size_t>& earlier = of_photo[value["path"].get<std::string>()];
    if (Clears(value)) {
      for (const std::size_t number : earlier) lines[number].clear();
      earlier.clear();
    }
    earlier.push_back(lines.size() - 1);
  });
  std::string text;
  for (const std::string& line : lines) text += line;
  grown_ = 0;
  if (text.size() == fs::file_size(path_)) return;
  WriteFileAtomically(path_, text, durability_);
  file_.emplace(Open(path_));
}

}  // namespace gradcut
