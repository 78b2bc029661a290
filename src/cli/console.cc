#include "cli/console.h"

#include "cli/stop_signals.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

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

// See https://no-color.org.
bool InColour() {
  static const bool in_colour = [] {
    const char* const refused = std::getenv("NO_COLOR");
    const char* const kind = std::getenv("TERM");
    return OnTerminal() && (refused == nullptr || *refused == '\0') &&
           (kind == nullptr || std::string_view(kind) != "dumb");
  }();
  return in_colour;
}

std::string_view ColourOf(LogLevel level) {
  if (!InColour()) return "";
  return level == LogLevel::kError ? "\033[31m" : level == LogLevel::kWarning ? "\033[33m" : "";
}

// A line that is longer than the terminal is wide would not be overprinted but scroll.
std::size_t TerminalColumns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string Duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string ProgressText(const Progress& where, double seconds) {
  const double rate = static_cast<double>(where.done) / std::max(seconds, 1e-9);
  const double left = static_cast<double>(where.total - where.done) / std::max(rate, 1e-9);
  std::string text = fmt::format("{}/{} images, {:.1f} images/s, {} left", where.done, where.total,
                                 rate, Duration(left));
  if (where.failed > 0) text += fmt::format(", {} failed", where.failed);
  return text;
}

}  // namespace

void Console::Print(LogLevel level, std::string_view prefix, std::string_view message) {
  if (level > level_) return;
  const std::lock_guard lock(mutex_);
  ClearBar();
  const std::string_view colour = prefix.empty() ? "" : ColourOf(level);
  // What a message quotes of a file stays on the line and does nothing to the terminal.
  Write(fmt::format("{}{}{}{}\n", colour, prefix, colour.empty() ? "" : "\033[0m",
                    Printable(message)));
}

void Console::Show(const Progress& where) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (where.done == 0) start_ = now;
  if (LogLevel::kInfo > level_ || where.done == 0) return;
  const bool finished = where.done == where.total;
  if (finished && !bar_shown_) return;  // The closing summary says it all.
  const auto interval =
      OnTerminal() ? Clock::duration(kTerminalInterval) : Clock::duration(kPlainInterval);
  if (!finished && now - last_progress_ < interval) return;
  last_progress_ = now;

  const std::string text = ProgressText(where, std::chrono::duration<double>(now - start_).count());
  if (!OnTerminal()) return Write(text + "\n");
  const int filled = static_cast<int>(where.done * kBarWidth / where.total);
  const std::string bar = fmt::format("[{}{}] {}", std::string(filled, '='),
                                      std::string(kBarWidth - filled, ' '), text);
  Write(fmt::format("\r{}\033[K", bar.substr(0, TerminalColumns() - 1)));
  bar_shown_ = true;
}

RunControl Console::Control(int jobs) {
  return {.jobs = jobs,
          .stop = StopToken(),
          .log = [this](LogLevel level, const std::string& message) { Log(level, message); },
          .progress = [this](const Progress& where) { Show(where); }};
}

void Console::ClearBar() {
  if (bar_shown_) Write("\r\033[K");
  bar_shown_ = false;
}

}  // namespace gradcut
