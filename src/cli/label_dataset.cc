#include "cli/label_dataset.h"

#include "cli/engine.h"
#include "cli/exit_status.h"
#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/io/sha256.h"
#include "gradcut/io/text.h"
#include "gradcut/labels/class_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVocClasses[] = {
    "background", "aeroplane", "bicycle",     "bird",  "boat",        "bottle", "bus",
    "car",        "cat",       "chair",       "cow",   "diningtable", "dog",    "horse",
    "motorbike",  "person",    "pottedplant", "sheep", "sofa",        "train",  "tvmonitor"};
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

Dataset ReadDataset(const DatasetFlags& flags) {
  if (flags.labels.empty())
    throw UsageError("--labels FILE is required: the classes of each image");
  if (flags.devkit.empty() == flags.images.empty())
    throw UsageError("label needs a VOC devkit, or --images DIR with --classes FILE");
  if (!flags.images.empty() && flags.classes.empty())
    throw UsageError("--images: --classes FILE is required: one name a line, first the background");
  const fs::path images =
      flags.images.empty() ? fs::path(flags.devkit) / "JPEGImages" : fs::path(flags.images);
  Require(fs::is_directory(images), "{}: no such folder{}", Printable(images),
          flags.images.empty() ? "; a VOC devkit has one" : "");
  Dataset dataset;
  dataset.classes = flags.classes.empty()
                        ? std::vector<std::string>(std::begin(kVocClasses), std::end(kVocClasses))
                        : ReadClasses(flags.classes);
  dataset.images = ReadImageLabels(flags.labels, images,
                                   std::span<const std::string>(dataset.classes).subspan(1));
  for (const LabelledImage& image : dataset.images)
    for (const std::string& name : image.classes)
      Require(std::find(dataset.classes.begin() + 1, dataset.classes.end(), name) !=
                  dataset.classes.end(),
              "{}: '{}' has the class '{}', which is none of those {}", Printable(flags.labels),
              Printable(image.name), Printable(name),
              flags.classes.empty() ? "of PASCAL VOC; name others with --classes"
                                    : "in " + Printable(flags.classes));
  return dataset;
}

std::vector<LabelClass> ResolveLabelClasses(const Dataset& dataset, const Recipe& recipe,
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

PresentClasses FindPresentClasses(const Dataset& dataset, const std::vector<LabelClass>& classes) {
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

std::string DigestOf(const Dataset& dataset, const std::vector<LabelClass>& classes) {
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
