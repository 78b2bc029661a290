#pragma once

#include <stop_token>

namespace gradcut {

/// From now on SIGINT, SIGTERM and SIGHUP (unless that is ignored) ask for a stop instead of ending
/// the program; the second one ends it at once.
void ListenToStopSignals();

/// Hears of such a request.
std::stop_token StopToken();

}  // namespace gradcut
