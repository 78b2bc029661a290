#include "gradcut/render/html.h"

#include "gradcut/storage/file.h"

#include <fmt/format.h>

namespace gradcut {
namespace {

constexpr char kPageStyle[] =
    R"(:root { --text: #1c1c1e; --back: #fff; --rule: #d0d0d6; --line0: #0a66c2; --line1: #c2410c;
        --line2: #15803d; --line3: #7e22ce; }
@media (prefers-color-scheme: dark) {
  :root { --text: #ececf0; --back: #17171a; --rule: #44444c; --line0: #6cb4ff; --line1: #ff9a62;
          --line2: #6fd58f; --line3: #cf9bff; } }
body { font: 16px/1.4 system-ui, sans-serif; color: var(--text); background: var(--back);
       margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid var(--rule);
         white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; }
)";

std::string TableLine(const HtmlRow& cells, const char* tag) {
  std::string text = "<tr>";
  for (const std::string& cell : cells) text += fmt::format("<{0}>{1}</{0}>", tag, Escaped(cell));
  return text + "</tr>\n";
}

}  // namespace

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string HtmlPage(const std::string& title, std::string_view style, const std::string& body) {
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{}</title>
<style>
{}{}</style></head><body>
{}</body></html>
)",
                     Escaped(title), kPageStyle, style, body);
}

std::string HtmlTable(const HtmlRow& head, const std::vector<HtmlRow>& rows) {
  std::string text = "<div class=\"wide\"><table>\n" + TableLine(head, "th");
  for (const HtmlRow& row : rows) text += TableLine(row, "td");
  return text + "</table></div>\n";
}

std::string HtmlList(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string text = title.empty() ? "" : fmt::format("<h2>{}</h2>\n", Escaped(title));
  text += "<ul>\n";
  for (const std::string& line : lines) text += "<li>" + Escaped(line) + "</li>\n";
  return text + "</ul>\n";
}

}  // namespace gradcut
