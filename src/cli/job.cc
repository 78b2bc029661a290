#include "cli/job.h"

#include "gradcut/core/version.h"
#include "gradcut/model/device.h"

#include <algorithm>
#include <chrono>

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

BatchJob MakeJob(const std::string& command, const Recipe& recipe, const Classifier& classifier) {
  const ClassifierInfo& info = classifier.info();
  BatchJob job;
  job.recipe = RecipeToJson(recipe);
  job.made_by = {{"version", kVersion},
                 {"command", command},
                 {"architecture", info.architecture},
                 {"model_sha256", info.sha256},
                 {"device", info.device}};
  return job;
}

Product EncodeAll(const std::vector<OutputKind>& kinds,
                  const std::function<std::vector<std::uint8_t>(OutputKind)>& encode,
                  std::vector<std::pair<std::string, double>> milliseconds) {
  const auto start = std::chrono::steady_clock::now();
  Product product;
  for (const OutputKind kind : kinds) product.files.push_back({kind, encode(kind)});
  const auto end = std::chrono::steady_clock::now();
  product.milliseconds = std::move(milliseconds);
  product.milliseconds.emplace_back("encode",
                                    std::chrono::duration<double, std::milli>(end - start).count());
  return product;
}

nlohmann::json ClassesToJson(const std::vector<ClassScore>& classes) {
  nlohmann::json list = nlohmann::json::array();
  for (const ClassScore& each : classes)
    list.push_back({{"index", each.index}, {"name", each.name}, {"score", each.score}});
  return {{"classes", list}};
}

}  // namespace gradcut
