#include "gradcut/metrics/report.h"

#include "gradcut/storage/file.h"
#include "metrics/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

namespace gradcut {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson Number(std::optional<double> value) {
  if (!value || std::isnan(*value)) return nullptr;
  return *value;
}

OrderedJson PerClass(const EvaluateReport& report) {
  OrderedJson classes = OrderedJson::object();
  for (const ClassResult& result : report.classes) {
    OrderedJson& entry = classes[KeyFor(result.name, result.index, classes)];
    entry["index"] = result.index;
    for (std::size_t i = 0; i < report.class_columns.size(); ++i)
      entry[report.class_columns[i]] = Number(result.values[i]);
  }
  return classes;
}

OrderedJson Matrix(const Confusion& confusion) {
  OrderedJson rows = OrderedJson::array();
  for (int t = 0; t < confusion.classes(); ++t) {
    OrderedJson row = OrderedJson::array();
    for (int p = 0; p < confusion.classes(); ++p) row.push_back(confusion.count(t, p));
    rows.push_back(std::move(row));
  }
  return rows;
}

OrderedJson Against(const Comparison& comparison) {
  OrderedJson json = {{"other", comparison.other}, {"images", comparison.images}};
  for (const MeasureDifference& measure : comparison.measures) {
    OrderedJson& entry = json["measures"][measure.name];
    entry = {{"value", Number(measure.value)},
             {"other", Number(measure.other)},
             {"difference", Number(measure.difference)},
             {"interval_95", {Number(measure.interval.low), Number(measure.interval.high)}}};
    if (!measure.wins) continue;
    entry["better"] = measure.wins->better;
    entry["worse"] = measure.wins->worse;
    entry["tied"] = measure.wins->tied;
  }
  json["missing"] = comparison.missing;
  json["failed"] = comparison.failures;
  return json;
}

std::string TotalsTable(const EvaluateReport& report) {
  std::string text;
  for (const Total& total : report.totals) {
    text += fmt::format("{:<24}{:>9}", total.name, Cell(total.value));
    if (total.interval)
      text += fmt::format("   [{:.4f}, {:.4f}]", total.interval->low, total.interval->high);
    text += '\n';
  }
  return text;
}

// Whether the class is in a truth or a prediction.
bool Occurs(const ClassResult& result) { return result.values.front().has_value(); }

std::string ClassTable(const EvaluateReport& report) {
  std::string text = fmt::format("\n{:<16}", "class");
  for (const std::string& column : report.class_columns) text += fmt::format("{:>17}", column);
  text += '\n';
  std::size_t absent = 0;
  for (const ClassResult& result : report.classes) {
    if (!Occurs(result) && ++absent > 0) continue;
    text += fmt::format("{:<16}", result.name);
    for (const auto& value : result.values) text += fmt::format("{:>17}", Cell(value));
    text += '\n';
  }
  if (absent > 0) text += fmt::format("{} more classes occur nowhere\n", absent);
  return text;
}

std::string ComparisonTable(const Comparison& comparison) {
  std::string text = fmt::format("\nagainst {}, {} images scored in both\n{:<20}{:>9}{:>9}{:>12}",
                                 Printable(comparison.other), comparison.images, "", "value",
                                 "other", "difference");
  text += fmt::format("   {:<20}{:>7}{:>7}{:>7}\n", "95 % interval", "better", "worse", "tied");
  for (const MeasureDifference& measure : comparison.measures) {
    const std::string interval =
        fmt::format("[{}, {}]", Signed(measure.interval.low), Signed(measure.interval.high));
    text += fmt::format("{:<20}{:>9}{:>9}{:>12}   {}", measure.name, Cell(measure.value),
                        Cell(measure.other), Signed(measure.difference), interval);
    if (const auto& wins = measure.wins)
      text += fmt::format("{:>{}}{:>7}{:>7}", wins->better, 27 - interval.size(), wins->worse,
                          wins->tied);
    text += '\n';
  }
  return text;
}

std::string WorstTable(const EvaluateReport& report, int worst) {
  std::vector<const ImageResult*> images;
  for (const ImageResult& image : report.images)
    if (!std::isnan(image.values.front())) images.push_back(&image);
  std::stable_sort(images.begin(), images.end(), [](const auto* a, const auto* b) {
    return a->values.front() < b->values.front();
  });
  images.resize(std::min(images.size(), static_cast<std::size_t>(worst)));
  std::string text = fmt::format("\nworst images by {}\n", report.columns.front());
  for (const ImageResult* image : images)
    text += fmt::format("{:>9}  {}{}\n", Cell(image->values.front()), Printable(image->key),
                        image->missing ? "  (no prediction)" : "");
  return text;
}

std::string ReadingLines(const std::vector<ReadingCount>& readings, std::string_view what) {
  std::string text;
  for (const ReadingCount& reading : readings)
    text += fmt::format("{} {}: {}\n", reading.files,
                        reading.files == 1 ? what : fmt::format("{}s", what), reading.rule);
  return text;
}

OrderedJson Readings(const std::vector<ReadingCount>& readings) {
  OrderedJson json = OrderedJson::object();
  for (const ReadingCount& reading : readings) json[reading.rule] = reading.files;
  return json;
}

}  // namespace

