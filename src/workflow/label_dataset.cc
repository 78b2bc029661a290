#include "gradcut/workflow/label_dataset.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/labels/class_groups.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxClasses = 255;  // Labels are bytes, and 255 is "unsure".

std::vector<std::string> ReadClasses(const fs::path& file) {
  std::vector<std::string> classes = ReadLines(file);
  while (!classes.empty() && classes.back().empty()) classes.pop_back();
  Require(classes.size() >= 2 && classes.size() <= kMaxClasses,
          "{}: {} classes, expected 2 to {}, one a line, the first one the background",
          Printable(file), classes.size(), kMaxClasses);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < classes.size(); ++i)
    Require(!classes[i].empty() && seen.insert(classes[i]).second,
            "{}:{}: '{}': a class needs a name of its own", Printable(file), i + 1,
            Printable(classes[i]));
  return classes;
}

}  // namespace

LabelDataset ReadLabelDataset(const LabelSource& source) {
  if (source.labels.empty())
    throw UsageError("--labels FILE is required: the classes of each image");
  if (source.devkit.empty() == source.images.empty())
    throw UsageError("label needs a VOC devkit, or --images DIR with --classes FILE");
  if (!source.images.empty() && source.classes.empty())
    throw UsageError("--images: --classes FILE is required: one name a line, first the background");
  const fs::path images = source.images.empty() ? source.devkit / kPhotoFolder : source.images;
  Require(fs::is_directory(images), "{}: no such folder{}", Printable(images),
          source.images.empty() ? "; a VOC devkit has one" : "");
  LabelDataset dataset;
  dataset.classes = source.classes.empty() ? VocClasses() : ReadClasses(source.classes);
  dataset.images = ReadImageLabels(source.labels, images,
                                   std::span<const std::string>(dataset.classes).subspan(1));
  for (const LabelledImage& image : dataset.images)
    for (const std::string& name : image.classes)
      Require(std::find(dataset.classes.begin() + 1, dataset.classes.end(), name) !=
                  dataset.classes.end(),
              "{}: '{}' has the class '{}', which is none of those {}", Printable(source.labels),
              Printable(image.name), Printable(name),
              source.classes.empty() ? "of PASCAL VOC; name others with --classes"
                                     : "in " + Printable(source.classes));
  return dataset;
}

std::vector<LabelClass> ResolveLabelClasses(const LabelDataset& dataset, const Recipe& recipe,
                                            const Classifier& classifier) {
  const ClassGroups groups = GroupsFor(recipe, classifier.class_names());
  std::set<std::string> used;
  for (const LabelledImage& image : dataset.images)
    used.insert(image.classes.begin(), image.classes.end());
  std::vector<LabelClass> classes;
  for (std::size_t i = 1; i < dataset.classes.size(); ++i)
    if (used.contains(dataset.classes[i]))
      classes.push_back({dataset.classes[i], static_cast<int>(i),
                         GroupOf(dataset.classes[i], groups, classifier.class_names())});
  return classes;
}

PresentClasses FindPresentClasses(const LabelDataset& dataset,
                                  const std::vector<LabelClass>& classes) {
  std::map<std::string, int> index;
  for (std::size_t i = 0; i < classes.size(); ++i) index[classes[i].name] = static_cast<int>(i);
  PresentClasses present;
  for (const LabelledImage& image : dataset.images) {
    std::vector<int>& list = present[image.path];
    for (const std::string& name : image.classes) list.push_back(index.at(name));
    std::sort(list.begin(), list.end());  // The order in the table decides nothing.
  }
  return present;
}

std::string DigestOf(const LabelDataset& dataset, const std::vector<LabelClass>& classes) {
  std::map<fs::path, fs::path> places;  // The same images elsewhere are the same.
  for (const LabelledImage& image : dataset.images)
    places[image.path] = fs::path(image.relative).replace_extension();
  std::string text;
  for (const LabelClass& each : classes) {
    text += fmt::format("{}={}:", each.name, each.label);
    for (const int index : each.group) text += fmt::format("{},", index);
  }
  for (const auto& [path, list] : FindPresentClasses(dataset, classes)) {
    text += "\n" + places.at(path).generic_string();
    for (const int index : list) text += fmt::format(" {}", index);
  }
  return Sha256(std::as_bytes(std::span(text)));
}

}  // namespace gradcut
