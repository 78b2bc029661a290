#include "gradcut/recipe/engine.h"

#include "gradcut/core/error.h"
#include "gradcut/core/version.h"
#include "gradcut/model/device.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <span>
#include <system_error>
#include <thread>

namespace gradcut {
namespace {

// At least one: an empty text is one empty name, and a file may have commas in its own.
std::vector<std::string> NamesIn(const std::string& text) {
  std::error_code ignored;
  return text.empty() || std::filesystem::exists(text, ignored) ? std::vector{text}
                                                                : SplitAtCommas(text);
}

// The values of an option that has one for each network, or one for all.
std::vector<std::string> PerNetwork(const std::string& flag, const std::string& text,
                                    std::size_t networks) {
  std::vector<std::string> values = NamesIn(text);
  if (values.size() == 1) values.resize(networks, values.front());
  if (values.size() != networks)
    throw UsageError(
        fmt::format("{} {}: {} values for {} models: give one for each, or one for "
                    "all of them",
                    flag, Printable(text), values.size(), networks));
  return values;
}

}  // namespace

void CheckClassifier(const ClassifierOptions& options) {
  AsUsage("--device", [&] { CheckDeviceName(options.device); });
  AsUsage("--model", [&] { CheckClassifierNames(options); });
}

std::shared_ptr<const Classifier> LoadClassifier(const Recipe& recipe) {
  CheckClassifier(recipe.classifier);
  const std::jthread meanwhile(PrepareColours);
  std::shared_ptr<const Classifier> classifier = Classifier::Load(recipe.classifier);
  if (recipe.head != "none") classifier = Classifier::WithHead(classifier, ReadHead(recipe.head));
  AsUsage("", [&] { CheckSaliencyOptions(recipe.options.saliency, *classifier); });
  return classifier;
}

std::shared_ptr<const ObjectnessHead> LoadObjectness(const Recipe& recipe,
                                                     const ClassifierInfo& info) {
  const LocationOptions& location = recipe.options.location;
  const bool counts = location.objectness > 0 && location.slope > 0;
  if (recipe.objectness == "none") return nullptr;
  if (recipe.objectness == "default")
    return counts ? DefaultObjectness(info, FoldersOf(recipe.classifier)) : nullptr;
  if (!counts)
    throw UsageError(fmt::format(
        "--objectness {}: has no weight in this recipe; take --preset fast or best, or give "
        "--location.objectness and --location.slope values above 0",
        Printable(recipe.objectness)));
  return ReadObjectness(recipe.objectness);
}

std::vector<Recipe> RecipeOfEach(const Recipe& recipe) {
  const std::vector<std::string> models = NamesIn(recipe.classifier.model);
  const auto objectness = PerNetwork("--objectness", recipe.objectness, models.size());
  const auto heads = PerNetwork("--head", recipe.head, models.size());
  std::vector<Recipe> recipes(models.size(), recipe);
  for (std::size_t i = 0; i < models.size(); ++i) {
    recipes[i].classifier.model = models[i];
    recipes[i].objectness = objectness[i];
    recipes[i].head = heads[i];
  }
  return recipes;
}

std::vector<std::filesystem::path> FilesNamed(const Recipe& recipe) {
  std::vector<std::filesystem::path> files = {recipe.class_map, recipe.render.background};
  for (const std::string& text : {recipe.classifier.model, recipe.objectness, recipe.head})
    for (const std::string& name : NamesIn(text)) files.emplace_back(name);
  return files;
}

Segmenter MakeSegmenter(const Recipe& recipe) {
  const auto classifier = LoadClassifier(recipe);
  return Segmenter(classifier, recipe.options, LoadObjectness(recipe, classifier->info()));
}

ClassGroups GroupsFor(const Recipe& recipe, const ClassNames& names) {
  if (recipe.class_map != "default") return ReadClassMap(recipe.class_map, names.size());
  const bool is_imagenet = !names.Id(0).empty();  // Not just as many.
  return is_imagenet ? VocClassGroups() : ClassGroups();
}

std::vector<int> ResolveClasses(const Recipe& recipe, const Classifier& classifier) {
  const ClassGroups groups = GroupsFor(recipe, classifier.class_names());
  std::vector<int> indices;
  for (const std::string& text : recipe.classes) {
    const auto meant = AsUsage("--class " + Printable(text), [&] {
      return ClassesMeant(text, groups, classifier.class_names());
    });
    indices.insert(indices.end(), meant.begin(), meant.end());
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

std::function<std::vector<int>(const std::string& name)> ClassFinder(const Recipe& recipe,
                                                                     const Classifier& classifier) {
  const ClassNames& names = classifier.class_names();
  return [groups = GroupsFor(recipe, names), names](const std::string& name) {
    try {
      return ClassesMeant(name, groups, names);
    } catch (const Error&) {
      return std::vector<int>();
    }
  };
}

nlohmann::json NetworkDigests(const ClassifierInfo& info, const ObjectnessHead* head) {
  nlohmann::json digests = {{"architecture", info.architecture}, {"model_sha256", info.sha256}};
  if (head != nullptr) digests["objectness_sha256"] = head->sha256();
  return digests;
}

nlohmann::json MadeBy(const std::string& command, const Recipe& recipe, const ClassifierInfo& info,
                      const ObjectnessHead* head) {
  nlohmann::json made_by = {
      {"version", kVersion}, {"commit", kCommit}, {"command", command}, {"device", info.device}};
  made_by.update(NetworkDigests(info, head));
  // What a name in `--class` stands for.
  if (recipe.class_map != "default") {
    const std::vector<std::uint8_t> file = ReadFile(recipe.class_map);
    made_by["class_map_sha256"] = Sha256(std::as_bytes(std::span(file)));
  }
  return made_by;
}

}  // namespace gradcut
