#include "gradcut/render/evaluation_page.h"

#include "gradcut/core/error.h"
#include "gradcut/render/html.h"
#include "metrics/cells.h"
#include "render/svg.h"
#include "render/thumbnails.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace gradcut {
namespace {

constexpr char kEvaluationStyle[] = R"(body { max-width: 60rem; }
svg { flex: 1 1 18rem; max-width: 28rem; font-size: 11px; fill: var(--text); }
.rule { stroke: var(--rule); fill: none; }
.line0, .line1, .line2, .line3 { stroke-width: 2; fill: none; }
.line0 { stroke: var(--line0); } .line1 { stroke: var(--line1); }
.line2 { stroke: var(--line2); } .line3 { stroke: var(--line3); }
figure { margin: 0; flex: 0 1 20rem; } figure div { display: flex; gap: 4px; }
figure img { flex: 1 1 0; min-width: 0; border: 1px solid var(--rule); }
)";

std::string IntervalText(const Interval& interval, std::string (*format)(double)) {
  return fmt::format("{} to {}", format(interval.low), format(interval.high));
}

std::string Plain(double value) { return Cell(value); }

std::string Totals(const EvaluateReport& report) {
  std::vector<HtmlRow> rows;
  for (const Total& total : report.totals)
    rows.push_back({total.name, Cell(total.value),
                    total.interval ? IntervalText(*total.interval, Plain) : ""});
  return HtmlTable({"measure", "value", "95 % interval"}, rows);
}

std::string Against(const Comparison& comparison) {
  std::vector<HtmlRow> rows;
  for (const MeasureDifference& measure : comparison.measures) {
    rows.push_back({measure.name, Cell(measure.value), Cell(measure.other),
                    Signed(measure.difference), IntervalText(measure.interval, Signed)});
    const Wins wins = measure.wins.value_or(Wins());
    for (const std::size_t count : {wins.better, wins.worse, wins.tied})
      rows.back().push_back(measure.wins ? std::to_string(count) : "");
  }
  return fmt::format("<h2>Against {}, {} images scored in both</h2>\n", Escaped(comparison.other),
                     comparison.images) +
         HtmlTable({"measure", "value", "other", "difference", "95 % interval", "better", "worse",
                    "tied"},
                   rows);
}

std::string Classes(const EvaluateReport& report) {
  HtmlRow head = {"class"};
  head.insert(head.end(), report.class_columns.begin(), report.class_columns.end());
  std::vector<HtmlRow> rows;
  for (const ClassResult& result : report.classes) {
    if (!result.values.front()) continue;  // In neither truth nor prediction.
    HtmlRow& row = rows.emplace_back(HtmlRow{result.name});
    for (const auto& value : result.values) row.push_back(Cell(value));
  }
  return "<h2>Classes</h2>\n" + HtmlTable(head, rows);
}

// Images that have the ranking measure, the worst first.
std::vector<const ImageResult*> Ranked(const EvaluateReport& report) {
  std::vector<const ImageResult*> ranked;
  for (const ImageResult& image : report.images)
    if (!std::isnan(image.values.front())) ranked.push_back(&image);
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto* a, const auto* b) {
    return a->values.front() < b->values.front();
  });
  return ranked;
}

SvgLine OverThreshold(const std::string& name, const Curve& curve) {
  SvgLine line = {name, {}};
  for (int k = 0; k < kThresholds; ++k) line.points.emplace_back(k / (kThresholds - 1.0), curve[k]);
  return line;
}

