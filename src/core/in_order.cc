#include "gradcut/core/in_order.h"

#include "gradcut/core/stop.h"

#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace gradcut {

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
  // More workers than cores would bring nothing but a warning from TBB.
  const int cores = tbb::info::default_concurrency();
  tbb::task_arena arena(jobs > 0 ? std::min(jobs, cores) : cores);
  arena.execute([&] {
    const auto in_flight = static_cast<std::size_t>(4 * tbb::this_task_arena::max_concurrency());
    tbb::parallel_pipeline(in_flight,
                           make_filter<void, std::size_t>(filter_mode::serial_in_order, take) &
                               make_filter<std::size_t, Turn>(filter_mode::parallel, work) &
                               make_filter<Turn, void>(filter_mode::serial_in_order, end));
  });
  return next;
}

}  // namespace gradcut
