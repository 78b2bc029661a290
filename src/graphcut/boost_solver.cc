#include "graphcut/boost_solver.h"

#include "graphcut/boost_grid_graph.h"
#include "graphcut/reachable.h"

#include <boost/concept/assert.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/property_map/property_map.hpp>
#include <vector>

namespace gradcut {
namespace {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<BoostGridGraph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<BoostGridGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<BoostGridGraph>));

// Property maps over arcs. Capacities fit 32 bits; their value type is that of the flow, which
// Boost sums up in it.
struct CapacityMap {
  using key_type = GridArc;
  using value_type = std::int64_t;
  using reference = std::int64_t;
  using category = boost::readable_property_map_tag;
  const BoostGridGraph* graph;
};
std::int64_t get(const CapacityMap& map, GridArc arc) { return map.graph->Capacity(arc); }

struct ResidualMap {
  using key_type = GridArc;
  using value_type = std::int64_t;
  using reference = std::int64_t;
  using category = boost::read_write_property_map_tag;
  std::int32_t* residuals;

  std::int32_t& At(GridArc arc) const {
    return residuals[std::size_t{arc.pixel} * kArcKinds + arc.kind];
  }
};
std::int64_t get(const ResidualMap& map, GridArc arc) { return map.At(arc); }
void put(const ResidualMap& map, GridArc arc, std::int64_t value) {
  map.At(arc) = static_cast<std::int32_t>(value);
}

struct ReverseMap {
  using key_type = GridArc;
  using value_type = GridArc;
  using reference = GridArc;
  using category = boost::readable_property_map_tag;
  const BoostGridGraph* graph;
};
GridArc get(const ReverseMap& map, GridArc arc) { return map.graph->Reverse(arc); }

}  // namespace

Cut SolveWithBoost(const GridEnergy& energy) {
  const BoostGridGraph graph(energy);
  const std::size_t vertices = num_vertices(graph);
  const boost::typed_identity_property_map<std::uint32_t> index;
  std::vector<std::int32_t> residuals(energy.size() * kArcKinds);
  std::vector<GridArc> predecessors(vertices);
  std::vector<boost::default_color_type> colours(vertices);
  std::vector<std::uint32_t> distances(vertices);
  const ResidualMap residual{residuals.data()};

  Cut cut;
  cut.flow = boost::boykov_kolmogorov_max_flow(
      graph, CapacityMap{&graph}, residual, ReverseMap{&graph},
      boost::make_iterator_property_map(predecessors.begin(), index),
      boost::make_iterator_property_map(colours.begin(), index),
      boost::make_iterator_property_map(distances.begin(), index), index, graph.source(),
      graph.sink());
  cut.labels = ReachableFromSource(
      energy.size(), graph.offsets(),
      [&](std::uint32_t pixel) {
        return residual.At({pixel, kFromSource});
      },
      [&](std::uint32_t pixel, std::uint32_t arc) {
        return residual.At({pixel, arc});
      });
  return cut;
}

}  // namespace gradcut
