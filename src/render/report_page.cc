#include "render/report_page.h"

#include "gradcut/render/html.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/shell_word.h"
#include "render/repeat_command.h"
#include "report_assets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace gradcut {
namespace {

constexpr auto kReplace = nlohmann::json::error_handler_t::replace;

std::string Count(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::size_t CountStatus(const RunRecord& record, const std::string& status) {
  return static_cast<std::size_t>(std::count_if(
      record.entries.begin(), record.entries.end(),
      [&](const auto& entry) { return RunRecord::TextAt(entry, "status") == status; }));
}

std::string Head(const RunRecord& record, const std::string& folder) {
  const nlohmann::json made_by = record.run.value("made_by", nlohmann::json());
  const std::size_t skipped = CountStatus(record, "skipped"),
                    failed = CountStatus(record, "failed");
  std::string counts =
      fmt::format("<strong>{}</strong>: {} made", Count(record.entries.size(), "image"),
                  CountStatus(record, "ok"));
  if (skipped > 0) counts += fmt::format(", {} kept from before", skipped);
  if (failed > 0) counts += fmt::format(", <span class=\"bad\">{} failed</span>", failed);
  if (record.run.value("finished", nlohmann::json()) == false)
    counts += "; the run has not come to its end";
  // Not every command has a classifier.
  const std::string engine = made_by.contains("architecture") ? ", " + EngineOf(made_by) : "";
  return fmt::format("<h1>{}</h1>\n<p>gradcut {} {}{}</p>\n<p>{}</p>\n", Escaped(folder),
                     Escaped(RunRecord::TextAt(made_by, "command")),
                     Escaped(RunRecord::TextAt(made_by, "version")), Escaped(engine), counts);
}

// JSON as it is printed, line by line: line feeds are no text to be made visible.
std::string EscapedLines(const nlohmann::json& json) {
  std::istringstream lines(json.dump(2, ' ', /*ensure_ascii=*/false, kReplace));
  std::string text;
  for (std::string line; std::getline(lines, line);) text += Escaped(line) + "\n";
  return text;
}

std::string Repeat(const RunRecord& record) {
  return fmt::format(
      "<details><summary>Options, and how to repeat it</summary>\n<pre>{}</pre>\n<pre>{}</pre>"
      "</details>\n",
      Escaped(RepeatCommand(record.run, record.file)),
      EscapedLines(record.run.value("recipe", nlohmann::json())));
}

// How to correct what is wrong, where that can be done.
std::string Correct(const RunRecord& record, const std::string& folder) {
  const std::string command = RunRecord::TextAt(record.run["made_by"], "command");
  if ((command != "mask" && command != "label") || record.in_archives()) return "";
  return fmt::format("<p>To correct results by strokes and boxes: <code>{}</code></p>\n",
                     Escaped("gradcut edit " + ShellWord(folder)));
}

// What the page cannot show.
std::string Archived(const RunRecord& record) {
  if (!record.in_archives()) return "";
  return "<p>The masks of this run lie in archives, which this page does not open: photos are "
         "shown without them.</p>\n";
}

std::string Stages(const RunRecord& record) {
  std::map<std::string, double> totals;
  std::size_t images = 0;
  for (const nlohmann::json& entry : record.entries) {
    const nlohmann::json stages = entry.value("milliseconds", nlohmann::json());
    if (!stages.is_object()) continue;
    ++images;
    for (const auto& [stage, value] : stages.items())
      if (value.is_number()) totals[stage] += value.get<double>();
  }
  if (images == 0) return "";
  double sum = 0;
  for (const auto& [stage, total] : totals) sum += total;
  std::vector<std::pair<std::string, double>> longest(totals.begin(), totals.end());
  std::stable_sort(longest.begin(), longest.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  longest.emplace_back("all", sum);
  std::vector<HtmlRow> rows;
  for (const auto& [stage, total] : longest)
    rows.push_back({stage, fmt::format("{:.1f}", total / 1000),
                    fmt::format("{:.1f}", total / static_cast<double>(images)),
                    fmt::format("{:.0f} %", sum > 0 ? 100 * total / sum : 0)});
  return fmt::format(
      "<details><summary>Time by stage: {:.0f} ms an image</summary>\n{}</details>\n",
      sum / static_cast<double>(images),
      HtmlTable({"stage", "seconds", "ms an image", "share"}, rows));
}

std::string Failures(const RunRecord& record) {
  std::vector<std::string> lines;
  for (const nlohmann::json& entry : record.entries)
    if (RunRecord::TextAt(entry, "status") == "failed")
      lines.push_back(RunRecord::TextAt(entry, "error"));
  if (lines.empty()) return "";
  return fmt::format("<details open><summary class=\"bad\">{}</summary>{}</details>\n",
                     Count(lines.size(), "failure"), HtmlList("", lines));
}

std::string Truth(const MaskScores& scores) {
  if (scores.truth.empty()) return "";
  const std::string truth = Escaped(scores.truth);
  if (scores.images == 0)
    return fmt::format("<p class=\"bad\">no image has its truth in {}</p>\n", truth);
  const std::string missing =
      scores.missing == 0 ? ""
                          : fmt::format("; {} of them without a mask, which counts as an empty one",
                                        scores.missing);
  return fmt::format("<p>mean IoU with {}: <strong>{:.4f}</strong> over {}{}</p>\n", truth,
                     scores.mean, Count(scores.images, "image"), missing);
}

std::string Controls(bool truth) {
  return fmt::format(
      R"(<div class="controls">
<label>Find <input type="search" id="search" placeholder="name or class" title="key: /"></label>
<label>Sort by <select id="sort">{}<option value="confidence">confidence</option>
<option value="area">area</option><option value="class">class</option><option value="time">time</option>
<option value="status">status</option><option value="name">name</option></select></label>
<label><input type="checkbox" id="reverse"> reversed</label>
<label>Status <select id="status"><option value="">all</option><option>ok</option>
<option>skipped</option><option>failed</option></select></label>
<label>Review <select id="review"><option value="">all</option><option>unseen</option>
<option>edited</option><option>accepted</option><option>rejected</option></select></label>
<label>Class <select id="class"><option value="">all</option></select></label>
<label>Confidence from <input type="range" id="confidence" min="0" max="1" step="0.01" value="0">
<output id="least"></output></label>
<label title="key: o"><input type="checkbox" id="outline" checked> mask</label>
<label title="key: h"><input type="checkbox" id="heat"> heat map</label>
{}<span id="count" aria-live="polite"></span>
</div>
)",
      truth ? "<option value=\"iou\">IoU</option>" : "",
      truth
          ? "<label title=\"key: t\"><input type=\"checkbox\" id=\"truth\" checked> truth</label>\n"
          : "");
}

constexpr char kGrid[] = R"(<ul id="grid"></ul>
<div id="end"></div>
<noscript>This page needs JavaScript to show its images; manifest.jsonl beside it lists them.</noscript>
<dialog id="view" aria-labelledby="title"><div class="bar"><strong id="title"></strong>
<span><button id="before" aria-label="image before" title="key: left">&larr;</button>
<button id="after" aria-label="next image" title="key: right">&rarr;</button>
<button id="close" aria-label="close" title="key: Esc">&times;</button></span></div>
<div id="large"></div></dialog>
)";

// JSON that cannot end the element that holds it.
std::string Embedded(const nlohmann::json& json) {
  std::string text = json.dump(-1, ' ', /*ensure_ascii=*/false, kReplace);
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;)
    text.replace(at, 1, "\\u003c");
  return text;
}

}  // namespace

std::string ReportPage(const RunRecord& record, const std::string& folder,
                       const nlohmann::json& images, const MaskScores& scores) {
  std::string body = Head(record, folder) + Archived(record) + Correct(record, folder) +
                     Truth(scores) + Failures(record) + Stages(record) + Repeat(record) +
                     Controls(!scores.truth.empty()) + kGrid;
  body += fmt::format("<script type=\"application/json\" id=\"images\">{}</script>\n",
                      Embedded(images));
  body += fmt::format("<script>\n{}</script>\n", kReportScript);
  return HtmlPage("gradcut: " + folder, kReportStyle, body);
}

}  // namespace gradcut
