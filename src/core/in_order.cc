#include "gradcut/core/in_order.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <utility>

namespace gradcut {
namespace {

bool WorkBy(std::size_t workers, const RunControl& control,
            const std::function<std::optional<StreamWork>()>& take) {
  using tbb::filter_mode;
  using tbb::make_filter;
  bool ended = false;
  const auto next = [&](tbb::flow_control& flow) -> StreamWork {
    if (!control.stop.stop_requested()) {
      if (auto work = take()) return std::move(*work);
      ended = true;
    }
    flow.stop();
    return {};
  };
  const auto work = [](const StreamWork& each) { return each(); };
  const auto end = [](const Completion& complete) { complete(); };
  // Without it TBB would have no more workers than cores.
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(static_cast<int>(workers));
  arena.execute([&] {
    tbb::parallel_pipeline(4 * workers,
                           make_filter<void, StreamWork>(filter_mode::serial_in_order, next) &
                               make_filter<StreamWork, Completion>(filter_mode::parallel, work) &
                               make_filter<Completion, void>(filter_mode::serial_in_order, end));
  });
  return ended;
}

}  // namespace

int JobCount(int jobs) {
  return jobs > 0 ? std::min(jobs, kMaxJobs) : tbb::info::default_concurrency();
}

bool WorkOnStream(const RunControl& control,
                  const std::function<std::optional<StreamWork>()>& take) {
  return WorkBy(static_cast<std::size_t>(JobCount(control.jobs)), control, take);
}

std::size_t WorkInOrder(std::size_t count, const RunControl& control,
                        const std::function<Completion(std::size_t)>& work) {
  control.Report({.done = 0, .total = count, .failed = 0});
  std::size_t next = 0;
  // More have nothing to do; a core without an item of its own helps with a large one.
  const std::size_t useful = std::max(count, static_cast<std::size_t>(JobCount(0)));
  const std::size_t workers = std::min(static_cast<std::size_t>(JobCount(control.jobs)), useful);
  WorkBy(workers, control, [&]() -> std::optional<StreamWork> {
    if (next == count) return std::nullopt;
    return [&work, index = next++] { return work(index); };
  });
  return next;
}

}  // namespace gradcut
