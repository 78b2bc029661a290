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
  const auto send = [&](int from, int to, int over, std::int32_t amount) {
    flow.Send(pixel[from], kArcInBlock[from][over], amount);
    if (over != to) flow.Send(pixel[over], kArcInBlock[over][to], amount);
    flow.Excess(pixel[from]) -= amount;
    flow.Excess(pixel[to]) += amount;
  };
  const auto residual = [&](int from, int to) {
    return std::int32_t{flow.At(pixel[from], kArcInBlock[from][to])};
  };
  const auto wanted = [&](int from, int to) {
    return std::min(flow.Excess(pixel[from]), -flow.Excess(pixel[to]));
  };
  for (int step = 1; step < 4; ++step) {
    for (int from = 0; from < 4; ++from) {
      const int to = from ^ step;
      if (wanted(from, to) <= 0) continue;
      const std::int32_t amount = std::min(wanted(from, to), residual(from, to));
      if (amount > 0) send(from, to, to, amount);
    }
  }
  for (int from = 0; from < 4; ++from) {
    for (int step = 1; step < 4; ++step) {
      const int to = from ^ step;
      for (int over = 0; over < 4; ++over) {
        if (over == from || over == to || wanted(from, to) <= 0) continue;
        const std::int32_t amount =
            std::min({wanted(from, to), residual(from, over), residual(over, to)});
        if (amount > 0) send(from, to, over, amount);
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
