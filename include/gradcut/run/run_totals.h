#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace gradcut {

/// Below it, a mask is worth a look.
inline constexpr double kLowConfidence = 0.5;

/// What became of one input.
struct Outcome {
  nlohmann::json entry;  ///< For the manifest; of what is skipped, the fields that counts look at.
  std::string failure;   ///< Empty unless it failed.
  bool skipped = false;
  std::string line = {};  ///< The whole entry, as the manifest has it.
};

/// Whether an entry tells of masks without an object in any.
inline bool IsEmptyMask(const nlohmann::json& entry) {
  if (const auto area = entry.find("area"); area != entry.end()) return *area == 0;
  const nlohmann::json classes = entry.value("classes", nlohmann::json::array());
  return !classes.empty() &&
         std::all_of(classes.begin(), classes.end(), [](const nlohmann::json& each) {
           return each.is_object() && each.contains("area") && each["area"] == 0;
         });
}

inline bool IsUnsureMask(const nlohmann::json& entry) {
  const auto confidence = entry.find("confidence");
  return confidence != entry.end() && confidence->is_number() && *confidence < kLowConfidence &&
         !IsEmptyMask(entry);
}

/// The note of an entry; one of what is made for an empty mask if it has none, or "".
inline std::string NoteOf(const nlohmann::json& entry) {
  if (const auto note = entry.find("note"); note != entry.end() && note->is_string())
    return note->get<std::string>();
  return IsEmptyMask(entry) ? "the mask is empty" : "";
}

/// What counts of an outcome.
struct Fate {
  bool skipped = false, failed = false, empty = false, unsure = false;
};

inline Fate FateOf(const Outcome& outcome) {
  if (!outcome.failure.empty()) return {.failed = true};
  return {outcome.skipped, false, IsEmptyMask(outcome.entry), IsUnsureMask(outcome.entry)};
}

/// How many inputs became what so far.
struct RunTotals {
  std::size_t ok = 0, skipped = 0, failed = 0;
  std::size_t empty = 0, unsure = 0;           ///< Of those made or skipped.
  std::map<std::string, double> milliseconds;  ///< By stage.

  std::size_t done() const { return ok + skipped + failed; }

  void Add(const Outcome& outcome) {
    Count(FateOf(outcome), 1);
    if (outcome.skipped || !outcome.failure.empty()) return;
    for (const auto& [stage, value] : outcome.entry.at("milliseconds").items())
      milliseconds[stage] += value.get<double>();
  }

  /// For an input that is another one now. What it cost stays.
  void TakeBack(const Fate& fate) { Count(fate, std::size_t(-1)); }

 private:
  void Count(const Fate& fate, std::size_t by) {
    (fate.failed ? failed : fate.skipped ? skipped : ok) += by;
    if (fate.empty) empty += by;
    if (fate.unsure) unsure += by;
  }
};

}  // namespace gradcut
