#pragma once

#include "gradcut/dataset/listing.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace gradcut {

/// The images that come into folders while the program runs.
class Arrivals {
 public:
  Arrivals(std::span<const std::string> folders, std::filesystem::path exclude);
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  /// The images that were not taken yet, and those that have changed since. One that was written to
  /// in the last second is left for later: it may be half of a file. Folders that are left out are
  /// named in the first listing that meets them.
  Listing Take();

  /// Waits until `Take` may have something, or a stop is requested. The folders are looked at now
  /// and then even if the system tells of no change: not every file system does.
  void Wait(const std::stop_token& stop) const;

 private:
  using Stamp = std::pair<std::filesystem::file_time_type, std::uintmax_t>;  ///< Written, bytes.

  void WatchAll() const;

  std::vector<std::string> folders_;
  std::filesystem::path exclude_;
  int events_;
  std::map<std::string, Stamp> taken_;
  std::set<std::filesystem::path> left_out_;
  bool some_are_young_ = false;
};

}  // namespace gradcut
