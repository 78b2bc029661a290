#pragma once

#include "graphcut/grid_flow.h"

#include <algorithm>
#include <array>

namespace gradcut {

/// The arc from one pixel of a block of 2x2 to another: `[from][to]`, pixels in memory order.
inline constexpr int kArcInBlock[4][4] = {{-1, kArcE, kArcS, kArcSE},
                                          {kArcW, -1, kArcSW, kArcS},
                                          {kArcN, kArcNE, -1, kArcE},
                                          {kArcNW, kArcN, kArcW, -1}};

/// Sends excess to deficits within one block whose first pixel is `i`: directly, then by way of a
/// third pixel.
template <class Residual>
void RouteInBlock(GridFlow<Residual>& flow, std::ptrdiff_t i) {
  const std::array<std::ptrdiff_t, 4> pixel = {i, i + 1, i + flow.cols(), i + flow.cols() + 1};
  const auto route = [&](int from, int to, int over) {
    const int first = kArcInBlock[from][over];
    const int second = over == to ? -1 : kArcInBlock[over][to];
    std::int32_t amount = std::min({flow.Excess(pixel[from]), -flow.Excess(pixel[to]),
                                    std::int32_t{flow.At(pixel[from], first)}});
    if (second >= 0) amount = std::min(amount, std::int32_t{flow.At(pixel[over], second)});
    if (amount <= 0) return;
    flow.Send(pixel[from], first, amount);
    if (second >= 0) flow.Send(pixel[over], second, amount);
    flow.Excess(pixel[from]) -= amount;
    flow.Excess(pixel[to]) += amount;
  };
  for (int step = 1; step < 4; ++step) {
    for (int from = 0; from < 4; ++from) route(from, from ^ step, from ^ step);
  }
  for (int from = 0; from < 4; ++from) {
    for (int step = 1; step < 4; ++step) {
      for (int over = 1; over < 4; ++over) {
        if (over != step) route(from, from ^ step, from ^ over);
      }
    }
  }
}

/// Routes within all blocks; at the borders, pixels beyond the grid have no capacity.
template <class Residual>
void RouteInBlocks(GridFlow<Residual>& flow) {
  for (int row = 0; row < flow.rows(); row += 2) {
    for (int col = 0; col < flow.cols(); col += 2) {
      const std::ptrdiff_t i = std::ptrdiff_t{row} * flow.cols() + col;
      const std::int32_t* above = &flow.Excess(i);
      const std::int32_t* below = &flow.Excess(i + flow.cols());
      const auto [least, most] = std::minmax({above[0], above[1], below[0], below[1]});
      if (least < 0 && most > 0) RouteInBlock(flow, i);
    }
  }
}

}  // namespace gradcut
