#pragma once

#include "gradcut/dataset/image_labels.h"
#include "gradcut/labels/labeller.h"
#include "gradcut/recipe/recipe.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace gradcut {

/// Where images that are to be labelled lie, and what is said of them.
struct LabelSource {
  std::filesystem::path devkit = {};  ///< A PASCAL VOC devkit; or else
  std::filesystem::path images = {};  ///< the folder of the images, with `classes`.
  /// See `ImageLabelSource`; empty: those of the devkit.
  std::filesystem::path labels = {};
  std::filesystem::path classes = {};  ///< One name a line, the background first; empty: VOC's.
  /// More labels, in any of these forms, of images that are learned from and not labelled; and the
  /// folder of these images, as `ImageLabelSource::images`.
  std::filesystem::path extra = {};
  std::filesystem::path extra_images = {};
  /// Only these images are labelled: see `ImageLabelSource`.
  std::string split = {};
  std::filesystem::path list = {};
};

/// Images, what is in them, and the names of the labels; the first is the background.
struct LabelDataset {
  std::vector<LabelledImage> images;
  std::vector<LabelledImage> extra = {};  ///< To learn from; none of `images`.
  std::vector<std::string> classes;
  std::vector<std::string> problems = {};  ///< These three as in `ImageLabels`.
  std::vector<std::string> warnings = {};
  std::vector<std::string> notes = {};
};

/// Throws `UsageError` for names that don't go together, and `Error` naming the file for an image
/// that is not there or a class without a name.
LabelDataset ReadLabelDataset(const LabelSource& source);

/// The classes that are in some image, extra ones too, with their groups of the classifier's
/// classes.
std::vector<LabelClass> ResolveLabelClasses(const LabelDataset& dataset, const Recipe& recipe,
                                            const Classifier& classifier);

/// By path of the image, extra ones too: indices of the classes in it, ascending.
using PresentClasses = std::map<std::filesystem::path, std::vector<int>>;
PresentClasses FindPresentClasses(const LabelDataset& dataset,
                                  const std::vector<LabelClass>& classes);

/// Tells apart what is to be labelled and learned from: the same for the same images elsewhere.
std::string DigestOf(const LabelDataset& dataset, const std::vector<LabelClass>& classes);

}  // namespace gradcut
