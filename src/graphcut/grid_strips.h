#pragma once

#include "graphcut/grid_forest.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace gradcut {

/// Strips of fewer pixels are not worth a thread of their own.
inline constexpr std::ptrdiff_t kSmallestStrip = std::ptrdiff_t{1} << 19;

/// Solves strips of rows side by side, on the threads that the caller's task arena has to spare, as
/// if nothing could flow from one to another (Liu and Sun 2010, "Parallel graph-cuts by adaptive
/// bottom-up merging"). What is left to do is to send on what the strips could not.
template <class Residual>
void SolveInStrips(GridFlow<Residual>& flow) {
  const int strips = static_cast<int>(std::min<std::ptrdiff_t>(
      {tbb::this_task_arena::max_concurrency(), flow.pixels() / kSmallestStrip, flow.rows()}));
  if (strips < 2) return;
  const int cols = flow.cols();
  const auto first_row = [&](int strip) {
    return static_cast<int>(std::ptrdiff_t{flow.rows()} * strip / strips);
  };
  for (int strip = 1; strip < strips; ++strip) flow.HideArcsAbove(first_row(strip));
  // Isolated, lest a waiting thread begins another image.
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(0, strips, [&](int strip) {
      GridForest<Residual>(flow, {std::ptrdiff_t{first_row(strip)} * cols,
                                  std::ptrdiff_t{first_row(strip + 1)} * cols})
          .Solve();
    });
  });
  for (int strip = 1; strip < strips; ++strip) {
    const std::ptrdiff_t seam = std::ptrdiff_t{first_row(strip)} * cols;
    flow.FindArcs({seam - cols, seam + cols});
  }
}

}  // namespace gradcut
