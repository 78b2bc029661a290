#include "gradcut/metrics/compare.h"

#include "gradcut/metrics/evaluate.h"
#include "metrics/class_tally.h"
#include "metrics/mean.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gradcut {
namespace {

// An error: the smaller, the better.
constexpr std::string_view kError = "mae";
// Of the truth alone, so that nobody can win.
constexpr std::string_view kOfTruth = "object_area";

using IndexPair = std::pair<std::size_t, std::size_t>;

// Where the images that both have stand in each.
std::vector<IndexPair> CommonImages(const EvaluateReport& report, const EvaluateReport& other) {
  std::unordered_map<std::string_view, std::size_t> index_of;
  for (std::size_t i = 0; i < other.images.size(); ++i) index_of[other.images[i].key] = i;
  std::vector<IndexPair> common;
  for (std::size_t i = 0; i < report.images.size(); ++i)
    if (const auto found = index_of.find(report.images[i].key); found != index_of.end())
      common.emplace_back(i, found->second);
  return common;
}

MeasureDifference CompareColumn(const EvaluateReport& report, const EvaluateReport& other,
                                const std::vector<IndexPair>& common, std::size_t column,
                                const BootstrapOptions& bootstrap) {
  const std::string& name = report.columns[column];
  std::vector<double> values, others, differences;
  Wins wins;
  for (const auto& [mine, theirs] : common) {
    const double value = report.images[mine].values[column];
    const double opposed = other.images[theirs].values[column];
    if (std::isnan(value) || std::isnan(opposed)) continue;
    values.push_back(value);
    others.push_back(opposed);
    differences.push_back(value - opposed);
    const bool smaller = value < opposed;
    ++(value == opposed ? wins.tied : smaller == (name == kError) ? wins.better : wins.worse);
  }
  return {
      name, Mean(values), Mean(others), Mean(differences), BootstrapMean(differences, bootstrap),
      wins};
}

std::vector<ClassOverlaps> Select(const std::vector<ClassOverlaps>& overlaps,
                                  const std::vector<IndexPair>& common,
                                  std::size_t IndexPair::*side) {
  std::vector<ClassOverlaps> selected;
  for (const IndexPair& indices : common) selected.push_back(overlaps[indices.*side]);
  return selected;
}

MeasureDifference CompareDataSet(const EvaluateReport& report, const EvaluateReport& other,
                                 const std::vector<IndexPair>& common,
                                 const BootstrapOptions& bootstrap) {
  const auto mine = Select(report.overlaps, common, &IndexPair::first);
  const auto theirs = Select(other.overlaps, common, &IndexPair::second);
  const auto difference = [&](std::span<const std::size_t> sample) {
    return SampleMeanIou(mine, sample) - SampleMeanIou(theirs, sample);
  };
  std::vector<std::size_t> all(common.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {"data_set_miou",
          SampleMeanIou(mine, all),
          SampleMeanIou(theirs, all),
          difference(all),
          Bootstrap(all.size(), difference, bootstrap),
          std::nullopt};
}

}  // namespace

Comparison Compare(const EvaluateReport& report, const EvaluateReport& other,
                   const BootstrapOptions& bootstrap) {
  if (report.columns != other.columns)
    throw std::invalid_argument("Compare: reports of different measures");
  const std::vector<IndexPair> common = CommonImages(report, other);
  Comparison comparison;
  comparison.images = common.size();
  comparison.missing = other.missing;
  comparison.failures = other.failures;
  if (report.confusion && other.confusion)
    comparison.measures.push_back(CompareDataSet(report, other, common, bootstrap));
  for (std::size_t column = 0; column < report.columns.size(); ++column)
    if (report.columns[column] != kOfTruth)
      comparison.measures.push_back(CompareColumn(report, other, common, column, bootstrap));
  return comparison;
}

}  // namespace gradcut
