#include "python/cuts.h"

#include "gradcut/core/error.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/graphcut/expansion.h"
#include "gradcut/graphcut/min_cut.h"
#include "python/arrays.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <opencv2/core.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

Solver SolverOf(const std::string& name) {
  Require(name == "grid" || name == "boost", "solver '{}', expected grid or boost", name);
  return name == "grid" ? Solver::kGrid : Solver::kBoost;
}

// The pixels whose neighbour in that direction is in the grid.
cv::Rect WithNeighbour(const GridStep& step, int rows, int cols) {
  return {std::max(0, -step.col), 0, cols - std::abs(step.col), rows - step.row};
}

// The weights of a grid: an array of its size for each direction.
GridEnergy WeightsOf(const Array& array, std::int32_t most) {
  if (array.axes() != 3 || (array.extent(0) != 2 && array.extent(0) != 4))
    array.Refuse("2 or 4 x rows x columns");
  array.CheckPixels(1);
  GridEnergy energy;
  energy.rows = static_cast<int>(array.extent(1));
  energy.cols = static_cast<int>(array.extent(2));
  for (int direction = 0; direction < array.extent(0); ++direction) {
    energy.pairwise[direction] = array.Units(
        most, direction, WithNeighbour(kGridSteps[direction], energy.rows, energy.cols));
    for (const std::int32_t weight : energy.pairwise[direction])
      Require(weight >= 0, "weights: {} is below 0", weight);
  }
  return energy;
}

void RequireGrid(const Array& costs, int first_axis, const GridEnergy& grid) {
  if (costs.axes() != first_axis + 2 || costs.extent(first_axis) != grid.rows ||
      costs.extent(first_axis + 1) != grid.cols)
    costs.Refuse(std::string(first_axis > 0 ? "labels x " : "") + std::to_string(grid.rows) +
                 " x " + std::to_string(grid.cols) + ", as the weights are");
}

nb::object LabelArray(std::vector<std::uint8_t>& labels, const GridEnergy& grid) {
  return ToArray(cv::Mat(grid.rows, grid.cols, CV_8UC1, labels.data()));
}

std::tuple<nb::object, std::int64_t> FindMinCut(nb::handle unary, nb::handle weights,
                                                const std::string& solver) {
  const Array costs(unary, "unary"), ties(weights, "weights");
  const Solver by = SolverOf(solver);
  GridEnergy energy;
  Cut cut;
  {
    const nb::gil_scoped_release released;
    energy = WeightsOf(ties, kMaxPairwise);
    RequireGrid(costs, 0, energy);
    energy.unary = costs.Units(kMaxUnary);
    cut = MinCut(energy, by);
  }
  return {LabelArray(cut.labels, energy), cut.flow};
}

std::tuple<nb::object, std::int64_t, int> FindExpansion(nb::handle unary, nb::handle weights,
                                                        const std::string& solver) {
  const Array costs(unary, "unary"), ties(weights, "weights");
  const Solver by = SolverOf(solver);
  GridEnergy grid;
  Labelling found;
  {
    const nb::gil_scoped_release released;
    grid = WeightsOf(ties, kMaxPottsWeight);
    RequireGrid(costs, 1, grid);
    if (costs.extent(0) > kMaxLabels) costs.Refuse("at most 255 labels");
    const int labels = static_cast<int>(costs.extent(0));
    MultiLabelEnergy energy = MakeMultiLabelEnergy(grid, labels);
    auto to = energy.unary.begin();
    for (int label = 0; label < labels; ++label) {
      const std::vector<std::int32_t> units = costs.Units(kMaxLabelCost, label);
      to = std::copy(units.begin(), units.end(), to);
    }
    found = Expand(energy, by);
  }
  return {LabelArray(found.labels, grid), found.energy, found.moves};
}

nb::object ContrastWeights(nb::handle image, double smoothness, int neighbours) {
  const Array pixels(image, "image");
  cv::Mat weights;
  {
    const nb::gil_scoped_release released;
    GridEnergy energy;
    AddContrastWeights(pixels.Image(), {.smoothness = smoothness, .neighbours = neighbours},
                       energy);
    weights.create(0, energy.rows * energy.cols, CV_32SC1);
    for (std::vector<std::int32_t>& each : energy.pairwise)
      if (!each.empty())
        weights.push_back(cv::Mat(1, energy.rows * energy.cols, CV_32SC1, each.data()));
  }
  return ToArray(weights);
}

}  // namespace

void BindCuts(nb::module_& module) {
  module.def("min_cut", &FindMinCut, nb::arg("unary"), nb::arg("weights"), nb::arg("solver"));
  module.def("alpha_expansion", &FindExpansion, nb::arg("unary"), nb::arg("weights"),
             nb::arg("solver"));
  module.def("contrast_weights", &ContrastWeights, nb::arg("image"), nb::arg("smoothness"),
             nb::arg("neighbours"));
}

}  // namespace gradcut::python
