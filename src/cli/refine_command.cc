#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/companion_finder.h"
#include "cli/examples.h"
#include "cli/refine_maps.h"
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

#include <atomic>
#include <chrono>
#include <memory>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct RefineOptions {
  Channels channels = Channels::kBackgroundFirst;
  HeatPriorOptions prior;
  PriorCutOptions cut;
  RenderOptions render;
};

void Describe(RefineOptions& o, OptionList& list) {
  list.Choice("maps.channels", o.channels,
              {{"background-first", Channels::kBackgroundFirst}, {"classes", Channels::kClasses}},
              "the first channel of an array of several is the background, or class 1 like that of "
              "a dict");
  Describe(o.prior, list);
  Describe(o.cut, list);
  DescribeCutout(o.render, list);
}

struct RefineFlags {
  BatchFlags batch;
  std::string images;
  std::string heat_maps;
  std::string config;
  StageTexts stages;
  StageTexts short_options;
};

// Class indices, or 0 and 255 for an object of no class.
cv::Mat LabelsOf(const PriorCut& cut, const RefineMaps& maps) {
  if (!maps.has_classes) return cut.labels * kMaskForeground;
  cv::Mat table = cv::Mat::zeros(1, 256, CV_8UC1), labels;
  for (std::size_t c = 0; c < maps.classes.size(); ++c)
    table.at<std::uint8_t>(0, static_cast<int>(c) + 1) = static_cast<std::uint8_t>(maps.classes[c]);
  cv::LUT(cut.labels, table, labels);
  return labels;
}

std::vector<std::uint8_t> Encode(OutputKind kind, const cv::Mat& photo, const RefineMaps& maps,
                                 const PriorCut& cut, const cv::Mat& labels,
                                 const RenderOptions& render) {
  const std::span<const cv::Mat> foreground = std::span(cut.probabilities).subspan(1);
  switch (kind) {
    case OutputKind::kMask:
      return maps.has_classes ? EncodeIndexedPng(labels, VocPalette()) : EncodePng(labels);
    case OutputKind::kProbability:
      return maps.has_classes ? EncodeChannels(cut.probabilities) : EncodeNpy(foreground[0]);
    case OutputKind::kOverlay:
      return EncodeJpeg(Overlay(OverWhite(photo), labels != 0), kOverlayQuality);
    case OutputKind::kCutout:
      return EncodePng(Cutout(photo, labels != 0, render));
    case OutputKind::kCam: {
      std::vector<int> keys;
      for (const int index : maps.classes) keys.push_back(index - 1);
      if (!maps.has_classes) keys = {0};
      return EncodeKeyedMaps(keys, foreground);
    }
    default:
      throw std::logic_error("not an output of this command");
  }
}

nlohmann::json ClassesToJson(const cv::Mat& labels, const RefineMaps& maps) {
  nlohmann::json list = nlohmann::json::array();
  for (const int index : maps.classes)
    list.push_back({{"index", index},
                    {"area", static_cast<double>(cv::countNonZero(labels == index)) /
                                 static_cast<double>(labels.total())}});
  return list;
}

// An image that shows no class is background.
PriorCut CutMaps(const cv::Mat& image, const RefineMaps& maps, const RefineOptions& options) {
  if (maps.maps.empty())
    return {cv::Mat::zeros(image.size(), CV_8UC1), {cv::Mat::ones(image.size(), CV_32FC1)}, 1};
  return CutByPriors(image, HeatLogOdds(maps.maps, maps.background, options.prior), options.cut);
}

Product Refine(const cv::Mat& photo, const fs::path& input, const fs::path& heat_map,
               const RefineOptions& options, const ImageReadOptions& read,
               const std::vector<OutputKind>& kinds) {
  Product product;
  Clock::time_point start = Clock::now();
  const auto ended = [&](const char* stage) {
    const std::chrono::duration<double, std::milli> taken = Clock::now() - start;
    product.milliseconds.emplace_back(stage, taken.count());
    start = Clock::now();
  };
  const RefineMaps maps = ReadRefineMaps(heat_map, options.channels, photo.size(), input, read);
  ended("read maps");
  const PriorCut cut = CutMaps(OverWhite(photo), maps, options);
  const cv::Mat labels = LabelsOf(cut, maps);
  ended("cut");
  for (const OutputKind kind : kinds)
    product.files.push_back({kind, Encode(kind, photo, maps, cut, labels, options.render)});
  ended("encode");
  product.entry["heatmap"] = heat_map.string();
  product.entry["classes"] = ClassesToJson(labels, maps);
  product.entry["area"] =
      static_cast<double>(cv::countNonZero(labels)) / static_cast<double>(labels.total());
  product.entry["confidence"] = cut.confidence;
  if (maps.turned) product.entry["turned"] = true;
  if (!maps.note.empty()) product.entry["note"] = maps.note;
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
  return AsUsage("", [&] {
    RefineOptions options, scratch;
    OptionList list, scratch_list;
    Describe(options, list);
    Describe(scratch, scratch_list);
    StageTexts texts = StageOptions(flags.stages, flags.short_options);
    ReadConfigInto(texts, flags.config, scratch_list);
    SetStages(texts, list);
    return options;
  });
}

const std::vector<OutputKind> kKinds = {OutputKind::kMask, OutputKind::kProbability,
                                        OutputKind::kOverlay, OutputKind::kCutout,
                                        OutputKind::kCam};

void SayTurned(std::size_t count, const BatchFlags& flags) {
  if (count == 0) return;
  Console(flags.effective_log_level())
      .Warning(fmt::format("{} heat map{} of photos as their files hold them, before EXIF turns "
                           "them: turned with the photos (`turned` in the manifest)",
                           count, count == 1 ? " is" : "s are"));
}

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
  std::atomic<std::size_t> turned = 0;
  const BatchJob job = {
      .outputs = kinds,
      .recipe = StagesToJson(list),
      .made_by = {{"version", kVersion},
                  {"command", "refine"},
                  {"heatmaps", CanonicalPath(flags.heat_maps).string()}},
      .companion = [&](const fs::path& input) { return finder.Find(input); },
      .process =
          [&](const cv::Mat& photo, const fs::path& input) {
            const fs::path heat_map = finder.Find(input);
            Require(!heat_map.empty(),
                    "{}: has no heat map in {} (a grey image, or .npy as of gradcut saliency "
                    "--save probability)",
                    Printable(input), Printable(flags.heat_maps));
            Product product = Refine(photo, input, heat_map, options, batch.read, kinds);
            if (product.entry.contains("turned")) ++turned;
            return product;
          }};
  const ExitStatus status = RunBatch(batch, job);
  SayTurned(turned, batch);
  return finder.Closing(status);
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
          ".npy array (rows x columns, or channels first), or .npy dict of IRN, PSA, CLIP-ES or "
          "PuzzleCAM; values in [0, 1]; a map of another size is stretched over the upright image, "
          "and one with the sides of the file before EXIF turns it is turned too (half turns and "
          "square photos cannot be told)")
      ->option_text(" ")
      ->required();
  AddOutputFlags(refine, flags->batch, kKinds);
  AddConfigFlag(refine, flags->config);
  RefineOptions defaults;
  OptionList list;
  Describe(defaults, list);
  AddStageFlags(refine, list, flags->stages);
  AddShortFlags(refine, list, flags->short_options);
  AddExamples(refine, {"gradcut refine photos numbers -o refined"});
  refine.callback([flags, &status] { status = Run(*flags); });
}

}  // namespace gradcut
