#include "gradcut/metrics/instance_report.h"

#include "gradcut/storage/file.h"
#include "metrics/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace gradcut {
namespace {

using OrderedJson = nlohmann::ordered_json;
using Measure = std::pair<std::string_view, std::optional<double>>;

std::array<Measure, 5> MeasuresOf(const BoxSummary& summary) {
  return {{{"mean_iou", summary.mean_iou},
           {"median_iou", summary.median_iou},
           {"iou_50", summary.iou_50},
           {"iou_70", summary.iou_70},
           {"iou_90", summary.iou_90}}};
}

void AddMeasures(const BoxSummary& summary, const CocoScores& scores, OrderedJson& json) {
  for (const auto& [name, value] : MeasuresOf(summary))
    json[std::string(name)] = value ? OrderedJson(*value) : OrderedJson(nullptr);
  for (std::size_t i = 0; i < scores.size(); ++i) json[std::string(kCocoMeasures[i])] = scores[i];
}

// COCO's -1 is nothing.
std::string ScoreCell(double score) {
  return Cell(score < 0 ? std::nullopt : std::optional<double>(score));
}

std::string Row(std::string_view name, const std::string& cell) {
  return fmt::format("{:<24}{:>9}\n", name, cell);
}

std::string CategoryTable(const InstanceReport& report) {
  std::string text = fmt::format("\n{:<24}{:>9}{:>9}{:>9}{:>9}{:>9}\n", "category", "boxes",
                                 "mean_iou", "ap", "ap_50", "ar_100");
  std::size_t absent = 0;
  for (const CategoryResult& each : report.categories) {
    if (each.scores[0] < 0 && each.boxes.boxes == 0) {
      ++absent;
      continue;
    }
    text += fmt::format("{:<24}{:>9}{:>9}{:>9}{:>9}{:>9}\n", Printable(each.category.name),
                        report.by_id ? std::to_string(each.boxes.boxes) : "-",
                        Cell(each.boxes.mean_iou), ScoreCell(each.scores[0]),
                        ScoreCell(each.scores[1]), ScoreCell(each.scores[8]));
  }
  if (absent > 0) text += fmt::format("{} more categories have no object\n", absent);
  return text;
}

std::string WorstTable(const InstanceReport& report, int worst) {
  std::vector<const BoxResult*> boxes;
  for (const BoxResult& box : report.boxes) boxes.push_back(&box);
  std::stable_sort(boxes.begin(), boxes.end(),
                   [](const auto* a, const auto* b) { return a->iou < b->iou; });
  boxes.resize(std::min(boxes.size(), static_cast<std::size_t>(worst)));
  std::string text = "\nworst boxes by iou\n";
  for (const BoxResult* const box : boxes)
    text += fmt::format("{:>9}  {}: {}{}\n", Cell(box->iou), Printable(box->image), box->id,
                        box->score ? "" : "  (no prediction)");
  return text;
}

}  // namespace

std::string ToJson(const InstanceReport& report) {
  OrderedJson json = {{"images", report.images},
                      {"boxes", report.summary.boxes},
                      {"predictions", report.predictions}};
  AddMeasures(report.summary, report.scores, json);
  if (report.summary.boxes > 0)
    json["interval_95"]["mean_iou"] = {report.interval.low, report.interval.high};
  json["per_class"] = OrderedJson::object();
  for (const CategoryResult& each : report.categories) {
    OrderedJson& classes = json["per_class"];
    OrderedJson& entry = classes[KeyFor(each.category.name, each.category.id, classes)];
    entry = {{"id", each.category.id}, {"boxes", each.boxes.boxes}};
    AddMeasures(each.boxes, each.scores, entry);
  }
  json["warnings"] = report.warnings;
  json["missing"] = report.missing;
  json["extra"] = report.extra;
  json["failed"] = report.failures;
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

std::string ToCsv(const InstanceReport& report) {
  std::string text = "image,id,category,iou,score\n";
  for (const BoxResult& box : report.boxes)
    text +=
        fmt::format("{},{},{},{},{}\n", CsvField(box.image), box.id, CsvField(box.category.name),
                    CsvField(box.iou), box.score ? CsvField(*box.score) : "");
  return text;
}

std::string ToTable(const InstanceReport& report, int worst) {
  std::string text = Row("images", std::to_string(report.images)) +
                     Row("predictions", std::to_string(report.predictions));
  if (report.by_id) {
    text += Row("boxes", std::to_string(report.summary.boxes));
    for (const auto& [name, value] : MeasuresOf(report.summary)) {
      text += Row(name, Cell(value));
      if (name == "mean_iou" && value)
        text.insert(text.size() - 1,
                    fmt::format("   [{:.4f}, {:.4f}]", report.interval.low, report.interval.high));
    }
  }
  for (std::size_t i = 0; i < report.scores.size(); ++i)
    text += Row(kCocoMeasures[i], ScoreCell(report.scores[i]));
  if (!report.categories.empty()) text += CategoryTable(report);
  if (worst > 0 && !report.boxes.empty()) text += WorstTable(report, worst);
  const std::string notes = KeyLine(report.missing, "boxes without prediction, scored as 0") +
                            KeyLine(report.extra, "predicted images without truth, passed over");
  if (!notes.empty()) text += '\n' + notes;
  return text;
}

}  // namespace gradcut
