#include "run/arrivals.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kQuiet = 1s;

bool IsYoung(fs::file_time_type written) {
  const auto age = fs::file_time_type::clock::now() - written;
  return age >= 0s && age < kQuiet;  // A camera's clock may be ahead of ours.
}

}  // namespace

Arrivals::Arrivals(std::span<const std::string> folders, fs::path exclude)
    : folders_(folders.begin(), folders.end()),
      exclude_(std::move(exclude)),
      events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  WatchAll();
}

Arrivals::~Arrivals() {
  if (events_ >= 0) ::close(events_);
}

// Watching a folder twice is watching it once. What cannot be watched is looked at by and by.
void Arrivals::WatchAll() const {
  constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR;
  const auto watch = [this](const fs::path& folder) {
    ::inotify_add_watch(events_, folder.c_str(), kEvents);
  };
  for (const std::string& folder : folders_) {
    watch(folder);
    std::error_code error;
    constexpr auto kOptions = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator entry(folder, kOptions, error), end;
         !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      if (entry->is_directory(ignored)) watch(entry->path());
    }
  }
}

Listing Arrivals::Take() {
  Listing arrived;
  some_are_young_ = false;
  std::vector<std::string> there;  // A folder may be gone for a while: renamed, or not mounted.
  std::copy_if(folders_.begin(), folders_.end(), std::back_inserter(there),
               [](const std::string& folder) {
                 std::error_code ignored;
                 return fs::is_directory(folder, ignored);
               });
  Listing all = ListInputs(there, exclude_, WithoutImages::kIsEmpty);
  for (fs::path& folder : all.left_out)
    if (left_out_.insert(folder).second) arrived.left_out.push_back(std::move(folder));
  for (Input& input : all.inputs) {
    std::error_code gone;
    const fs::file_time_type written = fs::last_write_time(input.path, gone);
    const std::uintmax_t bytes = gone ? 0 : fs::file_size(input.path, gone);
    if (gone) continue;
    const std::string path = input.path.string();
    const auto known = taken_.find(path);
    const Stamp stamp = {written, bytes};
    if (known != taken_.end() && known->second == stamp) continue;
    if (IsYoung(written)) {
      some_are_young_ = true;
      continue;
    }
    taken_[path] = stamp;
    arrived.inputs.push_back(std::move(input));
  }
  return arrived;
}

void Arrivals::Wait(const std::stop_token& stop) const {
  const auto end = std::chrono::steady_clock::now() + (some_are_young_ ? 200ms : 5000ms);
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
    pollfd wanted = {.fd = events_, .events = POLLIN, .revents = 0};
    constexpr int kSliceMs = 100;  // A signal may come just before the system call.
    if (::poll(&wanted, 1, kSliceMs) <= 0) continue;
    std::array<char, 4096> ignored;
    while (::read(events_, ignored.data(), ignored.size()) > 0) {
    }
    return WatchAll();  // The news may be a folder.
  }
}

}  // namespace gradcut
