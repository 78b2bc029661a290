#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/companion_finder.h"
#include "cli/examples.h"
#include "cli/stage_flags.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/version.h"
#include "gradcut/io/class_maps.h"
#include "gradcut/io/file.h"
#include "gradcut/io/npy.h"
#include "gradcut/priors/heat_prior.h"
#include "gradcut/segment/prior_cut.h"
#include "gradcut/segment/render.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What the channels of an array of several maps are.
enum class Channels { kBackgroundFirst, kClasses };

struct RefineOptions {
  Channels channels = Channels::kBackgroundFirst;
  HeatPriorOptions prior;
  PriorCutOptions cut;
};

void Describe(RefineOptions& o, OptionList& list) {
  list.Choice("maps.channels", o.channels,
              {{"background-first", Channels::kBackgroundFirst}, {"classes", Channels::kClasses}},
              "the first channel of an array of several is the background, or class 1 like that of "
              "a dict");
  Describe(o.prior, list);
  Describe(o.cut, list);
}

struct RefineFlags {
  BatchFlags batch;
  std::string images;
  std::string heat_maps;
  std::string config;
  StageTexts stages;
};

// The maps of one image, told apart.
struct Task {
  std::vector<int> classes;  // The class index of each map; empty: an object of no class.
  std::vector<cv::Mat> maps;
  cv::Mat background;  // Empty: there is no map of it.
};

Task TaskOf(ClassMaps read, Channels channels) {
  Task task;
  task.maps = std::move(read.maps);
  if (read.form == ClassMaps::Form::kObject) return task;
  const bool background_first =
      read.form == ClassMaps::Form::kChannels && channels == Channels::kBackgroundFirst;
  if (background_first) {
    task.background = task.maps.front();
    task.maps.erase(task.maps.begin());
    read.keys.pop_back();
  }
  for (const int key : read.keys) task.classes.push_back(key + 1);
  return task;
}

// A map without contrast tells nothing about where.
bool IsFlat(const Task& task) {
  double least = 0, largest = 0;
  for (const cv::Mat& map : task.maps) {
    cv::minMaxLoc(map, &least, &largest);
    if (largest - least > 1e-6) return false;
  }
  return true;
}

// Class indices, or 0 and 255 for an object of no class.
cv::Mat LabelsOf(const PriorCut& cut, const Task& task) {
  if (task.classes.empty()) return cut.labels * kMaskForeground;
  cv::Mat table = cv::Mat::zeros(1, 256, CV_8UC1), labels;
  for (std::size_t c = 0; c < task.classes.size(); ++c)
    table.at<std::uint8_t>(0, static_cast<int>(c) + 1) = static_cast<std::uint8_t>(task.classes[c]);
  cv::LUT(cut.labels, table, labels);
  return labels;
}

std::vector<std::uint8_t> Encode(OutputKind kind, const cv::Mat& image, const Task& task,
                                 const PriorCut& cut, const cv::Mat& labels) {
  const std::span<const cv::Mat> foreground = std::span(cut.probabilities).subspan(1);
  switch (kind) {
    case OutputKind::kMask:
      return task.classes.empty() ? EncodePng(labels) : EncodeIndexedPng(labels, VocPalette());
    case OutputKind::kProbability:
      return task.classes.empty() ? EncodeNpy(foreground[0]) : EncodeChannels(cut.probabilities);
    case OutputKind::kOverlay:
      return EncodeJpeg(Overlay(image, labels != 0), kOverlayQuality);
    case OutputKind::kCutout:
      return EncodePng(Cutout(image, labels != 0));
    case OutputKind::kCam: {
      std::vector<int> keys;
      for (const int index : task.classes) keys.push_back(index - 1);
      if (keys.empty()) keys = {0};
      return EncodeKeyedMaps(keys, foreground);
    }
    default:
      throw std::logic_error("not an output of this command");
  }
}

nlohmann::json ClassesToJson(const cv::Mat& labels, const Task& task) {
  nlohmann::json list = nlohmann::json::array();
  for (const int index : task.classes)
    list.push_back({{"index", index},
                    {"area", static_cast<double>(cv::countNonZero(labels == index)) /
                                 static_cast<double>(labels.total())}});
  return list;
}

