#include "cli/engine.h"

#include "cli/exit_status.h"
#include "gradcut/core/version.h"
#include "gradcut/model/device.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradcut {

std::shared_ptr<const Classifier> LoadClassifier(const Recipe& recipe) {
  ResolveDevice(recipe.classifier.device);  // A GPU must be looked for before LibTorch's first use.
  UseSingleThreadedKernels();
  return Classifier::Load(recipe.classifier);
}

std::vector<int> ResolveClasses(const Classifier& classifier,
                                const std::vector<std::string>& names) {
  std::vector<int> indices;
  try {
    for (const std::string& name : names) indices.push_back(classifier.class_names().Resolve(name));
  } catch (const Error& error) {
    throw UsageError(std::string("--class: ") + error.what());
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

nlohmann::json MadeBy(const std::string& command, const ClassifierInfo& info) {
  return {{"version", kVersion},
          {"command", command},
          {"architecture", info.architecture},
          {"model_sha256", info.sha256},
          {"device", info.device}};
}

std::string EngineOf(const nlohmann::json& made_by) {
  return fmt::format("{} on {}", made_by.at("architecture").get<std::string>(),
                     made_by.at("device").get<std::string>());
}

}  // namespace gradcut
