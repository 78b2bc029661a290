#include "gradcut/workflow/label.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/class_maps.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/box_labels.h"
#include "gradcut/labels/certainty.h"
#include "gradcut/labels/labeller.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/segment/session.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/workflow/kinds.h"
#include "workflow/label_rounds.h"
#include "workflow/photo_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <optional>
#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The labels themselves come first, asked for or not: lists and exports are made from them.
std::vector<OutputKind> KindsToSave(std::vector<OutputKind> kinds) {
  std::erase(kinds, OutputKind::kLabels);
  kinds.insert(kinds.begin(), OutputKind::kLabels);
  return kinds;
}

std::vector<std::uint8_t> Encode(OutputKind kind, const LabelMap& map, const cv::Mat& labels) {
  switch (kind) {
    case OutputKind::kLabels:
      return EncodeIndexedPng(labels, VocPalette());
    case OutputKind::kIndex:
      return EncodePng(labels);
    case OutputKind::kProbability:
      return EncodeChannels(map.probabilities);
    case OutputKind::kCam: {
      std::vector<int> keys;  // Those of IRN leave the background out.
      for (const LabelledObject& object : map.objects) keys.push_back(object.label - 1);
      return EncodeKeyedMaps(keys, std::span(map.probabilities).subspan(1));
    }
    default:
      throw std::logic_error("not an output of this command");
  }
}

Product ProductOf(const LabelMap& map, const CertaintyOptions& certainty,
                  const std::vector<OutputKind>& kinds) {
  const cv::Mat labels = WithoutUnsure(map, certainty);
  Product product;
  for (const OutputKind kind : kinds) product.files.push_back({kind, Encode(kind, map, labels)});
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
  for (const nlohmann::json& entry : EntriesIn(folder / "manifest.jsonl")) {
    if (entry.value("status", "failed") == "failed") continue;
    const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
    if (!confidence.is_number() || confidence.get<double>() < min_confidence) continue;
    list += fs::path(entry.at("output").get<std::string>())
                .lexically_relative(kClassFolder)
                .replace_extension()
                .string() +
            "\n";
    ++kept;
  }
  WriteFileAtomically(folder / "train.txt", list);
  return kept;
}

// What is in the folder besides the files of each image.
std::vector<fs::path> SideFiles(const std::vector<LabelExport>& exports) {
  std::vector<fs::path> files = {"train.txt", "classes.txt", "rounds"};
  for (const LabelExport format : exports) {
    const bool coco = format == LabelExport::kCoco;
    for (const char* const name :
         coco ? std::vector{"annotations.json"} : std::vector{"data.yaml", "labels"})
      files.push_back(name);
  }
  return files;
}

}  // namespace

LabelSummary LabelImages(const LabelOptions& options, const RunControl& control) {
  const fs::path folder = options.batch.output;
  const Recipe& recipe = options.recipe;
  CheckOutputFolder(folder);
  if (options.certainty.unsure > options.certainty.confident)
    throw UsageError(fmt::format("--unsure {} must be at most --confident {}",
                                 options.certainty.unsure, options.certainty.confident));
  if (!recipe.classes.empty())
    throw UsageError("label: takes classes from --labels; leave out class");
  if (recipe.options.location.slope == 0)
    throw UsageError(fmt::format(
        "label: --preset {} has location.slope 0; give more, or take fast or best, which have",
        recipe.preset));
  const std::vector<OutputKind> kinds = KindsToSave(options.save);
  const LabelDataset dataset = ReadLabelDataset(options.dataset);
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
  const PresentClasses present = FindPresentClasses(dataset, classes);
  BatchOptions batch = options.batch;
  for (const LabelledImage& image : dataset.images) {
    batch.inputs.push_back(image.path.string());
    batch.files.push_back({image.path, image.relative});
  }

  nlohmann::json made_by = MadeBy("label", recipe, classifier->info(), objectness.get());
  made_by["labels_sha256"] = DigestOf(dataset, classes);
  if (head != nullptr)
    made_by["head_sha256"] = Classifier::WithHead(classifier, *head)->info().sha256;
  made_by["rounds"] = options.rounds;
  made_by["confident"] = options.certainty.confident;
  made_by["unsure"] = options.certainty.unsure;
  const nlohmann::json recipe_json = RecipeToJson(recipe);
  const std::string origin = recipe_json.dump() + made_by.dump();
  const RoundsFolder rounds = {folder / "rounds", Sha256(std::as_bytes(std::span(origin))),
                               options.batch.existing != Existing::kOverwrite};
  const auto learn = [&] {
    labeller = make(LearnInRounds(options.rounds, present, classes, make, rounds, recipe.seed,
                                  batch.read, control));
  };
  std::optional<PhotoHints> hints;
  std::optional<Segmenter> segmenter;  // For boxes.
  ClassesOfName classes_of;
  if (!options.hints.empty()) {
    hints.emplace(options.hints, HintImages::kClassIndices, batch, control);
    segmenter.emplace(classifier, recipe.options, objectness);
    classes_of = ClassFinder(recipe, *classifier);
  }
  const auto label = [&](const cv::Mat& photo, const fs::path& input) {
    const cv::Mat image = OverWhite(photo);
    const Hints told = hints ? hints->Find(input, image.size()) : Hints();
    const LabelMap map =
        told.boxes.empty() ? labeller.Label(image, present.at(input), told)
                           : LabelsOfBoxes(Session(*segmenter, image, {}, classes_of).Segment(told),
                                           dataset.classes);
    return ProductOf(map, options.certainty, kinds);
  };
  BatchJob job = {.outputs = kinds,
                  .recipe = recipe_json,
                  .made_by = made_by,
                  .prepare = learn,
                  .side_files = SideFiles(options.exports),
                  .process = label};
  if (hints) job.digest = [&](const fs::path& input) { return hints->Digest(input); };
  job.hints = options.hints;
  LabelSummary summary = {.batch = RunBatch(batch, job, control), .images = dataset.images.size()};
  if (summary.batch.interrupted) return summary;
  std::string names;
  for (const std::string& name : dataset.classes) names += name + "\n";
  WriteFileAtomically(folder / "classes.txt", names);
  ExportLabels({folder, dataset.classes, batch.files, options.min_confidence}, options.exports);
  summary.in_list = WriteTrainingList(folder, options.min_confidence);
  return summary;
}

}  // namespace gradcut
