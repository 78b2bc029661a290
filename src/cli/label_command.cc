#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/engine.h"
#include "cli/examples.h"
#include "cli/label_exports.h"
#include "cli/label_rounds.h"
#include "cli/manifest.h"
#include "cli/run_folder.h"
#include "gradcut/core/image.h"
#include "gradcut/io/file.h"
#include "gradcut/io/sha256.h"
#include "gradcut/labels/class_groups.h"
#include "gradcut/labels/image_labels.h"
#include "gradcut/labels/labeller.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <opencv2/core.hpp>
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

struct LabelFlags {
  BatchFlags batch;
  RecipeFlags recipe;
  std::string dataset, images, labels, classes;
  CertaintyOptions certainty;
  double min_confidence = 0;
  std::vector<std::string> exports;
  int rounds = 2;
};

// Images, what is in them, and the names of the labels; the first is the background.
struct Dataset {
  std::vector<LabelledImage> images;
  std::vector<std::string> classes;
};

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

Dataset ReadDataset(const LabelFlags& flags) {
  if (flags.labels.empty())
    throw UsageError("--labels FILE is required: the classes of each image");
  if (flags.dataset.empty() == flags.images.empty())
    throw UsageError("label needs a VOC devkit, or --images DIR with --classes FILE");
  if (!flags.images.empty() && flags.classes.empty())
    throw UsageError("--images: --classes FILE is required: one name a line, first the background");
  const fs::path images =
      flags.images.empty() ? fs::path(flags.dataset) / "JPEGImages" : fs::path(flags.images);
  Require(fs::is_directory(images), "{}: no such folder{}", Printable(images),
          flags.images.empty() ? "; a VOC devkit has one" : "");
  Dataset dataset;
  dataset.images = ReadImageLabels(flags.labels, images);
  dataset.classes = flags.classes.empty()
                        ? std::vector<std::string>(std::begin(kVocClasses), std::end(kVocClasses))
                        : ReadClasses(flags.classes);
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

// The classes that are in some image, with their groups.
std::vector<LabelClass> ResolveLabelClasses(const Dataset& dataset, const Recipe& recipe,
                                            const Classifier& classifier) {
  const ClassGroups groups = GroupsFor(recipe, classifier);
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

std::map<fs::path, std::vector<int>> PresentClasses(const Dataset& dataset,
                                                    const std::vector<LabelClass>& classes) {
  std::map<std::string, int> index;
  for (std::size_t i = 0; i < classes.size(); ++i) index[classes[i].name] = static_cast<int>(i);
  std::map<fs::path, std::vector<int>> present;
  for (const LabelledImage& image : dataset.images) {
    std::vector<int>& list = present[image.path];
    for (const std::string& name : image.classes) list.push_back(index.at(name));
    std::sort(list.begin(), list.end());  // The order in the table decides nothing.
  }
  return present;
}

Product MakeLabels(const Labeller& labeller, const std::vector<int>& present,
                   const CertaintyOptions& certainty, const cv::Mat& image) {
  const LabelMap map = labeller.Label(image, present);
  const cv::Mat labels = WithoutUnsure(map, certainty);
  Product product;
  product.files.push_back({OutputKind::kLabels, EncodeIndexedPng(labels, VocPalette())});
  product.milliseconds = map.milliseconds;
  product.entry["classes"] = nlohmann::json::array();
  for (const LabelledObject& object : map.objects)
    product.entry["classes"].push_back({{"index", object.label},
                                        {"name", object.name},
                                        {"area", object.area},
                                        {"confidence", object.confidence}});
  product.entry["confidence"] = map.confidence;
  product.entry["labelled"] =
      static_cast<double>(cv::countNonZero(labels != kVoid)) / static_cast<double>(labels.total());
  return product;
}

// The images to train on, as the devkit's ImageSets have them: those labelled with enough
// confidence, by their names below the folder of the labels.
std::size_t WriteTrainingList(const fs::path& folder, double min_confidence) {
  std::string list;
  std::size_t kept = 0;
  std::ifstream manifest(folder / "manifest.jsonl");
  for (std::string line; std::getline(manifest, line);) {
    const nlohmann::json entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_object() || entry.value("status", "failed") == "failed") continue;
    const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
    if (!confidence.is_number() || confidence.get<double>() < min_confidence) continue;
    list += fs::path(entry.at("output").get<std::string>())
                .lexically_relative("SegmentationClass")
                .replace_extension()
                .string() +
            "\n";
    ++kept;
  }
  WriteFileAtomically(folder / "train.txt", list);
  return kept;
}

std::string DigestOf(const std::map<fs::path, std::vector<int>>& present,
                     const std::vector<LabelClass>& classes) {
  std::string text;
  for (const LabelClass& each : classes) {
    text += fmt::format("{}={}:", each.name, each.label);
    for (const int index : each.group) text += fmt::format("{},", index);
  }
  for (const auto& [path, list] : present) {
    text += "\n" + path.stem().string();  // The same images elsewhere are the same.
    for (const int index : list) text += fmt::format(" {}", index);
  }
  return Sha256(std::as_bytes(std::span(text)));
}

ExitStatus Run(LabelFlags& flags) {
  if (flags.batch.output.empty()) throw UsageError("-o DIR is required");
  if (flags.certainty.unsure > flags.certainty.confident)
    throw UsageError(fmt::format("--unsure {} must be at most --confident {}",
                                 flags.certainty.unsure, flags.certainty.confident));
  const std::vector<LabelExport> exports = ParseLabelExports(flags.exports);
  Recipe recipe = ResolveRecipe(flags.recipe);
  if (!recipe.classes.empty()) throw UsageError("label: takes classes from --labels, not --class");
  const Dataset dataset = ReadDataset(flags);
  // The head stands beside the classifier's own classes here, not in their place.
  Recipe plain = recipe;
  plain.head = "none";
  const auto classifier = LoadClassifier(plain);
  const auto head =
      recipe.head == "none" ? nullptr : std::make_shared<LinearHead>(ReadHead(recipe.head));
  const std::vector<LabelClass> classes = ResolveLabelClasses(dataset, recipe, *classifier);
  const auto objectness = LoadObjectness(recipe, classifier->info());
  const auto make = [&](std::shared_ptr<const LabelModel> model) {
    return Labeller(classifier, recipe.options, objectness, head, classes, std::move(model));
  };
  Labeller labeller = make(nullptr);  // Checks that all fits before anything is made.
  const auto present = PresentClasses(dataset, classes);
  for (const LabelledImage& image : dataset.images)
    flags.batch.inputs.push_back(image.path.string());

  nlohmann::json made_by = MadeBy("label", recipe, classifier->info(), objectness.get());
  made_by["labels_sha256"] = DigestOf(present, classes);
  if (head != nullptr)
    made_by["head_sha256"] = Classifier::WithHead(classifier, *head)->info().sha256;
  made_by["rounds"] = flags.rounds;
  made_by["confident"] = flags.certainty.confident;
  made_by["unsure"] = flags.certainty.unsure;
  const BatchJob job = {
      .outputs = {OutputKind::kLabels},
      .recipe = RecipeToJson(recipe),
      .made_by = made_by,
      .prepare =
          [&] {
            labeller = make(LearnInRounds(flags.rounds, present, classes, make, flags.batch));
          },
      .process =
          [&](const cv::Mat& image, const fs::path& input) {
            return MakeLabels(labeller, present.at(input), flags.certainty, image);
          }};
  const ExitStatus status = RunOnFiles(flags.batch, job);
  if (status == kExitInterrupted) return status;
  const fs::path folder = flags.batch.output;
  std::string names;
  for (const std::string& name : dataset.classes) names += name + "\n";
  WriteFileAtomically(folder / "classes.txt", names);
  ExportLabels(folder, dataset.classes, exports);
  const std::size_t kept = WriteTrainingList(folder, flags.min_confidence);
  Console(flags.batch.effective_log_level())
      .Info(fmt::format("{} of {} images are in {}", kept, dataset.images.size(),
                        Printable(folder / "train.txt")));
  return status;
}

}  // namespace

void AddLabelCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<LabelFlags>();
  CLI::App& label = *app.add_subcommand("label", "make class masks from image-level labels");
  label.add_option("DATASET", flags->dataset, "a PASCAL VOC devkit")->option_text("");
  label
      .add_option(
          "--labels", flags->labels,
          "table: a line an image, its stem or path, a tab, its classes separated by spaces")
      ->option_text("FILE");
  label.add_option("--images", flags->images, "folder of images, in place of a devkit")
      ->option_text("DIR");
  label
      .add_option("--classes", flags->classes,
                  "names of the labels, one a line, the first one the background (default: VOC's)")
      ->option_text("FILE");
  label
      .add_option("--confident", flags->certainty.confident,
                  "regions where no pixel's label is that probable become 255 (default 0.9)")
      ->option_text("P")
      ->check(CLI::Range(0.0, 1.0));
  label
      .add_option("--unsure", flags->certainty.unsure,
                  "pixels whose label is less probable become 255; 0 with --confident 0: every "
                  "pixel keeps its label (default 0.7)")
      ->option_text("P")
      ->check(CLI::Range(0.0, 1.0));
  label
      .add_option("--min-confidence", flags->min_confidence,
                  "images with less are left out of train.txt (default 0)")
      ->option_text("C")
      ->check(CLI::Range(0.0, 1.0));
  label
      .add_option(
          "--export", flags->exports,
          "formats to write besides the PNGs, separated by commas: coco (annotations.json), "
          "yolo (labels/NAME.txt) (default: none)")
      ->option_text("FORMATS")
      ->allow_extra_args(false);
  label
      .add_option("--rounds", flags->rounds,
                  "labels, and a model of the data set learned from them, alternating; 1: each "
                  "image by itself (default 2)")
      ->option_text("N")
      ->check(CLI::Range(1, 20));
  AddRunFlags(label, flags->batch);
  AddRecipeFlags(label, flags->recipe);
  AddExamples(label,
              {"gradcut label --images photos --labels labels.tsv --classes names.txt -o labelled",
               "gradcut label --images photos --labels labels.tsv --classes names.txt --head "
               "pets.safetensors -o with_head"});
  label.callback([flags, &status] { status = Run(*flags); });
}

}  // namespace gradcut
