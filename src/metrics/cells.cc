#include "metrics/cells.h"

#include "gradcut/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
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

std::string KeyLine(const std::vector<std::string>& keys, std::string_view what) {
  constexpr std::size_t kShown = 5;
  if (keys.empty()) return "";
  std::string text = fmt::format("{} {}:", keys.size(), what);
  for (std::size_t i = 0; i < std::min(keys.size(), kShown); ++i)
    text += fmt::format("{} {}", i == 0 ? "" : ",", Printable(keys[i]));
  return text + (keys.size() > kShown ? ", ...\n" : "\n");
}

std::string KeyFor(const std::string& name, std::int64_t index,
                   const nlohmann::ordered_json& classes) {
  std::string key = name;
  while (classes.contains(key)) key += fmt::format(" ({})", index);
  return key;
}

}  // namespace gradcut
