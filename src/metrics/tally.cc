#include "metrics/tally.h"

#include <cmath>
#include <cstdint>

namespace gradcut {
namespace {

std::vector<double> ColumnValues(const EvaluateReport& report, std::size_t column) {
  std::vector<double> values;
  for (const ImageResult& image : report.images) values.push_back(image.values[column]);
  return values;
}

}  // namespace

std::optional<double> MeanOfColumn(const EvaluateReport& report, std::size_t column) {
  double sum = 0;
  std::int64_t count = 0;
  for (const double value : ColumnValues(report, column)) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

void ReportColumnMeans(const std::string& prefix, const BootstrapOptions& bootstrap,
                       EvaluateReport& report) {
  for (std::size_t column = 0; column < report.columns.size(); ++column) {
    Total total = {prefix + report.columns[column], MeanOfColumn(report, column), std::nullopt};
    if (total.value) total.interval = BootstrapMean(ColumnValues(report, column), bootstrap);
    report.totals.push_back(std::move(total));
  }
}

}  // namespace gradcut
