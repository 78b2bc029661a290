#include "workflow/explain.h"

#include "gradcut/core/image.h"
#include "gradcut/image/image_io.h"
#include "gradcut/render/render.h"
#include "gradcut/render/sheet.h"
#include "gradcut/saliency/adversarial.h"
#include "gradcut/segment/focus.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <opencv2/core.hpp>
#include <span>

namespace gradcut {
namespace {

constexpr std::ptrdiff_t kBest = 3;  // Classes that are shown when none or too many are named.
constexpr std::ptrdiff_t kMostNamed =
    6;  // More are too many: sheets must stay wide enough to read.

// The indices of the best classes of an image.
std::vector<int> BestClasses(const Classifier& classifier, const cv::Mat& image) {
  const std::vector<float> logits = classifier.Logits(image);
  std::vector<int> indices(logits.size());
  std::iota(indices.begin(), indices.end(), 0);
  const auto count = std::min(kBest, std::ssize(indices));
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

// A group of classes as one.
ClassScore Together(const std::vector<ClassScore>& classes) {
  ClassScore all = {.index = -1, .name = fmt::format("all {} classes", classes.size())};
  for (const ClassScore& each : classes) all.score += each.score;
  return all;
}

// The sheet and what the manifest says, a heat map at a time.
class Explanation {
 public:
  Explanation(const PhotoTask& task, const Segmentation& whole) : task_(task), mask_(whole.mask) {
    overlays_.push_back({Overlay(task.image, mask_), {"the mask"}});
    maps_.push_back({task.image, {"the photo"}});
  }

  void Add(const ClassScore& shown, const Segmentation& found) {
    const double diffuseness = Diffuseness(found.heat_map);
    const double inside = EnergyInside(found.heat_map, mask_);
    nlohmann::json entry = ClassToJson(shown);
    if (shown.index < 0) entry.erase("index");
    entry["diffuseness"] = diffuseness;
    entry["energy_inside"] = inside;
    std::vector<std::string> caption = {
        Named(shown),
        fmt::format("spread over {:.0f} %, {:.0f} % in the mask", 100 * diffuseness, 100 * inside)};
    if (task_.truth) {
      const double in_truth = EnergyInTruth(found.heat_map, *task_.truth);
      entry["energy_in_truth"] = in_truth;
      caption.push_back(fmt::format("{:.0f} % in the truth", 100 * in_truth));
    }
    if (!found.note.empty()) {
      entry["note"] = found.note;
      caption = {Named(shown), found.note};
    }
    entries_.push_back(entry);
    overlays_.push_back({HeatMapOverlay(task_.image, found.heat_map), caption});
    maps_.push_back({ColourHeatMap(found.heat_map), {}});
  }

  Explained Finish() {
    const int columns = static_cast<int>(overlays_.size());
    overlays_.insert(overlays_.end(), maps_.begin(), maps_.end());
    return {EncodeJpeg(Sheet(overlays_, columns), kOverlayQuality), std::move(entries_)};
  }

 private:
  const PhotoTask& task_;
  const cv::Mat mask_;
  std::vector<Panel> overlays_, maps_;
  nlohmann::json entries_ = nlohmann::json::array();
};

}  // namespace

Explained Explain(const PhotoTask& task) {
  const Segmenter& segmenter = task.segmenter();
  const Segmentation whole = segmenter.Segment(task.image, task.classes());
  Explanation explanation(task, whole);
  std::vector<int> shown =
      task.classes().empty() ? BestClasses(segmenter.classifier(), task.image) : task.classes();
  if (std::ssize(shown) > kMostNamed) {
    explanation.Add(Together(whole.classes), segmenter.Locate(task.image, task.classes()));
    shown.clear();
    for (const ClassScore& best : std::span(whole.classes).first(kBest))
      shown.push_back(best.index);
  }
  for (const int index : shown) {
    const Segmentation found = segmenter.Locate(task.image, {index});
    explanation.Add(found.classes.front(), found);
  }
  return explanation.Finish();
}

double EnergyInTruth(const cv::Mat& heat_map, const cv::Mat& truth) {
  cv::Mat scored = heat_map.clone();
  scored.setTo(0, truth == kVoid);
  return EnergyInside(scored, truth != 0);
}

Explained Attack(const PhotoTask& task) {
  const int epsilon = task.segmenter().options().saliency.epsilon;
  const AdversarialExample example =
      FastGradientSign(task.segmenter().classifier(), task.image, task.classes(), epsilon);
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
