#include "cli/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace gradcut {
namespace {

constexpr int kBarWidth = 30;
constexpr auto kTerminalInterval = std::chrono::milliseconds(100);
constexpr auto kPlainInterval = std::chrono::seconds(10);

void Write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

bool OnTerminal() {
  static const bool on_terminal = isatty(STDERR_FILENO) == 1;
  return on_terminal;
}

std::string ProgressText(std::size_t done, std::size_t total, std::size_t failed, double seconds) {
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  std::string text = fmt::format("{}/{} images, {:.1f} images/s, {:.0f} s left", done, total, rate,
                                 static_cast<double>(total - done) / std::max(rate, 1e-9));
  if (failed > 0) text += fmt::format(", {} failed", failed);
  return text;
}

}  // namespace

void Console::Print(LogLevel level, std::string_view prefix, std::string_view message) {
  if (level > level_) return;
  const std::lock_guard lock(mutex_);
  ClearBar();
  Write(fmt::format("{}{}\n", prefix, message));
}

void Console::Progress(std::size_t done, std::size_t total, std::size_t failed) {
  if (LogLevel::kInfo > level_ || done == 0) return;
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  const bool finished = done == total;
  if (finished && !bar_shown_) return;  // The closing summary says it all.
  const auto interval =
      OnTerminal() ? Clock::duration(kTerminalInterval) : Clock::duration(kPlainInterval);
  if (!finished && now - last_progress_ < interval) return;
  last_progress_ = now;

  const std::string text =
      ProgressText(done, total, failed, std::chrono::duration<double>(now - start_).count());
  if (!OnTerminal()) return Write(text + "\n");
  const int filled = static_cast<int>(done * kBarWidth / total);
  Write(fmt::format("\r[{}{}] {}\033[K", std::string(filled, '='),
                    std::string(kBarWidth - filled, ' '), text));
  bar_shown_ = true;
}

void Console::ClearBar() {
  if (bar_shown_) Write("\r\033[K");
  bar_shown_ = false;
}

}  // namespace gradcut
