#pragma once

#include "graphcut/grid_flow.h"

#include <bit>
#include <cstring>

namespace gradcut {

/// Turns a pseudoflow into a maximum flow by incremental breadth-first search (Goldberg, Hed,
/// Kaplan, Tarjan and Werneck 2011; with excesses as roots, Goldberg et al. 2015).
///
/// Two forests grow level by level: one from all pixels with excess along residual arcs, one from
/// all with a deficit against them. Levels are exact distances. Where they meet, a path is
/// augmented; pixels whose arc to the parent is used up look for another parent of the same level
/// and otherwise get lost, with their subtrees, until the end of the round, when all lost pixels
/// are joined again in the order of their new distances, or become free.
template <class Residual>
class GridForest {
 public:
  /// A forest of some rows, which no arc may leave.
  GridForest(GridFlow<Residual>& flow, PixelRange pixels)
      : flow_(flow),
        pixels_(pixels),
        level_(flow.cols(), pixels),
        parent_(flow.cols(), pixels, kFree) {}
  explicit GridForest(GridFlow<Residual>& flow) : GridForest(flow, {0, flow.pixels()}) {}

  /// Afterwards no pixel with a deficit can be reached from one with excess. Reads and writes
  /// nothing outside its rows.
  void Solve();

  /// After `Solve`: whether the pixel can be reached from one with excess.
  bool IsSource(std::ptrdiff_t i) { return Level(i) > 0; }

 private:
  enum Side { kSource, kSink };
  enum ParentCode : std::uint8_t { kFree = kArcs, kRoot };
  // Levels of lost pixels start here; what is above is the level that they are about to get.
  static constexpr std::int32_t kLost = 1 << 30;

  struct Path {
    std::int32_t capacity;
    std::int32_t length;
  };
  static constexpr std::int32_t kLongPath = 16;

  static constexpr std::int32_t Sign(int side) { return side == kSource ? 1 : -1; }

  // Positive in the source forest, negative in the sink forest, 0 free; roots have 1 or -1.
  std::int32_t& Level(std::ptrdiff_t i) { return level_[i]; }
  // The arc that leads to the parent.
  std::uint8_t& Parent(std::ptrdiff_t i) { return parent_[i]; }

  // Arcs between the pixel and possible parents, or possible children, with residual capacity in
  // the direction in which flow runs through the forest.
  template <int side>
  std::uint32_t ParentArcs(std::ptrdiff_t i) {
    return side == kSource ? flow_.In(i) : flow_.Out(i);
  }
  template <int side>
  std::uint32_t ChildArcs(std::ptrdiff_t i) {
    return side == kSource ? flow_.Out(i) : flow_.In(i);
  }

  // Bit 8 a + 7: the neighbour along arc a is a child.
  std::uint64_t Children(std::ptrdiff_t i) {
    const std::uint8_t* parent = &Parent(i);
    std::uint32_t above, below;
    std::memcpy(&above, parent + flow_.Offset(kArcNW), sizeof above);
    std::memcpy(&below, parent + flow_.Offset(kArcSW), sizeof below);
    const std::uint64_t arcs = (above & 0xffffff) | std::uint64_t{parent[-1]} << 24 |
                               std::uint64_t{parent[1]} << 32 | std::uint64_t{below} << 40;
    const std::uint64_t wrong = arcs ^ 0x0001020304050607;
    constexpr std::uint64_t kLow = 0x7f7f7f7f7f7f7f7f;
    return ~(((wrong & kLow) + kLow) | wrong | kLow);
  }

  void PlantRoots();
  template <int side>
  void Grow();
  template <int side>
  bool Scan(std::ptrdiff_t i);
  bool Augment(std::ptrdiff_t i, int arc);
  template <int side>
  Path PathFrom(std::ptrdiff_t i);
  template <int side>
  void SendAlong(std::ptrdiff_t end, std::int32_t amount, const Path& path);
  template <int side>
  bool FindParent(std::ptrdiff_t i, std::int32_t level);
  template <int side>
  void Lose(std::ptrdiff_t i);
  template <int side>
  void LoseSubtrees();
  template <int side>
  void Rejoin();
  template <int side>
  void OfferParent(std::ptrdiff_t i, std::int32_t last);
  template <int side>
  void Enter(std::ptrdiff_t i, std::int32_t level);
  template <int side>
  void Join(std::ptrdiff_t i, std::int32_t level);

