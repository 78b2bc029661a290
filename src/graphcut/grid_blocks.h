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
  std::array<std::int32_t, 4> excess;
  for (int k = 0; k < 4; ++k) excess[k] = flow.Excess(pixel[k]);
  const auto residual = [&](int from, int to) {
    return std::int32_t{flow.At(pixel[from], kArcInBlock[from][to])};
  };
  const auto wanted = [&](int from, int to) { return excess[from] > 0 && excess[to] < 0; };
  const auto send = [&](int from, int over, int to, std::int32_t amount) {
    flow.SendEarly(pixel[from], kArcInBlock[from][over], amount);
    if (over != to) flow.SendEarly(pixel[over], kArcInBlock[over][to], amount);
    excess[from] -= amount;
    excess[to] += amount;
  };
  for (int from = 0; from < 4; ++from) {
    for (int step = 1; step < 4; ++step) {
      const int to = from ^ step;
      if (!wanted(from, to)) continue;
      send(from, to, to, std::min({excess[from], -excess[to], residual(from, to)}));
    }
  }
  for (int from = 0; from < 4; ++from) {
    for (int step = 1; step < 4; ++step) {
      const int to = from ^ step;
      for (int over = 0; over < 4 && wanted(from, to); ++over) {
        if (over == from || over == to) continue;
        send(from, over, to,
             std::min({excess[from], -excess[to], residual(from, over), residual(over, to)}));
      }
    }
  }
  for (int k = 0; k < 4; ++k) flow.Excess(pixel[k]) = excess[k];
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

/// Sends excess to deficits that lie next to it, whatever the block.
template <class Residual>
void RouteToNeighbours(GridFlow<Residual>& flow) {
  const int cols = flow.cols();
  for (std::ptrdiff_t start = 0; start < flow.pixels(); start += cols) {
    for (const int arc : kForwardArcs) {
      const std::ptrdiff_t end = start + flow.Offset(arc);
      std::int32_t* from = &flow.Excess(start);
      std::int32_t* to = &flow.Excess(end);
      Residual* forth = &flow.At(start, arc);
      Residual* back = &flow.At(end, Reversed(arc));
      const auto route = [&](int col) {
        const std::int32_t a = from[col], b = to[col];
        const std::int32_t sent =
            std::min({std::max(a, 0), std::max(-b, 0), std::int32_t{forth[col]}}) -
            std::min({std::max(-a, 0), std::max(b, 0), std::int32_t{back[col]}});
        forth[col] = static_cast<Residual>(forth[col] - sent);
        back[col] = static_cast<Residual>(back[col] + sent);
        from[col] = a - sent;
        to[col] = b + sent;
      };
      if (arc == kArcE) {
        for (int col = 0; col + 1 < cols; ++col) {
          if ((from[col] ^ to[col]) < 0) route(col);
        }
        continue;
      }
      const int first = arc == kArcSW ? 1 : 0, last = arc == kArcSE ? cols - 1 : cols;
      // Two different rows: no pixel is written twice.
#pragma GCC ivdep
      for (int col = first; col < last; ++col) route(col);
    }
  }
}

}  // namespace gradcut