std::string ToJson(const EvaluateReport& report) {
  OrderedJson json;
  json["images"] = report.images.size();
  for (const Total& total : report.totals) json[total.name] = Number(total.value);
  for (const Total& total : report.totals)
    if (total.interval)
      json["interval_95"][total.name] = {total.interval->low, total.interval->high};
  if (!report.classes.empty()) json["per_class"] = PerClass(report);
  if (report.confusion) json["confusion"] = Matrix(*report.confusion);
  if (report.curves) {
    json["curves"]["precision"] = report.curves->precision;
    json["curves"]["recall"] = report.curves->recall;
    json["curves"]["f"] = report.curves->f;
    json["curves"]["e"] = report.curves->e;
    json["curves"]["iou"] = report.curves->iou;
  }
  if (report.against) json["against"] = Against(*report.against);
  if (!report.truth_readings.empty())
    json["mask_values"]["truth"] = Readings(report.truth_readings);
  if (!report.prediction_readings.empty())
    json["mask_values"]["prediction"] = Readings(report.prediction_readings);
  json["warnings"] = report.warnings;
  json["missing"] = report.missing;
  json["extra"] = report.extra;
  json["unscored"] = report.unscored;
  json["failed"] = report.failures;
  // File names need not be UTF-8.
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

std::string ToCsv(const EvaluateReport& report) {
  std::string text = "image,missing";
  for (const std::string& column : report.columns) text += ',' + column;
  text += '\n';
  for (const ImageResult& image : report.images) {
    text += fmt::format("{},{}", CsvField(image.key), image.missing ? 1 : 0);
    for (const double value : image.values) text += ',' + CsvField(value);
    text += '\n';
  }
  return text;
}

std::string ToTable(const EvaluateReport& report, int worst) {
  std::string text = fmt::format("{:<24}{:>9}\n", "images", report.images.size());
  text += TotalsTable(report);
  if (!report.classes.empty()) text += ClassTable(report);
  if (report.against) text += ComparisonTable(*report.against);
  if (worst > 0 && !report.images.empty()) text += WorstTable(report, worst);
  std::string notes = KeyLine(report.missing, "without prediction, scored as empty") +
                      KeyLine(report.extra, "predictions without truth, passed over") +
                      KeyLine(report.unscored, "void everywhere, left out");
  if (report.against)
    notes += KeyLine(report.against->missing, "without prediction in the other, scored as empty");
  if (!notes.empty()) text += '\n' + notes;
  const std::string readings = ReadingLines(report.truth_readings, "truth") +
                               ReadingLines(report.prediction_readings, "prediction");
  if (!readings.empty()) text += '\n' + readings;
  return text;
}

}  // namespace gradcut
