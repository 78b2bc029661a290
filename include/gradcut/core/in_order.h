#pragma once

#include "gradcut/core/run_control.h"

#include <cstddef>
#include <functional>
#include <optional>

namespace gradcut {

/// No more items are worked on at a time, however many are asked for.
inline constexpr int kMaxJobs = 1024;

/// How many items are worked on at a time: `jobs` up to `kMaxJobs`, or one a core where `jobs` is
/// not above 0.
int JobCount(int jobs);

/// What is left to do of an item once those before it are completed.
using Completion = std::function<void()>;

/// Calls `work(i)` for i = 0 to `count` - 1, up to `JobCount(control.jobs)` at a time, and the
/// completions that it returns one after the other in the order of i, each as soon as it can be.
/// Sums over completions are therefore the same for any number of jobs.
///
/// Reports that the work on `count` items begins; how far it is, `work` and completions know.
///
/// Begins nothing new once a stop is requested. Returns how many items are completed: `count`
/// unless it was stopped. What `work` or a completion throws ends everything and is thrown on.
std::size_t WorkInOrder(std::size_t count, const RunControl& control,
                        const std::function<Completion(std::size_t)>& work);

/// The work on one item of a stream.
using StreamWork = std::function<Completion()>;

/// The same for items of which nobody knows how many there are: `take`, called one at a time, gives
/// the work on the next one, or nothing behind the last. It, too, reads no further than a few items
/// ahead of the completions. Returns whether it came to the end of the stream.
bool WorkOnStream(const RunControl& control,
                  const std::function<std::optional<StreamWork>()>& take);

}  // namespace gradcut
