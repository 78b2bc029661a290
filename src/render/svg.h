#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gradcut {

// A line through points in [0, 1] x [0, 1].
struct SvgLine {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

// A chart of up to four lines over the unit square, its axes named, with a legend if there is more
// than one line. Colours come from the page: --line0 to --line3, --text, --rule.
std::string SvgChart(const std::string& x_name, const std::string& y_name,
                     const std::vector<SvgLine>& lines);

}  // namespace gradcut
