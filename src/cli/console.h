#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace gradcut {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

/// What the user sees on stderr: messages, and the progress of a run (a bar that is overprinted on
/// a terminal, a plain line now and then elsewhere). Colours on a terminal alone, and not with
/// NO_COLOR. Safe to call from several threads.
class Console {
 public:
  explicit Console(LogLevel level) : level_(level) {}
  ~Console() { ClearBar(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void Error(std::string_view message) { Print(LogLevel::kError, "error: ", message); }
  void Warning(std::string_view message) { Print(LogLevel::kWarning, "warning: ", message); }
  void Info(std::string_view message) { Print(LogLevel::kInfo, "", message); }
  void Debug(std::string_view message) { Print(LogLevel::kDebug, "", message); }

  /// The time that `Progress` tells of counts from here, at first from the console's beginning.
  void RestartClock() {
    const std::lock_guard lock(mutex_);
    start_ = Clock::now();
  }

  /// `done` of `total` items are finished, `failed` of them without success.
  void Progress(std::size_t done, std::size_t total, std::size_t failed);

 private:
  using Clock = std::chrono::steady_clock;

  void Print(LogLevel level, std::string_view prefix, std::string_view message);
  void ClearBar();

  const LogLevel level_;
  std::mutex mutex_;
  bool bar_shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_progress_ = start_;
};

}  // namespace gradcut
