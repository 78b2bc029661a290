#include "metrics/cells.h"

#include <fmt/format.h>

#include <cmath>

namespace gradcut {

std::string Cell(std::optional<double> value) {
  if (!value || std::isnan(*value)) return "-";
  const bool whole = std::abs(*value) > 1 && *value == std::floor(*value);
  return whole ? fmt::format("{:.0f}", *value) : fmt::format("{:.4f}", *value);
}

std::string Signed(double value) { return std::isnan(value) ? "-" : fmt::format("{:+.4f}", value); }

std::string CsvField(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace gradcut
