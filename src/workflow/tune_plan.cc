#include "workflow/tune_plan.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gradcut {
namespace {

std::vector<Sweep> ParseSweeps(const std::vector<std::string>& texts, const OptionList& list) {
  std::vector<Sweep> sweeps;
  for (const std::string& text : texts) sweeps.push_back(ParseSweep(text, list));
  return sweeps;
}

void SetPoint(const std::vector<std::string>& keys, const SweepPoint& point,
              const OptionList& list) {
  for (std::size_t i = 0; i < keys.size(); ++i) SetOption(list, keys[i], point[i]);
}

bool IsConsistent(const SegmenterOptions& options) {
  try {
    CheckSegmenterOptions(options);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void AddGiven(const SweepPoint& given, TunePlan& plan) {
  const auto found = std::find(plan.points.begin(), plan.points.end(), given);
  plan.given = static_cast<std::size_t>(found - plan.points.begin());
  if (found != plan.points.end()) return;
  plan.given = 0;
  plan.points.insert(plan.points.begin(), given);
  plan.candidates.insert(plan.candidates.begin(), false);
}

TunePlan Plan(const std::vector<std::string>& texts, std::size_t budget, const Recipe& recipe) {
  SegmenterOptions options = recipe.options;
  OptionList list;
  Describe(options, list);
  const std::vector<Sweep> sweeps = ParseSweeps(texts, list);
  TunePlan plan;
  SweepPoint given;
  for (const Sweep& sweep : sweeps) {
    plan.keys.push_back(sweep.key);
    given.push_back(GetOption(list, sweep.key).get());
  }
  for (SweepPoint& point : SweepPoints(sweeps, budget, recipe.seed)) {
    SetPoint(plan.keys, point, list);
    if (IsConsistent(options))
      plan.points.push_back(std::move(point));
    else
      ++plan.left_out;
  }
  Require(!plan.points.empty(), "in every point options contradict each other");
  plan.candidates.assign(plan.points.size(), true);
  AddGiven(given, plan);
  return plan;
}

// The values at a point of those options that `decides`.
template <class Decides>
std::string ValuesOf(const TunePlan& plan, std::size_t point, const Decides& decides) {
  std::string text;
  for (std::size_t i = 0; i < plan.keys.size(); ++i)
    if (decides(plan.keys[i])) text += plan.points[point][i] + '\n';
  return text;
}

}  // namespace

TunePlan PlanTune(const std::vector<std::string>& sweeps, std::size_t budget,
                  const Recipe& recipe) {
  return AsUsage("--sweep", [&] { return Plan(sweeps, budget, recipe); });
}

PointSegmenters::PointSegmenters(const TunePlan& plan, const Recipe& recipe,
                                 const std::shared_ptr<const Classifier>& classifier,
                                 std::vector<int> classes,
                                 const std::shared_ptr<const ObjectnessHead>& head)
    : classes_(std::move(classes)) {
  std::map<std::string, std::map<std::string, std::vector<std::size_t>>> groups;
  for (std::size_t point = 0; point < plan.points.size(); ++point) {
    SegmenterOptions options = RecipeAt(plan, point, recipe).options;
    options.rate = false;
    AsUsage("--sweep", [&] { CheckSaliencyOptions(options.saliency, *classifier); });
    segmenters_.emplace_back(classifier, options, head);
    const auto decides_location = [&](const std::string& key) {
      return DecidesLocation(key, options);
    };
    groups[ValuesOf(plan, point, DecidesHeatMap)][ValuesOf(plan, point, decides_location)]
        .push_back(point);
  }
  for (auto& [heat_map, by_location] : groups) {
    groups_.emplace_back();
    for (auto& [location, points] : by_location) groups_.back().push_back(std::move(points));
  }
}

}  // namespace gradcut
