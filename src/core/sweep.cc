#include "gradcut/core/sweep.h"

#include "gradcut/core/error.h"
#include "gradcut/core/random.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace gradcut {
namespace {

constexpr int kMaxValues = 10'000;

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

double ParseNumber(const std::string& text) {
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  Require(error == std::errc() && end == last && std::isfinite(value), "'{}' is not a number",
          text);
  return value;
}

// The values of "first:last:step".
std::vector<std::string> Range(const std::vector<std::string>& parts) {
  Require(parts.size() == 3, "a range is first:last:step");
  const double first = ParseNumber(parts[0]), last = ParseNumber(parts[1]);
  const double step = ParseNumber(parts[2]);
  Require(step > 0 && first <= last, "a range must go up: first <= last, step > 0");
  // A last value that rounding puts beyond the end belongs to the range.
  const double steps = std::floor((last - first) / step + 1e-6);
  Require(steps < kMaxValues, "the range has more than {} values", kMaxValues);
  std::vector<std::string> values;
  for (int i = 0; i <= static_cast<int>(steps); ++i)
    values.push_back(fmt::format("{:.12g}", first + i * step));
  return values;
}

// As the option tells them, each once.
std::vector<std::string> ValuesOf(const std::vector<std::string>& texts, const Option& option) {
  std::vector<std::string> values;
  std::set<std::string> known;
  for (const std::string& text : texts) {
    option.set(text);
    values.push_back(option.get());
    Require(known.insert(values.back()).second, "{} stands there twice", values.back());
  }
  return values;
}

Sweep Parse(std::string_view text, const OptionList& list) {
  const std::size_t equals = text.find('=');
  Require(equals != std::string_view::npos, "expected key=first:last:step or key=v1,v2,...");
  Sweep sweep = {std::string(text.substr(0, equals)), {}};
  const std::string_view values = text.substr(equals + 1);
  const Option& option = GetOption(list, sweep.key);
  const std::string before = option.get();
  try {
    const auto parts = Split(values, ':');
    sweep.values = ValuesOf(parts.size() > 1 ? Range(parts) : Split(values, ','), option);
  } catch (...) {
    option.set(before);
    throw;
  }
  option.set(before);
  return sweep;
}

// How many combinations there are; a large number if they are too many to count.
std::size_t CountPoints(std::span<const Sweep> sweeps) {
  constexpr std::size_t kTooMany = std::size_t{1} << 48;
  std::size_t count = 1;
  for (const Sweep& sweep : sweeps) count = std::min(kTooMany, count * sweep.values.size());
  return count;
}

using Indices = std::vector<std::size_t>;

// The combination of that number, the last sweep changing fastest.
Indices IndicesOf(std::span<const Sweep> sweeps, std::size_t number) {
  Indices indices(sweeps.size());
  for (std::size_t i = sweeps.size(); i-- > 0; number /= sweeps[i].values.size())
    indices[i] = number % sweeps[i].values.size();
  return indices;
}

std::set<Indices> Draw(std::span<const Sweep> sweeps, std::size_t budget, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::set<Indices> drawn;
  while (drawn.size() < budget) {
    Indices indices;
    for (const Sweep& sweep : sweeps) indices.push_back(DrawBelow(random, sweep.values.size()));
    drawn.insert(std::move(indices));
  }
  return drawn;
}

}  // namespace

Sweep ParseSweep(std::string_view text, const OptionList& list) {
  try {
    return Parse(text, list);
  } catch (const Error& error) {
    Fail("{}: {}", text, error.what());
  }
}

std::vector<SweepPoint> SweepPoints(std::span<const Sweep> sweeps, std::size_t budget,
                                    std::uint64_t seed) {
  std::set<std::string> keys;
  for (const Sweep& sweep : sweeps)
    Require(keys.insert(sweep.key).second, "{} is swept twice", sweep.key);
  const std::size_t count = CountPoints(sweeps);
  const bool draw = budget > 0 && budget < count;
  Require((draw ? budget : count) <= kMaxSweepPoints,
          "more than {} points; sweep fewer values, or set a smaller budget", kMaxSweepPoints);
  std::set<Indices> chosen;
  if (draw) chosen = Draw(sweeps, budget, seed);
  for (std::size_t i = 0; i < count && !draw; ++i) chosen.insert(IndicesOf(sweeps, i));
  std::vector<SweepPoint> points;
  for (const Indices& indices : chosen) {
    SweepPoint& point = points.emplace_back();
    for (std::size_t i = 0; i < sweeps.size(); ++i) point.push_back(sweeps[i].values[indices[i]]);
  }
  return points;
}

}  // namespace gradcut