  GridFlow<Residual>& flow_;
  const PixelRange pixels_;
  Plane<std::int32_t> level_;
  Plane<std::uint8_t> parent_;

  // For each side: the last level, its pixels that are still to be scanned, those of the next.
  std::int32_t depth_[2] = {1, 1};
  std::vector<std::uint32_t> active_[2], next_[2];
  // Lost pixels by level while subtrees are collected or joined again.
  std::vector<std::vector<std::uint32_t>> by_level_[2];
  std::int32_t lowest_[2] = {kLost, kLost};
  std::int32_t highest_[2] = {0, 0};
  std::vector<std::uint32_t> lost_, again_;
};

template <class Residual>
void GridForest<Residual>::PlantRoots() {
  const int cols = flow_.cols();
  const std::int32_t* excess = &flow_.Excess(pixels_.begin);
  Plane<std::uint8_t> kind(cols, pixels_);  // 1 with excess, 2 with a deficit, 0 with none.
  std::int32_t* level = &level_[pixels_.begin];
  std::uint8_t* parent = &parent_[pixels_.begin];
  std::uint8_t* first_kind = &kind[pixels_.begin];
  for (std::ptrdiff_t k = 0; k < pixels_.end - pixels_.begin; ++k) {
    level[k] = (excess[k] > 0) - (excess[k] < 0);
    first_kind[k] = static_cast<std::uint8_t>((excess[k] > 0) | (excess[k] < 0) << 1);
    parent[k] = excess[k] == 0 ? kFree : kRoot;
  }
  // A root that has only roots of its kind around it needs no scan.
  std::vector<std::uint8_t> column(cols + 2);
  for (std::ptrdiff_t start = pixels_.begin; start < pixels_.end; start += cols) {
    const std::uint8_t* here = &kind[start - 1];
    const std::uint8_t* above = here - cols;
    const std::uint8_t* below = here + cols;
    for (int k = 0; k < cols + 2; ++k) column[k] = above[k] & here[k] & below[k];
    for (int k = 0; k < cols; ++k) {
      if (here[k + 1] == 0 || (column[k] & column[k + 1] & column[k + 2]) != 0) continue;
      active_[here[k + 1] != 1].push_back(static_cast<std::uint32_t>(start + k));
    }
  }
}

template <class Residual>
void GridForest<Residual>::Solve() {
  PlantRoots();
  while (!active_[kSource].empty()) {
    if (active_[kSink].empty() || depth_[kSource] <= depth_[kSink]) {
      Grow<kSource>();
    } else {
      Grow<kSink>();
    }
  }
}

template <class Residual>
template <int side>
void GridForest<Residual>::Grow() {
  for (std::size_t k = 0; k < active_[side].size();) {
    for (; k < active_[side].size(); ++k) {
      const std::uint32_t i = active_[side][k];
      if (!Scan<side>(i)) again_.push_back(i);
    }
    LoseSubtrees<kSource>();
    Rejoin<kSource>();
    LoseSubtrees<kSink>();
    Rejoin<kSink>();
    active_[side].insert(active_[side].end(), again_.begin(), again_.end());
    again_.clear();
  }
  active_[side].clear();
  active_[side].swap(next_[side]);
  ++depth_[side];
}

// Whether the pixel is done with; false if it has to be scanned again after `Rejoin`.
template <class Residual>
template <int side>
bool GridForest<Residual>::Scan(std::ptrdiff_t i) {
  const std::int32_t level = Sign(side) * depth_[side];
  if (Level(i) != level) return Sign(side) * Level(i) < kLost;
  bool done = true;
  for (std::uint32_t arcs = ChildArcs<side>(i); arcs != 0; arcs &= arcs - 1) {
    const int arc = std::countr_zero(arcs);
    const std::ptrdiff_t j = i + flow_.Offset(arc);
    const std::int32_t other = Sign(side) * Level(j);
    if (other > 0) continue;
    if (other == 0) {
      Level(j) = level + Sign(side);
      Parent(j) = static_cast<std::uint8_t>(Reversed(arc));
      next_[side].push_back(static_cast<std::uint32_t>(j));
      continue;
    }
    while ((ChildArcs<side>(i) >> arc & 1) != 0) {
      const bool sent = side == kSource ? Augment(i, arc) : Augment(j, Reversed(arc));
      if (!sent) {
        done = false;
        break;
      }
    }
    if (Level(i) != level) return false;
  }
  return done;
}

// Sends what it can from the root above `i` through the arc to the root below; false if one of the
// two paths is broken.
template <class Residual>
bool GridForest<Residual>::Augment(std::ptrdiff_t i, int arc) {
  const std::ptrdiff_t j = i + flow_.Offset(arc);
  const Path above = PathFrom<kSource>(i);
  if (above.capacity == 0) return false;
  const Path below = PathFrom<kSink>(j);
  if (below.capacity == 0) return false;
  const std::int32_t amount =
      std::min({above.capacity, below.capacity, std::int32_t{flow_.At(i, arc)}});
  flow_.Send(i, arc, amount);
  SendAlong<kSource>(i, amount, above);
  SendAlong<kSink>(j, amount, below);
  return true;
}

// What can flow between `i` and its root; nothing if the way there is broken.
template <class Residual>
template <int side>
typename GridForest<Residual>::Path GridForest<Residual>::PathFrom(std::ptrdiff_t i) {
  Path path{kLost, 0};
  for (; Parent(i) < kArcs; ++path.length) {
    const int arc = Parent(i);
    const std::ptrdiff_t up = i + flow_.Offset(arc);
    const std::int32_t residual = side == kSource ? flow_.At(up, Reversed(arc)) : flow_.At(i, arc);
    path.capacity = std::min(path.capacity, residual);
    i = up;
  }
  if (Parent(i) != kRoot) return {0, 0};
  path.capacity = std::min(path.capacity, Sign(side) * flow_.Excess(i));
  return path;
}

// Sends `amount` between the pixel at the end of the path and the root. Long paths carry all they
// can, and the pixel becomes a root with what is left, on its level: the next paths are short.
template <class Residual>
template <int side>
void GridForest<Residual>::SendAlong(std::ptrdiff_t end, std::int32_t amount, const Path& path) {
  const bool move_root = path.length >= kLongPath && path.capacity > amount;
  const std::int32_t level = Level(end);
  const std::int32_t sent = move_root ? path.capacity : amount;
  std::ptrdiff_t i = end;
  while (Parent(i) != kRoot) {
    const int arc = Parent(i);
    const std::ptrdiff_t up = i + flow_.Offset(arc);
    if (side == kSource) {
      flow_.Send(up, Reversed(arc), sent);
    } else {
      flow_.Send(i, arc, sent);
    }
    if ((ParentArcs<side>(i) >> arc & 1) == 0 && !FindParent<side>(i, std::abs(Level(i)))) {
      Lose<side>(i);
    }
    i = up;
  }
  flow_.Excess(i) -= Sign(side) * sent;
  if (flow_.Excess(i) == 0) Lose<side>(i);
  if (!move_root) return;
  flow_.Excess(end) += Sign(side) * (sent - amount);
  Level(end) = level;
  Parent(end) = kRoot;
}

// A parent that keeps `i` on its level.
template <class Residual>
template <int side>
bool GridForest<Residual>::FindParent(std::ptrdiff_t i, std::int32_t level) {
  const std::int32_t wanted = Sign(side) * (level - 1);
  if (wanted == 0) return false;
  for (std::uint32_t arcs = ParentArcs<side>(i); arcs != 0; arcs &= arcs - 1) {
    const int arc = std::countr_zero(arcs);
    if (Level(i + flow_.Offset(arc)) != wanted) continue;
    Parent(i) = static_cast<std::uint8_t>(arc);
    return true;
  }
  return false;
}

template <class Residual>
template <int side>
void GridForest<Residual>::Lose(std::ptrdiff_t i) {
  const std::int32_t level = std::abs(Level(i));
  Enter<side>(i, level);
  Level(i) = Sign(side) * kLost;
  Parent(i) = kFree;
}

template <class Residual>
template <int side>
void GridForest<Residual>::Enter(std::ptrdiff_t i, std::int32_t level) {
  auto& by_level = by_level_[side];
  if (static_cast<std::int32_t>(by_level.size()) <= level) by_level.resize(2 * level + 1);
  by_level[level].push_back(static_cast<std::uint32_t>(i));
  lowest_[side] = std::min(lowest_[side], level);
  highest_[side] = std::max(highest_[side], level);
}

// Going down level by level, gives lost pixels another parent of the same level or else loses
// their children, too.
template <class Residual>
template <int side>
void GridForest<Residual>::LoseSubtrees() {
  for (std::int32_t level = lowest_[side]; level <= highest_[side]; ++level) {
    for (std::size_t k = 0; k < by_level_[side][level].size(); ++k) {
      const std::ptrdiff_t i = by_level_[side][level][k];
      if (Level(i) != Sign(side) * kLost) continue;  // Has become a root since.
      if (FindParent<side>(i, level)) {
        Level(i) = Sign(side) * level;
        continue;
      }
      lost_.push_back(static_cast<std::uint32_t>(i));
      for (std::uint64_t children = Children(i); children != 0; children &= children - 1) {
        Lose<side>(i + flow_.Offset(std::countr_zero(children) / 8));
      }
    }
    by_level_[side][level].clear();
  }
  lowest_[side] = kLost;
  highest_[side] = 0;
}

// Joins the lost pixels to what is left of the forest, nearest first (Dial's shortest paths); those
// beyond the next level become free.
template <class Residual>
template <int side>
void GridForest<Residual>::Rejoin() {
  if (lost_.empty()) return;
  const std::int32_t last = depth_[side] + 1;
  auto& by_level = by_level_[side];
  for (const std::uint32_t i : lost_) OfferParent<side>(i, last);
  // Up to the highest level that is in use by then: forests may be very deep.
  for (std::int32_t level = lowest_[side]; level <= highest_[side]; ++level) {
    for (std::size_t k = 0; k < by_level[level].size(); ++k) {
      const std::ptrdiff_t i = by_level[level][k];
      if (Level(i) == Sign(side) * (kLost + level)) Join<side>(i, level);
    }
    by_level[level].clear();
  }
  lowest_[side] = kLost;
  highest_[side] = 0;
  for (const std::uint32_t i : lost_) {
    if (Sign(side) * Level(i) < kLost) continue;
    Level(i) = 0;
    Parent(i) = kFree;
  }
  lost_.clear();
}

// Offers a lost pixel the level that the best of its neighbours that are not lost can give it.
template <class Residual>
template <int side>
void GridForest<Residual>::OfferParent(std::ptrdiff_t i, std::int32_t last) {
  std::int32_t level = last + 1;
  for (std::uint32_t arcs = ParentArcs<side>(i); arcs != 0; arcs &= arcs - 1) {
    const int arc = std::countr_zero(arcs);
    const std::int32_t above = Sign(side) * Level(i + flow_.Offset(arc));
    if (above <= 0 || above + 1 >= level) continue;
    level = above + 1;
    Parent(i) = static_cast<std::uint8_t>(arc);
  }
  Level(i) = Sign(side) * (kLost + level);
  if (level <= last) Enter<side>(i, level);
}

template <class Residual>
template <int side>
void GridForest<Residual>::Join(std::ptrdiff_t i, std::int32_t level) {
  Level(i) = Sign(side) * level;
  if (level == depth_[side]) active_[side].push_back(static_cast<std::uint32_t>(i));
  if (level > depth_[side]) {
    next_[side].push_back(static_cast<std::uint32_t>(i));
    return;
  }
  for (std::uint32_t arcs = ChildArcs<side>(i); arcs != 0; arcs &= arcs - 1) {
    const int arc = std::countr_zero(arcs);
    const std::ptrdiff_t j = i + flow_.Offset(arc);
    if (Sign(side) * Level(j) <= kLost + level + 1) continue;
    Level(j) = Sign(side) * (kLost + level + 1);
    Parent(j) = static_cast<std::uint8_t>(Reversed(arc));
    Enter<side>(j, level + 1);
  }
}

}  // namespace gradcut