std::string Curves(const EvaluateReport& report, const std::vector<const ImageResult*>& ranked) {
  SvgLine scores = {report.columns.front(), {}};
  const double last = std::max(1.0, static_cast<double>(ranked.size()) - 1);
  for (std::size_t i = 0; i < ranked.size(); ++i)
    scores.points.emplace_back(static_cast<double>(i) / last, ranked[i]->values.front());
  std::string text = "<h2>Curves</h2>\n<div class=\"row\">\n" +
                     SvgChart("share of the images, worst first", scores.name, {scores});
  if (const auto& curves = report.curves) {
    SvgLine precision_recall = {"precision", {}};
    for (int k = 0; k < kThresholds; ++k)
      precision_recall.points.emplace_back(curves->recall[k], curves->precision[k]);
    text += SvgChart("recall", "precision", {precision_recall});
    text += SvgChart("threshold", "mean over the images",
                     {OverThreshold("F", curves->f), OverThreshold("E", curves->e),
                      OverThreshold("IoU", curves->iou)});
  }
  return text + "</div>\n";
}

// Options to read masks with as they were read for the report.
EvaluateOptions WithReadings(const EvaluateReport& report, EvaluateOptions options) {
  options.truth = report.truth_reading;
  options.prediction = report.prediction_reading;
  return options;
}

// Draws images with their files.
class Gallery {
 public:
  Gallery(const EvaluateReport& report, const EvaluateOptions& options)
      : options_(WithReadings(report, options)) {
    Pairing pairing = FindPairs(options.pairing);
    for (Pair& pair : pairing.pairs) pairs_[pair.key] = std::move(pair);
  }

  std::string Figures(const std::string& title, std::span<const ImageResult* const> images) const {
    std::string text = fmt::format("<h2>{}</h2>\n<div class=\"row\">\n", Escaped(title));
    for (const ImageResult* image : images) text += Figure(*image);
    return text + "</div>\n";
  }

 private:
  std::string Figure(const ImageResult& image) const {
    return fmt::format("<figure><div>{}</div><figcaption>{} {}{}</figcaption></figure>\n",
                       Pictures(image.key), Cell(image.values.front()), Escaped(image.key),
                       image.missing ? " (no prediction)" : "");
  }

  std::string Pictures(const std::string& key) const {
    const auto found = pairs_.find(key);
    if (found == pairs_.end()) return "";
    try {
      const Thumbnails pictures = MakeThumbnails(found->second, options_);
      return fmt::format("<img alt=\"prediction\" src=\"{}\"><img alt=\"truth\" src=\"{}\">",
                         pictures.prediction, pictures.truth);
    } catch (const Error& error) {
      return Escaped(error.what());
    }
  }

  const EvaluateOptions options_;
  std::map<std::string, Pair> pairs_;
};

std::string Images(const EvaluateReport& report, const EvaluateOptions& options, int shown) {
  const std::vector<const ImageResult*> worst = Ranked(report);
  if (worst.empty()) return "";
  const std::vector<const ImageResult*> best(worst.rbegin(), worst.rend());
  const std::size_t count = std::min(worst.size(), static_cast<std::size_t>(shown));
  const Gallery gallery(report, options);
  const std::string by = " by " + report.columns.front() + ": prediction, truth";
  return Curves(report, worst) +
         gallery.Figures("Worst images" + by, std::span(worst).first(count)) +
         gallery.Figures("Best images" + by, std::span(best).first(count));
}

}  // namespace

std::string ToHtml(const EvaluateReport& report, const EvaluateOptions& options, int shown) {
  std::string page = fmt::format("<h1>{}</h1>\n<p>{} images scored against {}</p>\n",
                                 Escaped(options.pairing.predictions), report.images.size(),
                                 Escaped(options.pairing.truth));
  page += Totals(report);
  if (report.against) page += Against(*report.against);
  page += Images(report, options, shown);
  if (!report.classes.empty()) page += Classes(report);
  page += HtmlList("Failed", report.failures);
  page += HtmlList("Warnings", report.warnings);
  page += HtmlList("Without prediction, scored as empty", report.missing);
  page += HtmlList("Predictions without truth, passed over", report.extra);
  page += HtmlList("Void everywhere, left out", report.unscored);
  return HtmlPage("gradcut eval", kEvaluationStyle, page);
}

}  // namespace gradcut