Product Refine(const cv::Mat& image, const fs::path& heat_map, const RefineOptions& options,
               const ImageReadOptions& read, const std::vector<OutputKind>& kinds) {
  Product product;
  Clock::time_point start = Clock::now();
  const auto ended = [&](const char* stage) {
    const std::chrono::duration<double, std::milli> taken = Clock::now() - start;
    product.milliseconds.emplace_back(stage, taken.count());
    start = Clock::now();
  };
  const Task task = TaskOf(ReadClassMaps(heat_map, read), options.channels);
  ended("read maps");
  const std::vector<cv::Mat> log_odds = HeatLogOdds(task.maps, task.background, options.prior);
  const PriorCut cut = CutByPriors(image, log_odds, options.cut);
  const cv::Mat labels = LabelsOf(cut, task);
  ended("cut");
  for (const OutputKind kind : kinds)
    product.files.push_back({kind, Encode(kind, image, task, cut, labels)});
  ended("encode");
  product.entry["heatmap"] = heat_map.string();
  product.entry["classes"] = ClassesToJson(labels, task);
  product.entry["area"] =
      static_cast<double>(cv::countNonZero(labels)) / static_cast<double>(labels.total());
  product.entry["confidence"] = cut.confidence;
  if (IsFlat(task)) product.entry["note"] = "the heat map has no contrast";
  return product;
}

void ReadConfigInto(StageTexts& texts, const std::string& path, const OptionList& list) {
  if (path.empty()) return;
  const nlohmann::json config = ReadConfig(path);
  Require(config.is_object(), "{}: expected a table of options", Printable(path));
  StageTexts given;
  for (const auto& [stage, table] : config.items()) {
    try {
      Require(table.is_object(), "unknown key '{}' = {}, expected a table of stage options", stage,
              table.dump());
      ReadStage(stage, table, list, given);
    } catch (const Error& error) {
      Fail("{}: {}", Printable(path), Printable(error.what()));
    }
  }
  texts.insert(given.begin(), given.end());  // Flags go before it.
}

RefineOptions ResolveOptions(const RefineFlags& flags) {
  try {
    RefineOptions options, scratch;
    OptionList list, scratch_list;
    Describe(options, list);
    Describe(scratch, scratch_list);
    StageTexts texts = flags.stages;
    ReadConfigInto(texts, flags.config, scratch_list);
    SetStages(texts, list);
    return options;
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

const std::vector<OutputKind> kKinds = {OutputKind::kMask, OutputKind::kProbability,
                                        OutputKind::kOverlay, OutputKind::kCutout,
                                        OutputKind::kCam};

ExitStatus Run(const RefineFlags& flags) {
  BatchFlags batch = flags.batch;
  const fs::path photos_of_devkit = fs::path(flags.images) / "JPEGImages";
  batch.inputs = {fs::is_directory(photos_of_devkit) ? photos_of_devkit.string() : flags.images};
  const std::vector<OutputKind> kinds = ParseOutputs(batch.save, kKinds);
  CheckBatchFlags(batch, kinds);
  RefineOptions options = ResolveOptions(flags);
  OptionList list;
  Describe(options, list);
  const CompanionFinder finder(flags.heat_maps, PredictionKind::kHeatMaps, batch);
  const BatchJob job = {
      .outputs = kinds,
      .recipe = StagesToJson(list),
      .made_by = {{"version", kVersion},
                  {"command", "refine"},
                  {"heatmaps", CanonicalPath(flags.heat_maps).string()}},
      .companion = [&](const fs::path& input) { return finder.Find(input); },
      .process =
          [&](const cv::Mat& image, const fs::path& input) {
            const fs::path heat_map = finder.Find(input);
            Require(!heat_map.empty(),
                    "{}: has no heat map in {} (a grey image, or .npy as of gradcut saliency "
                    "--save probability)",
                    Printable(input), Printable(flags.heat_maps));
            return Refine(image, heat_map, options, batch.read, kinds);
          }};
  return finder.Closing(RunBatch(batch, job));
}

}  // namespace

void AddRefineCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<RefineFlags>();
  flags->batch.save = {std::string(OutputName(kKinds.front()))};
  CLI::App& refine = *app.add_subcommand(
      "refine", "refine heat maps or probabilities of any method into masks that follow the image");
  refine
      .add_option("IMAGES", flags->images,
                  "image, folder (searched recursively), VOC devkit, @list.txt, or - (image on "
                  "stdin, result on stdout)")
      ->option_text(" ")
      ->required();
  refine
      .add_option(
          "HEATMAPS", flags->heat_maps,
          "folder with a heat map for each image, by path and stem, or one file: grey image, "
          ".npy array (rows x columns, or channels first), or .npy dict of IRN or PSA; "
          "values in [0, 1]; a map of another size is stretched over the image")
      ->option_text(" ")
      ->required();
  AddOutputFlags(refine, flags->batch, kKinds);
  AddConfigFlag(refine, flags->config);
  RefineOptions defaults;
  OptionList list;
  Describe(defaults, list);
  AddStageFlags(refine, list, flags->stages);
  AddExamples(refine, {"gradcut refine photos numbers -o refined"});
  refine.callback([flags, &status] { status = Run(*flags); });
}

}  // namespace gradcut
