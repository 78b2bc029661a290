#include "cli/stop_signals.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

namespace gradcut {
namespace {

std::stop_source& Source() {
  static std::stop_source source;
  return source;
}

// Whoever pressed the keys is told so; `write` is all that a signal handler may use, and a request
// without callbacks sets atomic numbers alone.
void HandleSignal(int signal) {
  Source().request_stop();
  std::signal(signal, SIG_DFL);
  constexpr std::string_view kSaid =
      "\r\033[Kstopping when the images at work are done; Ctrl-C again stops at once\n";
  if (signal == SIGINT && isatty(STDERR_FILENO) == 1)
    static_cast<void>(!write(STDERR_FILENO, kSaid.data(), kSaid.size()));
}

}  // namespace

void ListenToStopSignals() {
  Source();  // Made before a handler may need it.
  std::signal(SIGINT, HandleSignal);
  std::signal(SIGTERM, HandleSignal);
  // Of a terminal that was closed; `nohup` has it ignored.
  if (std::signal(SIGHUP, HandleSignal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
}

std::stop_token StopToken() { return Source().get_token(); }

}  // namespace gradcut
