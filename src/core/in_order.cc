#include "gradcut/core/in_order.h"

#include "gradcut/core/stop.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

namespace gradcut {

int JobCount(int jobs) { return jobs > 0 ? jobs : tbb::info::default_concurrency(); }

std::size_t WorkInOrder(std::size_t count, int jobs, const std::function<Turn(std::size_t)>& work) {
  using tbb::filter_mode;
  using tbb::make_filter;
  std::size_t next = 0;
  const auto take = [&](tbb::flow_control& control) -> std::size_t {
    if (next < count && !StopRequested()) return next++;
    control.stop();
    return count;
  };
  const auto end = [](const Turn& turn) { turn(); };
  const auto workers = static_cast<std::size_t>(JobCount(jobs));
  // Without it TBB would have no more workers than cores.
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(static_cast<int>(workers));
  arena.execute([&] {
    tbb::parallel_pipeline(4 * workers,
                           make_filter<void, std::size_t>(filter_mode::serial_in_order, take) &
                               make_filter<std::size_t, Turn>(filter_mode::parallel, work) &
                               make_filter<Turn, void>(filter_mode::serial_in_order, end));
  });
  return next;
}

}  // namespace gradcut
