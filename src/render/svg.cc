#include "render/svg.h"

#include "gradcut/render/html.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradcut {
namespace {

constexpr double kLeft = 44, kTop = 12, kWidth = 300, kHeight = 220;

double X(double x) { return kLeft + kWidth * std::clamp(x, 0.0, 1.0); }
double Y(double y) { return kTop + kHeight * (1 - std::clamp(y, 0.0, 1.0)); }

std::string Grid() {
  std::string text;
  for (const double at : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    text += fmt::format(
        "<path class=\"rule\" d=\"M{:.1f} {:.1f}H{:.1f}M{:.1f} {:.1f}V{:.1f}\"/>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
        X(0), Y(at), X(1), X(at), Y(0), Y(1), X(0) - 6, Y(at) + 4, at, X(at), Y(0) + 16, at);
  }
  return text;
}

std::string Line(const SvgLine& line, std::size_t number) {
  std::string text = fmt::format("<polyline class=\"line{}\" points=\"", number);
  for (const auto& [x, y] : line.points) text += fmt::format("{:.1f},{:.1f} ", X(x), Y(y));
  return text + "\"/>\n";
}

std::string LegendEntry(const SvgLine& line, std::size_t number) {
  const double x = X(0) + 75 * static_cast<double>(number), y = Y(0) + 52;
  return fmt::format(
      "<path class=\"line{}\" d=\"M{:.1f} {:.1f}h16\"/><text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
      number, x, y - 4, x + 20, y, Escaped(line.name));
}

}  // namespace

std::string SvgChart(const std::string& x_name, const std::string& y_name,
                     const std::vector<SvgLine>& lines) {
  std::string text = fmt::format(
      "<svg viewBox=\"0 0 360 300\" role=\"img\" aria-label=\"{1} over {0}\">\n"
      "<text x=\"{2:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{0}</text>"
      "<text transform=\"translate(10 {4:.1f}) rotate(-90)\" text-anchor=\"middle\">{1}</text>\n",
      Escaped(x_name), Escaped(y_name), X(0.5), Y(0) + 34, Y(0.5));
  text += Grid();
  for (std::size_t i = 0; i < lines.size(); ++i) text += Line(lines[i], i);
  for (std::size_t i = 0; i < lines.size() && lines.size() > 1; ++i)
    text += LegendEntry(lines[i], i);
  return text + "</svg>\n";
}

}  // namespace gradcut
