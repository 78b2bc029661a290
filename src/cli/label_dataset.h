#pragma once

#include "cli/recipe.h"
#include "gradcut/labels/image_labels.h"
#include "gradcut/labels/labeller.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace gradcut {

/// Where `gradcut label` finds images and what is in them, as the flags name it.
struct DatasetFlags {
  std::string devkit, images, labels, classes;
};

/// Images, what is in them, and the names of the labels; the first is the background.
struct Dataset {
  std::vector<LabelledImage> images;
  std::vector<std::string> classes;
};

/// Throws `UsageError` for flags that don't go together, and `Error` naming the file for an image
/// that is not there or a class without a name.
Dataset ReadDataset(const DatasetFlags& flags);

/// The classes that are in some image, with their groups of the classifier's classes.
std::vector<LabelClass> ResolveLabelClasses(const Dataset& dataset, const Recipe& recipe,
                                            const Classifier& classifier);

/// By path of the image: indices of the classes in it, ascending.
using PresentClasses = std::map<std::filesystem::path, std::vector<int>>;
PresentClasses FindPresentClasses(const Dataset& dataset, const std::vector<LabelClass>& classes);

/// Tells apart what is to be labelled: the same for the same images elsewhere.
std::string DigestOf(const Dataset& dataset, const std::vector<LabelClass>& classes);

}  // namespace gradcut
