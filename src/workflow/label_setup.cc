#include "workflow/label_setup.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/class_maps.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/certainty.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

LabelSetup::LabelSetup(const LabelOptions& options) : options_(options) {
  const Recipe& recipe = options_.recipe;
  if (options_.certainty.unsure > options_.certainty.confident)
    throw UsageError(fmt::format("--unsure {} must be at most --confident {}",
                                 options_.certainty.unsure, options_.certainty.confident));
  if (!recipe.classes.empty())
    throw UsageError("label: takes classes from --labels; leave out class");
  if (recipe.options.location.slope == 0)
    throw UsageError(fmt::format(
        "label: --preset {} has location.slope 0; give more, or take fast or best, which have",
        recipe.preset));
  dataset_ = ReadLabelDataset(options_.dataset);
  // The head stands beside the classifier's own classes here, not in their place.
  Recipe plain = recipe;
  plain.head = "none";
  classifier_ = LoadClassifier(plain);
  if (recipe.head != "none") head_ = std::make_shared<LinearHead>(ReadHead(recipe.head));
  classes_ = ResolveLabelClasses(dataset_, recipe, *classifier_);
  objectness_ = LoadObjectness(recipe, classifier_->info());
  Make(nullptr);  // Checks that all fits before anything is made.
  present_ = FindPresentClasses(dataset_, classes_);
  made_by_ = MadeBy("label", recipe, classifier_->info(), objectness_.get());
  made_by_["labels_sha256"] = DigestOf(dataset_, classes_);
  if (head_ != nullptr)
    made_by_["head_sha256"] = Classifier::WithHead(classifier_, *head_)->info().sha256;
  made_by_["rounds"] = options_.rounds;
  made_by_["confident"] = options_.certainty.confident;
  made_by_["unsure"] = options_.certainty.unsure;
}

Labeller LabelSetup::Make(std::shared_ptr<const LabelModel> model) const {
  return Labeller(classifier_, options_.recipe.options, objectness_, head_, classes_,
                  std::move(model));
}

Labeller LabelSetup::Learn(const ImageReadOptions& read, const RunControl& control) const {
  const std::string origin = recipe().dump() + made_by_.dump();
  const RoundsFolder rounds = {fs::path(options_.batch.output) / "rounds",
                               Sha256(std::as_bytes(std::span(origin))),
                               options_.batch.existing != Existing::kOverwrite};
  const auto make = [this](std::shared_ptr<const LabelModel> model) {
    return Make(std::move(model));
  };
  return Make(LearnInRounds(options_.rounds, present_, classes_, make, rounds, options_.recipe.seed,
                            read, control));
}

Segmenter LabelSetup::MakeSegmenter() const {
  return Segmenter(classifier_, options_.recipe.options, objectness_);
}

Product LabelProduct(const LabelMap& map, const CertaintyOptions& certainty,
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

LabelRun LabelRunOf(const LabelOptions& options, const LabelDataset& dataset) {
  LabelRun run = {options.batch.output, dataset.classes, {}, options.min_confidence};
  for (const LabelledImage& image : dataset.images)
    run.images.push_back({image.path, image.relative});
  return run;
}

nlohmann::json GivenToLabel(const LabelOptions& options) {
  const auto absolute = [](const fs::path& path) {
    return path.empty() ? std::string() : CanonicalPath(path).string();
  };
  nlohmann::json exports = nlohmann::json::array();
  for (const LabelExport format : options.exports) exports.push_back(LabelExportName(format));
  return {{"dataset",
           {{"devkit", absolute(options.dataset.devkit)},
            {"images", absolute(options.dataset.images)},
            {"labels", absolute(options.dataset.labels)},
            {"classes", absolute(options.dataset.classes)}}},
          {"exports", exports},
          {"min_confidence", options.min_confidence}};
}

LabelOptions LabelOptionsOf(const fs::path& folder, const fs::path& run_file,
                            const nlohmann::json& run) {
  try {
    const nlohmann::json &given = run.at("given"), &made_by = run.at("made_by");
    const nlohmann::json& dataset = given.at("dataset");
    LabelOptions options;
    options.dataset = {
        dataset.at("devkit").get<std::string>(), dataset.at("images").get<std::string>(),
        dataset.at("labels").get<std::string>(), dataset.at("classes").get<std::string>()};
    options.batch.output = folder.string();
    options.recipe = Recipe::Load(run_file);
    options.certainty = {made_by.at("confident"), made_by.at("unsure")};
    options.rounds = made_by.at("rounds");
    options.min_confidence = given.at("min_confidence");
    options.exports = ParseLabelExports(given.at("exports").get<std::vector<std::string>>());
    return options;
  } catch (const nlohmann::json::exception&) {
    Fail("{}: does not tell what the run was given; label the images anew", Printable(run_file));
  }
}

}  // namespace gradcut
