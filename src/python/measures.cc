#include "python/measures.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/metrics/boundary.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/metrics/heat_map_scores.h"
#include "gradcut/metrics/report.h"
#include "gradcut/metrics/structure_measure.h"
#include "gradcut/metrics/weighted_f.h"
#include "python/arrays.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <map>
#include <opencv2/core.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

using Values = std::map<std::string, double>;

// Object and background alone: labels and booleans count as object where they are not 0.
Values RegionMeasures(nb::handle mask, nb::handle truth) {
  const Array a(mask, "mask"), b(truth, "truth");
  const nb::gil_scoped_release released;
  const BinaryCounts counts = CountBinary(a.ByteMap(), b.ByteMap());
  return {{"iou", Iou(counts)},
          {"dice", Dice(counts)},
          {"precision", Precision(counts)},
          {"recall", Recall(counts)},
          {"accuracy", Accuracy(counts)}};
}

double BoundaryIou(nb::handle mask, nb::handle truth, double ratio) {
  const Array a(mask, "mask"), b(truth, "truth");
  const nb::gil_scoped_release released;
  return Iou(CountBoundary(a.ByteMap(), b.ByteMap(), ratio));
}

Values BoundaryF(nb::handle mask, nb::handle truth, double ratio) {
  const Array a(mask, "mask"), b(truth, "truth");
  const nb::gil_scoped_release released;
  const BoundaryScore score = ScoreBoundary(a.ByteMap(), b.ByteMap(), ratio);
  return {{"precision", score.precision}, {"recall", score.recall}, {"f", score.f}};
}

Values HeatMeasures(nb::handle heat, nb::handle truth) {
  const Array a(heat, "heat"), b(truth, "truth");
  const nb::gil_scoped_release released;
  const cv::Mat map = a.FloatMap();
  CheckShares(map, "heat");
  const HeatPixels pixels(map, b.ByteMap());
  const AdaptiveScores adaptive = ScoreAdaptiveThreshold(pixels);
  const HeatMapCurves curves = ScoreThresholds(pixels);
  const auto most = [](const Curve& curve) {
    return *std::max_element(curve.begin(), curve.end());
  };
  return {{"mae", MeanAbsoluteError(pixels)},
          {"max_f", most(curves.f)},
          {"max_e", most(curves.e)},
          {"adaptive_f", adaptive.f},
          {"adaptive_e", adaptive.e},
          {"s", StructureMeasure(pixels)},
          {"weighted_f", WeightedFMeasure(pixels, pixels.NearestObject())}};
}

std::vector<std::vector<std::int64_t>> CountConfusion(nb::handle predicted, nb::handle truth,
                                                      int classes) {
  const Array a(predicted, "predicted"), b(truth, "truth");
  const nb::gil_scoped_release released;
  Confusion confusion(classes);
  confusion.Add(a.ByteMap(), b.ByteMap());
  std::vector<std::vector<std::int64_t>> counts(static_cast<std::size_t>(classes));
  for (int row = 0; row < classes; ++row)
    for (int col = 0; col < classes; ++col)
      counts[static_cast<std::size_t>(row)].push_back(confusion.count(row, col));
  return counts;
}

// The report as JSON, and a row an image as CSV.
std::tuple<std::string, std::string> EvaluateFolders(const std::string& predictions,
                                                     const std::string& truth,
                                                     const std::string& protocol, bool heat_maps,
                                                     const std::vector<std::string>& classes,
                                                     int jobs) {
  Require(protocol == "binary" || protocol == "voc", "protocol '{}', expected binary or voc",
          protocol);
  Require(jobs >= 0 && jobs <= kMaxJobs, "jobs = {}, expected a whole number in [0, {}]", jobs,
          kMaxJobs);
  EvaluateOptions options;
  options.protocol = protocol == "voc" ? Protocol::kVoc : Protocol::kBinary;
  options.pairing.predictions = predictions;
  options.pairing.truth = truth;
  options.pairing.kind = heat_maps ? PredictionKind::kHeatMaps : PredictionKind::kMasks;
  if (!classes.empty()) options.classes = classes;
  const nb::gil_scoped_release released;
  const EvaluateReport report = Evaluate(options, {.jobs = jobs});
  return {ToJson(report), ToCsv(report)};
}

}  // namespace

void BindMeasures(nb::module_& module) {
  module.def("region_measures", &RegionMeasures, nb::arg("mask"), nb::arg("truth"));
  module.def("boundary_iou", &BoundaryIou, nb::arg("mask"), nb::arg("truth"), nb::arg("ratio"));
  module.def("boundary_f", &BoundaryF, nb::arg("mask"), nb::arg("truth"), nb::arg("ratio"));
  module.def("heat_measures", &HeatMeasures, nb::arg("heat"), nb::arg("truth"));
  module.def("confusion", &CountConfusion, nb::arg("predicted"), nb::arg("truth"),
             nb::arg("classes"));
  module.def("evaluate", &EvaluateFolders, nb::arg("predictions"), nb::arg("truth"),
             nb::arg("protocol"), nb::arg("heat_maps"), nb::arg("classes"), nb::arg("jobs"));
}

}  // namespace gradcut::python
