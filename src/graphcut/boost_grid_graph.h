#pragma once

#include "graphcut/grid_arcs.h"

#include <bit>
#include <boost/graph/graph_traits.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace gradcut {

/// An edge of `BoostGridGraph`: an arc, named by a pixel at one of its ends and its kind there.
struct GridArc {
  std::uint32_t pixel = 0;
  std::uint32_t kind = 0;  ///< 0-7: to a neighbour (see grid_arcs.h), else a `TerminalArc`.

  bool operator==(const GridArc&) const = default;
};

/// The kinds of the arcs between a pixel and the terminals; `kind ^ 1` is the reverse.
enum TerminalArc : std::uint32_t { kFromSource = kGridArcs, kToSource, kToSink, kFromSink };
inline constexpr std::uint32_t kArcKinds = kFromSink + 1;

/// Walks over those arcs of consecutive pixels whose kind is among the bits of `kinds`.
class GridArcIterator : public boost::iterator_facade<GridArcIterator, GridArc,
                                                      boost::forward_traversal_tag, GridArc> {
 public:
  GridArcIterator() = default;
  GridArcIterator(const std::uint16_t* arcs, std::uint32_t kinds, std::uint32_t pixel,
                  std::uint32_t end)
      : arcs_(arcs), kinds_(kinds), pixel_(pixel), end_(end) {
    if (pixel_ == end_) return;
    remaining_ = arcs_[pixel_] & kinds_;
    SkipEmptyPixels();
  }

 private:
  friend class boost::iterator_core_access;

  GridArc dereference() const {
    return {pixel_, static_cast<std::uint32_t>(std::countr_zero(remaining_))};
  }
  bool equal(const GridArcIterator& other) const {
    return pixel_ == other.pixel_ && remaining_ == other.remaining_;
  }
  void increment() {
    remaining_ &= remaining_ - 1;
    SkipEmptyPixels();
  }
  void SkipEmptyPixels() {
    while (remaining_ == 0 && ++pixel_ < end_) remaining_ = arcs_[pixel_] & kinds_;
  }

  const std::uint16_t* arcs_ = nullptr;
  std::uint32_t kinds_ = 0;
  std::uint32_t pixel_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t remaining_ = 0;
};

/// The flow network of a `GridEnergy` as a Boost graph: models VertexListGraph, EdgeListGraph and
/// IncidenceGraph without storing an edge. Vertices are the pixels, then source and sink; an arc
/// exists where its weight is positive, together with its reverse. What is stored is one set of
/// bits a pixel: the kinds of its arcs.
class BoostGridGraph {
 public:
  struct Traversal : boost::vertex_list_graph_tag,
                     boost::edge_list_graph_tag,
                     boost::incidence_graph_tag {};

  using vertex_descriptor = std::uint32_t;
  using edge_descriptor = GridArc;
  using directed_category = boost::directed_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = Traversal;
  using vertex_iterator = boost::counting_iterator<std::uint32_t>;
  using edge_iterator = GridArcIterator;
  using out_edge_iterator = GridArcIterator;
  using vertices_size_type = std::uint32_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;

  static vertex_descriptor null_vertex() { return std::numeric_limits<std::uint32_t>::max(); }

  /// `energy` must have passed `Check` and outlive the graph.
  explicit BoostGridGraph(const GridEnergy& energy);

  std::uint32_t pixels() const { return static_cast<std::uint32_t>(arcs_.size()); }
  vertex_descriptor source() const { return pixels(); }
  vertex_descriptor sink() const { return pixels() + 1; }
  const ArcOffsets& offsets() const { return offsets_; }

  bool Has(GridArc arc) const { return (arcs_[arc.pixel] >> arc.kind) & 1; }
  std::int32_t Capacity(GridArc arc) const;

  GridArc Reverse(GridArc arc) const {
    if (arc.kind >= kGridArcs) return {arc.pixel, arc.kind ^ 1};
    return {Neighbour(arc), static_cast<std::uint32_t>(ReverseArc(static_cast<int>(arc.kind)))};
  }
  vertex_descriptor Tail(GridArc arc) const {
    return arc.kind == kFromSource ? source() : arc.kind == kFromSink ? sink() : arc.pixel;
  }
  vertex_descriptor Head(GridArc arc) const {
    if (arc.kind < kGridArcs) return Neighbour(arc);
    return arc.kind == kToSource ? source() : arc.kind == kToSink ? sink() : arc.pixel;
  }

