#include "gradcut/workflow/label_dataset.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/labels/class_groups.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/storage/text.h"
#include "workflow/extra_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <utility>

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

void CheckNames(const LabelSource& source) {
  if (source.labels.empty() && (source.devkit.empty() || !HasImageLabels(source.devkit)))
    throw UsageError(fmt::format(
        "--labels is required: the classes of each image{}",
        source.devkit.empty()
            ? ""
            : "; " + Printable(source.devkit) + " holds neither Annotations/ nor ImageSets/Main/"));
  if (source.devkit.empty() == source.images.empty())
    throw UsageError("label needs a VOC devkit, or --images DIR with --classes FILE");
  if (!source.images.empty() && source.classes.empty())
    throw UsageError("--images: --classes FILE is required: one name a line, first the background");
}

// The images; what else was said of them goes to the data set.
std::vector<LabelledImage> Take(ImageLabels labels, LabelDataset& dataset) {
  const auto append = [](const std::vector<std::string>& lines, std::vector<std::string>& all) {
    all.insert(all.end(), lines.begin(), lines.end());
  };
  append(labels.problems, dataset.problems);
  append(labels.warnings, dataset.warnings);
  append(labels.notes, dataset.notes);
  return std::move(labels.images);
}

void CheckClasses(const std::vector<LabelledImage>& images, const fs::path& labels,
                  std::span<const std::string> known, const fs::path& classes) {
  for (const LabelledImage& image : images)
    for (const std::string& name : image.classes)
      Require(std::find(known.begin(), known.end(), name) != known.end(),
              "{}: '{}' has the class '{}', which is none of those {}", Printable(labels),
              Printable(image.name), Printable(name),
              classes.empty() ? "of PASCAL VOC; name others with --classes"
                              : "in " + Printable(classes));
}

// Those to label, and those to learn from.
std::vector<std::span<const LabelledImage>> AllOf(const LabelDataset& dataset) {
  return {dataset.images, dataset.extra};
}

}  // namespace

LabelDataset ReadLabelDataset(const LabelSource& source) {
  CheckNames(source);
  const fs::path images = source.images.empty() ? source.devkit / kPhotoFolder : source.images;
  Require(fs::is_directory(images), "{}: no such folder{}", Printable(images),
          source.images.empty() ? "; a VOC devkit has one" : "");
  LabelDataset dataset;
  dataset.classes = source.classes.empty() ? VocClasses() : ReadClasses(source.classes);
  const auto known = std::span<const std::string>(dataset.classes).subspan(1);
  const fs::path labels = source.labels.empty() ? source.devkit : source.labels;
  dataset.images = Take(
      ReadImageLabels(
          {.labels = labels, .images = images, .split = source.split, .list = source.list}, known),
      dataset);
  CheckClasses(dataset.images, labels, known, source.classes);
  dataset.extra =
      Take(ReadExtraImages(source.extra, source.extra_images, dataset.images, known), dataset);
  CheckClasses(dataset.extra, source.extra, known, source.classes);
  return dataset;
}

std::vector<LabelClass> ResolveLabelClasses(const LabelDataset& dataset, const Recipe& recipe,
                                            const Classifier& classifier) {
  const ClassGroups groups = GroupsFor(recipe, classifier.class_names());
  std::set<std::string> used;
  for (const auto& images : AllOf(dataset))
    for (const LabelledImage& image : images)
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
  for (const auto& images : AllOf(dataset))
    for (const LabelledImage& image : images) {
      std::vector<int>& list = present[image.path];
      for (const std::string& name : image.classes) list.push_back(index.at(name));
      std::sort(list.begin(), list.end());  // The order in the table decides nothing.
    }
  return present;
}

std::string DigestOf(const LabelDataset& dataset, const std::vector<LabelClass>& classes) {
  std::string text;
  for (const LabelClass& each : classes) {
    text += fmt::format("{}={}:", each.name, each.label);
    for (const int index : each.group) text += fmt::format("{},", index);
  }
  const PresentClasses present = FindPresentClasses(dataset, classes);
  const auto append = [&](const std::vector<LabelledImage>& images) {
    std::map<fs::path, fs::path> places;  // The same images elsewhere are the same.
    for (const LabelledImage& image : images)
      places[image.path] = fs::path(image.relative).replace_extension();
    for (const auto& [path, place] : places) {
      text += "\n" + place.generic_string();
      for (const int index : present.at(path)) text += fmt::format(" {}", index);
    }
  };
  append(dataset.images);
  if (!dataset.extra.empty()) text += "\n";  // An empty line, which no image has.
  append(dataset.extra);
  return Sha256(std::as_bytes(std::span(text)));
}

}  // namespace gradcut
