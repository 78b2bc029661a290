#include "cli/explain.h"

#include "gradcut/core/image.h"
#include "gradcut/io/image_io.h"
#include "gradcut/saliency/adversarial.h"
#include "gradcut/segment/focus.h"
#include "gradcut/segment/render.h"
#include "gradcut/segment/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr int kClasses = 3;  // Shown when none is named.

// The indices of the best classes of an image.
std::vector<int> BestClasses(const Classifier& classifier, const cv::Mat& image) {
  const std::vector<float> logits = classifier.Logits(image);
  std::vector<int> indices(logits.size());
  std::iota(indices.begin(), indices.end(), 0);
  const auto count = std::min<std::ptrdiff_t>(kClasses, std::ssize(indices));
  const auto better = [&logits](int a, int b) {
    return logits[static_cast<std::size_t>(a)] > logits[static_cast<std::size_t>(b)];
  };
  std::partial_sort(indices.begin(), indices.begin() + count, indices.end(), better);
  indices.resize(static_cast<std::size_t>(count));
  return indices;
}

std::string Named(const ClassScore& each) {
  return fmt::format("{} ({:.1f} %)", each.name, 100 * each.score);
}

}  // namespace

Explained Explain(const PhotoTask& task) {
  const Segmenter& segmenter = task.segmenter;
  const std::vector<int>& classes = task.classes;
  const cv::Mat& image = task.image;
  const Segmentation whole = segmenter.Segment(image, classes);
  const std::vector<int> shown =
      classes.empty() ? BestClasses(segmenter.classifier(), image) : classes;
  Explained explained = {.entry = nlohmann::json::array()};
  std::vector<Panel> overlays = {{Overlay(image, whole.mask), {"the mask"}}};
  std::vector<Panel> maps = {{image, {"the photo"}}};
  for (const int index : shown) {
    const Segmentation found = segmenter.Locate(image, {index});
    const double diffuseness = Diffuseness(found.heat_map);
    const double inside = EnergyInside(found.heat_map, whole.mask);
    std::string caption =
        fmt::format("spread over {:.0f} %, {:.0f} % in the mask", 100 * diffuseness, 100 * inside);
    nlohmann::json entry = ClassToJson(found.classes.front());
    entry["diffuseness"] = diffuseness;
    entry["energy_inside"] = inside;
    if (task.truth) {
      const double in_truth = EnergyInTruth(found.heat_map, *task.truth);
      entry["energy_in_truth"] = in_truth;
      caption += fmt::format(", {:.0f} % in the truth", 100 * in_truth);
    }
    if (!found.note.empty()) entry["note"] = found.note;
    explained.entry.push_back(entry);
    overlays.push_back({HeatMapOverlay(image, found.heat_map),
                        {Named(found.classes.front()), found.note.empty() ? caption : found.note}});
    maps.push_back({ColourHeatMap(found.heat_map), {}});
  }
  const int columns = static_cast<int>(overlays.size());
  overlays.insert(overlays.end(), maps.begin(), maps.end());
  explained.bytes = EncodeJpeg(Sheet(overlays, columns), kOverlayQuality);
  return explained;
}

double EnergyInTruth(const cv::Mat& heat_map, const cv::Mat& truth) {
  cv::Mat scored = heat_map.clone();
  scored.setTo(0, truth == kVoid);
  return EnergyInside(scored, truth != 0);
}

Explained Attack(const PhotoTask& task) {
  const int epsilon = task.segmenter.options().saliency.epsilon;
  const AdversarialExample example =
      FastGradientSign(task.segmenter.classifier(), task.image, task.classes, epsilon);
  cv::Mat before, after;
  example.original.convertTo(before, CV_32FC3);
  example.changed.convertTo(after, CV_32FC3);
  cv::Mat change;  // Grey where nothing changes, black and white at the greatest change.
  cv::Mat((after - before) * (127.0 / epsilon) + cv::Scalar::all(128)).convertTo(change, CV_8UC3);
  const std::vector<Panel> panels = {
      {example.original, {Named(example.before)}},
      {change, {fmt::format("change, {} of 255, x {:.0f}", epsilon, 127.0 / epsilon)}},
      {example.changed, {Named(example.after)}}};
  return {EncodePng(Sheet(panels, static_cast<int>(panels.size()))),
          {{"epsilon", epsilon},
           {"before", ClassToJson(example.before)},
           {"after", ClassToJson(example.after)},
           {"remaining", example.remaining}}};
}

}  // namespace gradcut
