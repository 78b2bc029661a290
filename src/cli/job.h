#pragma once

#include "cli/batch.h"
#include "cli/recipe.h"

#include <functional>
#include <memory>

namespace gradcut {

inline constexpr int kOverlayQuality = 90;

/// Loads the recipe's classifier. Throws `Error`.
std::shared_ptr<const Classifier> LoadClassifier(const Recipe& recipe);

/// The indices of the classes that `--class` names. Throws `UsageError`.
std::vector<int> ResolveClasses(const Classifier& classifier,
                                const std::vector<std::string>& names);

/// A job with everything but its outputs and its work.
BatchJob MakeJob(const std::string& command, const Recipe& recipe, const Classifier& classifier);

/// Encodes each kind and adds the time to `milliseconds`.
Product EncodeAll(const std::vector<OutputKind>& kinds,
                  const std::function<std::vector<std::uint8_t>(OutputKind)>& encode,
                  std::vector<std::pair<std::string, double>> milliseconds);

/// {"classes": [{"index", "name", "score"}, ...]}.
nlohmann::json ClassesToJson(const std::vector<ClassScore>& classes);

}  // namespace gradcut
