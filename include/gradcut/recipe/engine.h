#pragma once

#include "gradcut/labels/class_groups.h"
#include "gradcut/model/classifier.h"
#include "gradcut/recipe/recipe.h"
#include "gradcut/segment/segmenter.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// Throws `UsageError` for a model or device that cannot exist, whatever this machine has.
void CheckClassifier(const ClassifierOptions& options);

/// The classifier of a recipe, on its device, with the head of the recipe if it has one. To be
/// called before any other use of LibTorch. Throws `UsageError` for names that do not exist and for
/// options that this classifier cannot have, such as a layer; `Error` for files and devices.
std::shared_ptr<const Classifier> LoadClassifier(const Recipe& recipe);

/// The objectness head of a recipe: nullptr for "none", and for "default" where the recipe gives it
/// no weight or there is none for the classifier. Throws `Error` naming the file, and `UsageError`
/// for a file without weight.
std::shared_ptr<const ObjectnessHead> LoadObjectness(const Recipe& recipe,
                                                     const ClassifierInfo& info);

/// A recipe for each network that one names: `--model` may name several with commas, `--objectness`
/// and `--head` then have one value for each, or one for all. Throws `UsageError`.
std::vector<Recipe> RecipeOfEach(const Recipe& recipe);

/// The files that a recipe names, and maybe names of what is no file.
std::vector<std::filesystem::path> FilesNamed(const Recipe& recipe);

/// Both in a segmenter with the options of the recipe. Its classes are `ResolveClasses(recipe,
/// segmenter.classifier())`: to be given to each call.
Segmenter MakeSegmenter(const Recipe& recipe);

/// The groups of a classifier's classes that have a name of their own (`--class-map`). Throws
/// `Error` naming file and line.
ClassGroups GroupsFor(const Recipe& recipe, const ClassNames& names);

/// The indices of the classes that `--class` names, each once; see `ClassesMeant`. Throws
/// `UsageError`.
std::vector<int> ResolveClasses(const Recipe& recipe, const Classifier& classifier);

/// Finds the indices of the classes that a name stands for, as `--class` has it; none where the
/// classifier knows no such class.
std::function<std::vector<int>(const std::string& name)> ClassFinder(const Recipe& recipe,
                                                                     const Classifier& classifier);

/// What tells a network, and its head unless that is nullptr, from all others.
nlohmann::json NetworkDigests(const ClassifierInfo& info, const ObjectnessHead* head);

/// What decides a command's outputs besides the recipe.
nlohmann::json MadeBy(const std::string& command, const Recipe& recipe, const ClassifierInfo& info,
                      const ObjectnessHead* head = nullptr);

}  // namespace gradcut
