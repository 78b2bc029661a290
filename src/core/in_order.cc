#include "gradcut/core/in_order.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

namespace gradcut {

int JobCount(int jobs) { return jobs > 0 ? jobs : tbb::info::default_concurrency(); }

std::size_t WorkInOrder(std::size_t count, const RunControl& control,
                        const std::function<Completion(std::size_t)>& work) {
  using tbb::filter_mode;
  using tbb::make_filter;
  control.Report({.done = 0, .total = count, .failed = 0});
  std::size_t next = 0;
  const auto take = [&](tbb::flow_control& flow) -> std::size_t {
    if (next < count && !control.stop.stop_requested()) return next++;
    flow.stop();
    return count;
  };
  const auto end = [](const Completion& complete) { complete(); };
  const auto workers = static_cast<std::size_t>(JobCount(control.jobs));
  // Without it TBB would have no more workers than cores.
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(static_cast<int>(workers));
  arena.execute([&] {
    tbb::parallel_pipeline(4 * workers,
                           make_filter<void, std::size_t>(filter_mode::serial_in_order, take) &
                               make_filter<std::size_t, Completion>(filter_mode::parallel, work) &
                               make_filter<Completion, void>(filter_mode::serial_in_order, end));
  });
  return next;
}

}  // namespace gradcut
