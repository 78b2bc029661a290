#include "gradcut/graphcut/min_cut.h"
#include "support/grid_energies.h"

#include <gtest/gtest.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <queue>

namespace gradcut {
namespace {

// The energy as an explicit Boost graph, in which an arc with capacity has a reverse without.
using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Graph = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS,
    boost::property<boost::vertex_index_t, std::size_t,
                    boost::property<boost::vertex_color_t, boost::default_color_type,
                                    boost::property<boost::vertex_distance_t, std::int64_t,
                                                    boost::property<boost::vertex_predecessor_t,
                                                                    Traits::edge_descriptor>>>>,
    boost::property<
        boost::edge_capacity_t, std::int64_t,
        boost::property<boost::edge_residual_capacity_t, std::int64_t,
                        boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;

void AddArc(std::size_t from, std::size_t to, std::int64_t capacity, Graph& graph) {
  const auto forward = add_edge(from, to, graph).first;
  const auto backward = add_edge(to, from, graph).first;
  put(boost::edge_capacity, graph, forward, capacity);
  put(boost::edge_capacity, graph, backward, 0);
  put(boost::edge_reverse, graph, forward, backward);
  put(boost::edge_reverse, graph, backward, forward);
}

Graph MakeGraph(const GridEnergy& energy) {
  const std::size_t pixels = energy.size();
  Graph graph(pixels + 2);
  for (std::size_t i = 0; i < pixels; ++i) {
    if (energy.unary[i] > 0) AddArc(pixels, i, energy.unary[i], graph);
    if (energy.unary[i] < 0) AddArc(i, pixels + 1, -energy.unary[i], graph);
    for (int d = 0; d < GridEnergy::kDirections; ++d) {
      if (energy.pairwise[d].empty() || energy.pairwise[d][i] == 0) continue;
      const std::size_t j = i + kGridSteps[d].row * energy.cols + kGridSteps[d].col;
      AddArc(i, j, energy.pairwise[d][i], graph);
      AddArc(j, i, energy.pairwise[d][i], graph);
    }
  }
  return graph;
}

std::vector<std::uint8_t> ReachableIn(const Graph& graph, std::size_t source) {
  std::vector<std::uint8_t> reached(num_vertices(graph), 0);
  std::queue<std::size_t> frontier({source});
  reached[source] = 1;
  for (; !frontier.empty(); frontier.pop()) {
    for (auto [arc, end] = out_edges(frontier.front(), graph); arc != end; ++arc) {
      const std::size_t head = target(*arc, graph);
      if (reached[head] || get(boost::edge_residual_capacity, graph, *arc) == 0) continue;
      reached[head] = 1;
      frontier.push(head);
    }
  }
  reached.resize(source);  // The pixels come before the source.
  return reached;
}

template <class MaxFlow>
void ExpectSameCuts(MaxFlow max_flow) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    RandomEnergyOptions options;
    options.rows = 1 + static_cast<int>(random() % 12);
    options.cols = 1 + static_cast<int>(random() % 12);
    options.neighbours = random() % 2 ? 4 : 8;
    const GridEnergy energy = RandomEnergy(options, random);
    Graph graph = MakeGraph(energy);
    const std::int64_t flow = max_flow(graph, energy.size(), energy.size() + 1);
    for (const Solver solver : {Solver::kBoost, Solver::kGrid}) {
      const Cut cut = MinCut(energy, solver);
      ASSERT_EQ(cut.flow, flow) << "round " << round;
      ASSERT_EQ(cut.labels, ReachableIn(graph, energy.size())) << "round " << round;
    }
  }
}

TEST(Solvers, AgreeWithBoykovKolmogorovOnAnExplicitGraph) {
  ExpectSameCuts([](Graph& graph, std::size_t source, std::size_t sink) {
    return boost::boykov_kolmogorov_max_flow(graph, source, sink);
  });
}

TEST(Solvers, AgreeWithPushRelabelOnAnExplicitGraph) {
  ExpectSameCuts([](Graph& graph, std::size_t source, std::size_t sink) {
    return boost::push_relabel_max_flow(graph, source, sink);
  });
}

}  // namespace
}  // namespace gradcut
