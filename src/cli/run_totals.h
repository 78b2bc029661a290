#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace gradcut {

/// What became of one input.
struct Outcome {
  nlohmann::json entry;  ///< For the manifest.
  std::string failure;   ///< Empty unless it failed.
  bool skipped = false;
};

/// What became of all inputs so far.
struct RunTotals {
  std::size_t ok = 0, skipped = 0, failed = 0;
  std::map<std::string, double> milliseconds;  ///< By stage.

  std::size_t done() const { return ok + skipped + failed; }

  void Add(const Outcome& outcome) {
    ++(outcome.skipped ? skipped : outcome.failure.empty() ? ok : failed);
    if (outcome.skipped || !outcome.failure.empty()) return;
    for (const auto& [stage, value] : outcome.entry.at("milliseconds").items())
      milliseconds[stage] += value.get<double>();
  }
};

}  // namespace gradcut
