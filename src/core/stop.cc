#include "gradcut/core/stop.h"

#include <atomic>

namespace gradcut {
namespace {

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "must be safe in a signal handler");

}  // namespace

void RequestStop() noexcept { stop_requested = true; }
bool StopRequested() noexcept { return stop_requested; }

}  // namespace gradcut
