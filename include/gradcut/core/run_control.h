#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>

namespace gradcut {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

/// How far a piece of work is.
struct Progress {
  std::size_t done = 0;  ///< Items that are finished; 0 says that the work on `total` items begins.
  std::size_t total = 0;
  std::size_t failed = 0;  ///< Of those that are done.
};

/// How a long piece of work is carried out, and who hears of it. None of this changes a result.
struct RunControl {
  /// Items at a time; 0: one a core. More than 1024 (`kMaxJobs`) are taken for as many.
  int jobs = 0;
  /// A request ends the work after the items that are being worked on. What is done is kept.
  std::stop_token stop = {};
  /// Gets each message, one line without its end. Called from one thread at a time; may be empty.
  std::function<void(LogLevel level, const std::string& message)> log = {};
  /// Gets the progress, in order. Called from one thread at a time; may be empty.
  std::function<void(const Progress& progress)> progress = {};

  void Error(const std::string& message) const { Log(LogLevel::kError, message); }
  void Warning(const std::string& message) const { Log(LogLevel::kWarning, message); }
  void Info(const std::string& message) const { Log(LogLevel::kInfo, message); }
  void Debug(const std::string& message) const { Log(LogLevel::kDebug, message); }
  void Report(const Progress& where) const {
    if (progress) progress(where);
  }

 private:
  void Log(LogLevel level, const std::string& message) const {
    if (log) log(level, message);
  }
};

}  // namespace gradcut
