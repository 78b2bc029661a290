#include "gradcut/core/in_order.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <utility>

namespace gradcut {

int JobCount(int jobs) { return jobs > 0 ? jobs : tbb::info::default_concurrency(); }

bool WorkOnStream(const RunControl& control,
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
  const auto workers = static_cast<std::size_t>(JobCount(control.jobs));
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

std::size_t WorkInOrder(std::size_t count, const RunControl& control,
                        const std::function<Completion(std::size_t)>& work) {
  control.Report({.done = 0, .total = count, .failed = 0});
  std::size_t next = 0;
  WorkOnStream(control, [&]() -> std::optional<StreamWork> {
    if (next == count) return std::nullopt;
    return [&work, index = next++] { return work(index); };
  });
  return next;
}

}  // namespace gradcut
