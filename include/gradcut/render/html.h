#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// Text for HTML or SVG, also within quotes; control characters are made visible.
std::string Escaped(const std::string& text);

/// A page that needs nothing from elsewhere and can be read on a phone and in the dark. `style` is
/// CSS that goes behind what all pages share (the colours --text, --back, --rule and --line0 to
/// --line3, tables, rows); `body` is HTML.
std::string HtmlPage(const std::string& title, std::string_view style, const std::string& body);

using HtmlRow = std::vector<std::string>;

/// A table. Cells are text, escaped here.
std::string HtmlTable(const HtmlRow& head, const std::vector<HtmlRow>& rows);

/// A heading (none for "") and a list under it, both text, escaped here; nothing for no lines.
std::string HtmlList(const std::string& title, const std::vector<std::string>& lines);

}  // namespace gradcut
