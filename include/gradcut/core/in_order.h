#pragma once

#include <cstddef>
#include <functional>

namespace gradcut {

/// How many items are worked on at a time: `jobs`, or one a core for 0.
int JobCount(int jobs);

/// What is left to do of an item when its turn has come.
using Turn = std::function<void()>;

/// Calls `work(i)` for i = 0 to `count` - 1, up to `JobCount(jobs)` at a time, and the turns that
/// it returns one after the other in the order of i, each as soon as it can be. Sums over turns are
/// therefore the same for any number of jobs.
///
/// Begins nothing new once a stop is requested. Returns how many items had their turn: `count`
/// unless it was stopped. What `work` or a turn throws ends everything and is thrown on.
std::size_t WorkInOrder(std::size_t count, int jobs, const std::function<Turn(std::size_t)>& work);

}  // namespace gradcut
