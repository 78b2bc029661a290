#pragma once

namespace gradcut {

/// The program's stop flag: set once by a signal handler, read by loops between units of work.
/// The first request asks for a clean end; `RequestStop` is safe to call in a signal handler.
void RequestStop() noexcept;
bool StopRequested() noexcept;

}  // namespace gradcut
