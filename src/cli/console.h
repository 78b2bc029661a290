#pragma once

#include "gradcut/core/run_control.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace gradcut {

/// What the user sees on stderr: messages, and the progress of a run (a bar that is overprinted on
/// a terminal, a plain line now and then elsewhere). Colours on a terminal alone, and not with
/// NO_COLOR. Safe to call from several threads.
class Console {
 public:
  explicit Console(LogLevel level) : level_(level) {}
  ~Console() { ClearBar(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void Log(LogLevel level, std::string_view message) {
    Print(level,
          level == LogLevel::kError     ? "error: "
          : level == LogLevel::kWarning ? "warning: "
                                        : "",
          message);
  }
  void Error(std::string_view message) { Log(LogLevel::kError, message); }
  void Warning(std::string_view message) { Log(LogLevel::kWarning, message); }
  void Info(std::string_view message) { Log(LogLevel::kInfo, message); }
  void Debug(std::string_view message) { Log(LogLevel::kDebug, message); }

  /// `where.done` items are finished; the time that is told of counts from where that was 0.
  void Show(const Progress& where);

  /// How library calls are to be carried out that the console tells of: `jobs` items at a time,
  /// until a signal stops them. Keeps a reference to the console.
  RunControl Control(int jobs);

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
