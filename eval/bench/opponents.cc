#include "opponents.h"

#include "measure.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc/detail/gcgraph.hpp>

namespace gradcut {
namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = boost::property<
    boost::vertex_color_t, boost::default_color_type,
    boost::property<boost::vertex_distance_t, long,
                    boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor>>>;
using Edge = boost::property<
    boost::edge_capacity_t, long,
    boost::property<boost::edge_residual_capacity_t, long,
                    boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>;
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS,
                                    boost::property<boost::vertex_index_t, long, Vertex>, Edge>;

void AddArcs(std::size_t from, std::size_t to, long forth, long back, Graph& graph) {
  const auto forward = add_edge(from, to, graph).first;
  const auto backward = add_edge(to, from, graph).first;
  put(boost::edge_capacity, graph, forward, forth);
  put(boost::edge_capacity, graph, backward, back);
  put(boost::edge_reverse, graph, forward, backward);
  put(boost::edge_reverse, graph, backward, forward);
}

// Calls `visit(i, j, weight)` for each neighbour pair that has a weight.
template <class Visit>
void ForEachPair(const GridEnergy& energy, std::size_t i, Visit visit) {
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    if (energy.pairwise[d].empty() || energy.pairwise[d][i] == 0) continue;
    const std::ptrdiff_t offset =
        std::ptrdiff_t{kGridSteps[d].row} * energy.cols + kGridSteps[d].col;
    visit(i, i + offset, energy.pairwise[d][i]);
  }
}

template <class MaxFlow>
Timing TimeBoost(const GridEnergy& energy, bool one_way, MaxFlow max_flow) {
  const std::size_t source = energy.size();
  const double start = ThreadMilliseconds();
  Graph graph(energy.size() + 2);
  for (std::size_t pixel = 0; pixel < energy.size(); ++pixel) {
    const long unary = energy.unary[pixel];
    if (unary > 0) AddArcs(source, pixel, unary, 0, graph);
    if (unary < 0) AddArcs(pixel, source + 1, -unary, 0, graph);
    ForEachPair(energy, pixel, [&](std::size_t i, std::size_t j, long weight) {
      AddArcs(i, j, weight, one_way ? 0 : weight, graph);
      if (one_way) AddArcs(j, i, weight, 0, graph);
    });
  }
  const double built = ThreadMilliseconds();
  const std::int64_t flow = max_flow(graph, source, source + 1);
  return {built - start, ThreadMilliseconds() - built, flow};
}

}  // namespace

Timing BoostBoykovKolmogorov(const GridEnergy& energy) {
  return TimeBoost(energy, false, [](Graph& graph, std::size_t source, std::size_t sink) {
    return boost::boykov_kolmogorov_max_flow(graph, source, sink);
  });
}

Timing BoostPushRelabel(const GridEnergy& energy) {
  return TimeBoost(energy, true, [](Graph& graph, std::size_t source, std::size_t sink) {
    return boost::push_relabel_max_flow(graph, source, sink);
  });
}

Timing OpenCvGcGraph(const GridEnergy& energy) {
  const double start = ThreadMilliseconds();
  const auto pixels = static_cast<unsigned>(energy.size());
  cv::detail::GCGraph<int> graph(pixels, 8 * pixels);
  for (unsigned i = 0; i < pixels; ++i) graph.addVtx();
  for (unsigned i = 0; i < pixels; ++i) {
    const int unary = energy.unary[i];
    graph.addTermWeights(static_cast<int>(i), std::max(unary, 0), std::max(-unary, 0));
    ForEachPair(energy, i, [&](std::size_t from, std::size_t to, int weight) {
      graph.addEdges(static_cast<int>(from), static_cast<int>(to), weight, weight);
    });
  }
  const double built = ThreadMilliseconds();
  // The sum may wrap in this library's `int` flow: it is compared modulo 2^32.
  const std::int64_t flow = graph.maxFlow();
  return {built - start, ThreadMilliseconds() - built, flow};
}

}  // namespace gradcut
