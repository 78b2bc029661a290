#include "run/memory_gate.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

// The number behind a word of a file of lines such as "MemAvailable: 123 kB"; `missing` if there is
// none.
double NumberBehind(const fs::path& file, const std::string& word, double missing) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(word)) return std::strtod(line.c_str() + word.size(), nullptr);
  return missing;
}

// The number that a file holds; a limit of "max", or none, is infinite.
double NumberIn(const fs::path& file) {
  double number = kUnlimited;
  return std::ifstream(file) >> number ? number : kUnlimited;
}

double FreeOfMachine() { return 1024 * NumberBehind("/proc/meminfo", "MemAvailable:", kUnlimited); }

// What is in use but for the files that are kept in case they are read again.
double FreeOfGroup(const fs::path& group, const char* limit, const char* usage,
                   const char* cached) {
  const double most = NumberIn(group / limit);
  if (most == kUnlimited) return kUnlimited;
  return most - NumberIn(group / usage) + NumberBehind(group / "memory.stat", cached, 0);
}

// Version 2 of control groups: each limits those below it. Version 1 as containers see it.
double FreeOfGroups() {
  double least = FreeOfGroup("/sys/fs/cgroup/memory", "memory.limit_in_bytes",
                             "memory.usage_in_bytes", "total_inactive_file ");
  std::ifstream lines("/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("0::/")) continue;
    fs::path group = fs::path("/sys/fs/cgroup") / line.substr(4);
    for (; group.native().starts_with("/sys/fs/cgroup"); group = group.parent_path())
      least = std::min(least, FreeOfGroup(group, "memory.max", "memory.current", "inactive_file "));
  }
  return least;
}

double FreeOfProcess() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnlimited;
  const double pages = NumberIn("/proc/self/statm");
  return static_cast<double>(limit.rlim_cur) - pages * static_cast<double>(::getpagesize());
}

}  // namespace

MemoryGate::Share::~Share() {
  {
    const std::lock_guard lock(gate_.mutex_);
    gate_.taken_ -= bytes_;
  }
  gate_.freed_.notify_all();
}

void MemoryGate::Share::Need(double pixels, double bytes_per_pixel) {
  const double bytes = pixels * bytes_per_pixel;
  std::unique_lock lock(gate_.mutex_);
  // Who has begun goes on: two that wait for each other would wait for ever.
  const bool has_begun = bytes_ > 0;
  const auto fits = [&] {
    return has_begun || gate_.taken_ <= 0 || gate_.taken_ + bytes <= gate_.bytes_;
  };
  if (bytes <= bytes_) return;
  if (!fits() && !std::exchange(gate_.waited_, true))
    gate_.news_ = fmt::format(
        "a photo of {:.0f} megapixels takes about {:.1f} GB of memory and {:.1f} GB are free: {} "
        "of that size at a time",
        pixels / 1e6, bytes / 1e9, gate_.bytes_ / 1e9,
        std::max(1, static_cast<int>(gate_.bytes_ / bytes)));
  gate_.freed_.wait(lock, fits);
  gate_.taken_ += bytes - bytes_;
  bytes_ = bytes;
}

std::string MemoryGate::News() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, "");
}

double MemoryForPhotos() {
  constexpr double kShare = 0.8;
  const double free = std::min({FreeOfMachine(), FreeOfGroups(), FreeOfProcess()});
  return kShare * std::max(0.0, free);
}

}  // namespace gradcut
