#include "workflow/label_setup.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/random.h"
#include "gradcut/dataset/class_maps.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/certainty.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/storage/text.h"
#include "run/run_folder.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <span>
#include <utility>

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

// The networks that a recipe names, with commas between them.
std::vector<LabelNetwork> LoadNetworks(const Recipe& recipe) {
  std::vector<LabelNetwork> networks;
  const std::vector<Recipe> recipes = RecipeOfEach(recipe);
  for (Recipe own : recipes) {
    // It stands beside the classifier's own classes here, not in their place.
    const std::string head = std::exchange(own.head, "none");
    LabelNetwork& network = networks.emplace_back(LabelNetwork{LoadClassifier(own)});
    network.objectness = LoadObjectness(own, network.classifier->info());
    if (head != "none") network.head = std::make_shared<LinearHead>(ReadHead(head));
    Require(network.classifier->class_names().size() ==
                networks.front().classifier->class_names().size(),
            "{} and {} tell different classes: label takes networks of the same ones",
            Printable(recipes.front().classifier.model), Printable(own.classifier.model));
  }
  return networks;
}

std::string HeadDigest(const LabelNetwork& network) {
  return Classifier::WithHead(network.classifier, *network.head)->info().sha256;
}

nlohmann::json DigestsOf(const LabelNetwork& network) {
  nlohmann::json digests = NetworkDigests(network.classifier->info(), network.objectness.get());
  if (network.head != nullptr) digests["head_sha256"] = HeadDigest(network);
  return digests;
}

std::map<fs::path, LabelTeacher> TeachersOf(const PresentClasses& present,
                                            const std::vector<LabelledImage>& extra,
                                            std::uint64_t seed) {
  std::size_t count = 0;
  for (const auto& [path, classes] : present) count += classes.empty() ? 0 : 1;
  const std::vector<int> folds = DrawFolds(count, kLabelFolds, seed);
  std::map<fs::path, LabelTeacher> teachers;
  std::size_t next = 0;
  for (const auto& [path, classes] : present)
    teachers[path] = {path, classes, classes.empty() ? kUnseen : folds[next++]};
  for (const LabelledImage& image : extra) teachers.at(image.path).extra = true;
  return teachers;
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
  networks_ = LoadNetworks(recipe);
  classes_ = ResolveLabelClasses(dataset_, recipe, *classifier());
  Make(nullptr);  // Checks that all fits before anything is made.
  images_ = TeachersOf(FindPresentClasses(dataset_, classes_), dataset_.extra, recipe.seed);
  made_by_ = MadeBy("label", recipe, classifier()->info(), networks_.front().objectness.get());
  made_by_["labels_sha256"] = DigestOf(dataset_, classes_);
  if (networks_.front().head != nullptr) made_by_["head_sha256"] = HeadDigest(networks_.front());
  for (std::size_t n = 1; n < networks_.size(); ++n)
    made_by_["more_networks"].push_back(DigestsOf(networks_[n]));
  made_by_["rounds"] = options_.rounds;
  made_by_["confident"] = options_.certainty.confident;
  made_by_["unsure"] = options_.certainty.unsure;
  // Shards end at different times, and each removes its own.
  const auto& shard = options_.batch.shard;
  store_.emplace(
      fs::path(options_.batch.output) / "rounds" /
          (shard && shard->count > 1 ? fmt::format("evidence-{}-of-{}", shard->index, shard->count)
                                     : "evidence"),
      Origin());
}

std::string LabelSetup::Origin() const {
  return JsonText(WithoutFileNames({{"recipe", recipe()}, {"made_by", made_by_}}));
}

Labeller LabelSetup::Make(std::shared_ptr<const LabelModel> model) const {
  return Labeller(networks_, options_.recipe.options, classes_, std::move(model));
}

std::pair<Labeller, std::size_t> LabelSetup::Learn(const ImageReadOptions& read,
                                                   const RunControl& control) const {
  const std::string origin = Origin();
  const RoundsFolder rounds = {fs::path(options_.batch.output) / "rounds",
                               Sha256(std::as_bytes(std::span(origin))),
                               options_.batch.existing != Existing::kOverwrite};
  if (!rounds.use) store_->Remove();
  const auto make = [this](std::shared_ptr<const LabelModel> model) {
    return Make(std::move(model));
  };
  std::vector<LabelTeacher> teachers;
  for (const auto& [path, image] : images_)
    if (!image.present.empty()) teachers.push_back(image);
  const Learned learned = LearnInRounds(options_.rounds, teachers, make, *store_, rounds,
                                        options_.recipe.seed, read, control);
  return {Make(learned.model), learned.failed};
}

Segmenter LabelSetup::MakeSegmenter() const {
  const LabelNetwork& first = networks_.front();
  return Segmenter(first.classifier, options_.recipe.options, first.objectness);
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
            {"classes", absolute(options.dataset.classes)},
            {"extra", absolute(options.dataset.extra)},
            {"extra_images", absolute(options.dataset.extra_images)},
            {"split", options.dataset.split},
            {"list", absolute(options.dataset.list)}}},
          {"exports", exports},
          {"min_confidence", options.min_confidence}};
}

LabelOptions LabelOptionsOf(const fs::path& folder, const fs::path& run_file,
                            const nlohmann::json& run) {
  try {
    const nlohmann::json &given = run.at("given"), &made_by = run.at("made_by");
    const nlohmann::json& dataset = given.at("dataset");
    LabelOptions options;
    const auto text = [&](const char* key) { return dataset.at(key).get<std::string>(); };
    // Runs of earlier versions were not given the last four.
    const auto later = [&](const char* key) { return dataset.value(key, std::string()); };
    options.dataset = {text("devkit"), text("images"),        text("labels"), text("classes"),
                       later("extra"), later("extra_images"), later("split"), later("list")};
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