  std::pair<edge_iterator, edge_iterator> Edges() const {
    return Range(0, pixels(), (1U << kArcKinds) - 1);
  }
  std::pair<out_edge_iterator, out_edge_iterator> OutEdges(vertex_descriptor v) const {
    if (v == source()) return Range(0, pixels(), 1U << kFromSource);
    if (v == sink()) return Range(0, pixels(), 1U << kFromSink);
    return Range(v, v + 1, ~(1U << kFromSource | 1U << kFromSink));
  }

 private:
  std::uint32_t Neighbour(GridArc arc) const {
    return static_cast<std::uint32_t>(arc.pixel + offsets_[arc.kind]);
  }
  std::pair<GridArcIterator, GridArcIterator> Range(std::uint32_t begin, std::uint32_t end,
                                                    std::uint32_t kinds) const {
    return {{arcs_.data(), kinds, begin, end}, {arcs_.data(), kinds, end, end}};
  }

  const GridEnergy& energy_;
  ArcOffsets offsets_;
  std::vector<std::uint16_t> arcs_;  // Bit k: the pixel has an arc of kind k.
};

inline BoostGridGraph::BoostGridGraph(const GridEnergy& energy)
    : energy_(energy), offsets_(MakeArcOffsets(energy.cols)), arcs_(energy.size()) {
  const auto set = [this](std::size_t pixel, std::uint32_t kind) {
    arcs_[pixel] = static_cast<std::uint16_t>(arcs_[pixel] | 1U << kind);
  };
  for (std::size_t pixel = 0; pixel < arcs_.size(); ++pixel) {
    if (energy.unary[pixel] > 0) set(pixel, kFromSource), set(pixel, kToSource);
    if (energy.unary[pixel] < 0) set(pixel, kToSink), set(pixel, kFromSink);
  }
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    for (std::size_t pixel = 0; pixel < energy.pairwise[d].size(); ++pixel) {
      if (energy.pairwise[d][pixel] == 0) continue;
      set(pixel, d);
      set(pixel + offsets_[d], ReverseArc(d));
    }
  }
}

inline std::int32_t BoostGridGraph::Capacity(GridArc arc) const {
  if (arc.kind == kFromSource) return energy_.unary[arc.pixel];
  if (arc.kind == kToSink) return -energy_.unary[arc.pixel];
  if (arc.kind >= kGridArcs) return 0;  // Into the source or out of the sink.
  if (arc.kind >= GridEnergy::kDirections) arc = Reverse(arc);
  return energy_.pairwise[arc.kind][arc.pixel];
}

// What the Boost concepts ask for, found by argument-dependent lookup.
inline auto vertices(const BoostGridGraph& g) {
  using Iterator = BoostGridGraph::vertex_iterator;
  return std::pair(Iterator(0), Iterator(g.pixels() + 2));
}
inline std::uint32_t num_vertices(const BoostGridGraph& g) { return g.pixels() + 2; }
inline auto edges(const BoostGridGraph& g) { return g.Edges(); }
inline std::size_t num_edges(const BoostGridGraph& g) {
  return static_cast<std::size_t>(std::distance(g.Edges().first, g.Edges().second));
}
inline std::uint32_t source(GridArc arc, const BoostGridGraph& g) { return g.Tail(arc); }
inline std::uint32_t target(GridArc arc, const BoostGridGraph& g) { return g.Head(arc); }
inline auto out_edges(std::uint32_t v, const BoostGridGraph& g) { return g.OutEdges(v); }
inline std::size_t out_degree(std::uint32_t v, const BoostGridGraph& g) {
  return static_cast<std::size_t>(std::distance(g.OutEdges(v).first, g.OutEdges(v).second));
}

/// Boost asks for nothing but edges into the sink, and the default searches all edges of `u`.
inline std::pair<GridArc, bool> lookup_edge(std::uint32_t u, std::uint32_t v,
                                            const BoostGridGraph& g) {
  if (v == g.sink() && u < g.pixels()) return {GridArc{u, kToSink}, g.Has({u, kToSink})};
  for (auto [arc, end] = g.OutEdges(u); arc != end; ++arc) {
    if (g.Head(*arc) == v) return {*arc, true};
  }
  return {};
}

}  // namespace gradcut
