#include "gradcut/workflow/refine.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/core/version.h"
#include "gradcut/dataset/class_maps.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/image/image_io.h"
#include "gradcut/options/option_texts.h"
#include "gradcut/render/cutout.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "gradcut/workflow/kinds.h"
#include "run/companion_finder.h"
#include "storage/attempt.h"
#include "workflow/photo_hints.h"
#include "workflow/refine_maps.h"

#include <fmt/format.h>

#include <atomic>
#include <opencv2/core.hpp>
#include <optional>
#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// Class indices, or 0 and 255 for an object of no class.
cv::Mat LabelsOf(const PriorCut& cut, const ImageMaps& maps) {
  if (!maps.has_classes) return cut.labels * kMaskForeground;
  cv::Mat table = cv::Mat::zeros(1, 256, CV_8UC1), labels;
  for (std::size_t c = 0; c < maps.classes.size(); ++c)
    table.at<std::uint8_t>(0, static_cast<int>(c) + 1) = static_cast<std::uint8_t>(maps.classes[c]);
  cv::LUT(cut.labels, table, labels);
  return labels;
}

std::vector<std::uint8_t> Encode(OutputKind kind, const cv::Mat& photo, const ImageMaps& maps,
                                 const PriorCut& cut, const cv::Mat& labels,
                                 const CutoutMaker& cutouts) {
  const std::span<const cv::Mat> foreground = std::span(cut.probabilities).subspan(1);
  switch (kind) {
    case OutputKind::kMask:
      return maps.has_classes ? EncodeIndexedPng(labels, VocPalette()) : EncodePng(labels);
    case OutputKind::kProbability:
      return maps.has_classes ? EncodeChannels(cut.probabilities) : EncodeNpy(foreground[0]);
    case OutputKind::kOverlay:
      return EncodeJpeg(Overlay(OverWhite(photo), labels != 0), kOverlayQuality);
    case OutputKind::kCutout:
    case OutputKind::kCutoutWebp:
    case OutputKind::kCutoutJpeg:
      return cutouts.Encode(photo, labels != 0);
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

nlohmann::json ClassesToJson(const cv::Mat& labels, const ImageMaps& maps) {
  nlohmann::json list = nlohmann::json::array();
  for (const int index : maps.classes)
    list.push_back({{"index", index},
                    {"area", static_cast<double>(cv::countNonZero(labels == index)) /
                                 static_cast<double>(labels.total())}});
  return list;
}

// An image that shows no class is background.
PriorCut CutMaps(const cv::Mat& image, const ImageMaps& maps, const RefineSettings& options,
                 const Hints& hints) {
  if (maps.maps.empty())
    return {cv::Mat::zeros(image.size(), CV_8UC1), {cv::Mat::ones(image.size(), CV_32FC1)}, 1};
  return CutByPriors(image, HeatLogOdds(maps.maps, maps.background, options.prior), options.cut,
                     hints);
}

Product Refine(const cv::Mat& photo, const PhotoSource& source, const fs::path& heat_map,
               const RefineSettings& options, const CutoutMaker& cutouts, const Hints& hints,
               const ImageReadOptions& read, const std::vector<OutputKind>& kinds) {
  Product product;
  Stopwatch watch;
  const auto ended = [&](const char* stage) {
    product.milliseconds.emplace_back(stage, watch.Lap());
  };
  const ImageMaps maps = ReadImageMaps(heat_map, options.channels, photo.size(), source, read);
  ended("read maps");
  const PriorCut cut =
      Naming(source.path, [&] { return CutMaps(OverWhite(photo), maps, options, hints); });
  const cv::Mat labels = LabelsOf(cut, maps);
  ended("cut");
  for (const OutputKind kind : kinds)
    product.files.push_back({kind, Encode(kind, photo, maps, cut, labels, cutouts)});
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

void SayTurned(std::size_t count, const RunControl& control) {
  if (count == 0) return;
  control.Warning(
      fmt::format("{} heat map{} of photos as their files hold them, before EXIF turns "
                  "them: turned with the photos (`turned` in the manifest)",
                  count, count == 1 ? " is" : "s are"));
}

}  // namespace

void Describe(RefineSettings& o, OptionList& list) {
  list.Choice("maps.channels", o.channels,
              {{"background-first", Channels::kBackgroundFirst}, {"classes", Channels::kClasses}},
              "the first channel of an array of several is the background, or class 1 like that of "
              "a dict");
  Describe(o.prior, list);
  Describe(o.cut, list);
  DescribeCutout(o.render, list);
}

BatchSummary RefineMaps(const RefineOptions& options, const RunControl& control) {
  BatchOptions batch = options.batch;
  for (std::string& input : batch.inputs) input = PhotosOf(input).string();
  RefineSettings settings = options.settings;
  const std::vector<OutputKind> save = WithCutoutFormat(options.save, settings.render.format);
  CheckBatch(batch, save);
  OptionList list;
  Describe(settings, list);
  ValidateOptions(list);
  const CutoutMaker cutouts(settings.render, batch.read);
  const CompanionFinder finder(options.heat_maps, PredictionKind::kHeatMaps, batch, control);
  std::atomic<std::size_t> turned = 0;
  std::optional<PhotoHints> hints;
  if (!options.hints.empty()) hints.emplace(options.hints, HintImages::kTrimap, batch, control);
  BatchJob job = {
      .outputs = save,
      .recipe = OptionsToJson(list),
      .made_by = {{"version", kVersion},
                  {"commit", kCommit},
                  {"command", "refine"},
                  {"heatmaps", CanonicalPath(options.heat_maps).string()}},
      .companion = [&](const fs::path& input) { return finder.Find(input); },
      .process =
          [&](const cv::Mat& photo, const PhotoSource& source) {
            const fs::path heat_map = finder.Find(source.path);
            Require(!heat_map.empty(),
                    "{}: has no heat map in {} (a grey image, or .npy as of gradcut saliency "
                    "--save probability)",
                    Printable(source.path), Printable(options.heat_maps));
            const Hints told = hints ? hints->Find(source, photo.size()) : Hints();
            Product product =
                Refine(photo, source, heat_map, settings, cutouts, told, batch.read, save);
            if (product.entry.contains("turned")) ++turned;
            return product;
          }};
  cutouts.AddOrigin(job.made_by);
  if (hints) job.digest = [&](const fs::path& input) { return hints->Digest(input); };
  if (hints) job.given["hints"] = hints->paths();
  BatchSummary summary = RunBatch(batch, job, control);
  SayTurned(turned, control);
  summary.problems = finder.problems();
  return summary;
}

}  // namespace gradcut
