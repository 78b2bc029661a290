#include "gradcut/segment/segmenter.h"

#include "cut/boxes.h"
#include "cut/cutter.h"
#include "cut/location_cut.h"
#include "cut/stage_clock.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/stopwatch.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// A second look shows the box around the mask and this share of its sides on every side of it, and
// is worth taking only if that is less than this share of the image.
constexpr double kSurroundings = 0.25;
constexpr double kMostOfTheImage = 0.85;
// That the mask which it looks around is cut at, 10^6 pixels: its box alone counts.
constexpr double kFirstMegapixels = 0.05;

// The box to look at again; empty if it is not worth it.
cv::Rect Surroundings(const cv::Mat& mask) {
  cv::Rect box = cv::boundingRect(mask);
  if (box.empty()) return {};
  const cv::Size margin(static_cast<int>(kSurroundings * box.width) + 1,
                        static_cast<int>(kSurroundings * box.height) + 1);
  box = cv::Rect(box.tl() - cv::Point(margin), box.size() + margin + margin) &
        cv::Rect({0, 0}, mask.size());
  return box.area() < kMostOfTheImage * mask.size().area() ? box : cv::Rect();
}

}  // namespace

Segmenter::Segmenter(std::shared_ptr<const Classifier> classifier, const SegmenterOptions& options,
                     std::shared_ptr<const ObjectnessHead> head)
    : classifier_(std::move(classifier)), options_(options), head_(std::move(head)) {
  if (classifier_ == nullptr) throw std::invalid_argument("Segmenter: no classifier");
  CheckSegmenterOptions(options_);
  CheckSaliencyOptions(options_.saliency, *classifier_);
  if (head_ != nullptr) head_->CheckFits(*classifier_);
}

Saliency Segmenter::Look(const cv::Mat& image, const std::vector<int>& classes,
                         const std::vector<int>& scales) const {
  SaliencyOptions options = options_.saliency;
  options.scales = scales;
  return ComputeSaliency(*classifier_, image, classes, options, LayerNames(head_.get()));
}

std::vector<Saliency> Segmenter::Looks(const cv::Mat& image,
                                       const std::vector<int>& classes) const {
  std::vector<Saliency> looks = {Look(image, classes, options_.saliency.scales)};
  for (const int scale : options_.more_scales) looks.push_back(Look(image, classes, {scale}));
  return looks;
}

Segmentation Segmenter::Locate(const cv::Mat& image, const std::vector<int>& classes) const {
  CheckImage(image, "Segmenter: image");
  Stopwatch watch;
  Segmentation result;
  result.looks = Looks(image, classes);
  std::vector<cv::Mat> maps;
  for (const Saliency& look : result.looks) maps.push_back(look.heat_map);
  result.heat_map = MeanOf(maps, options_.maps ? image.size() : maps.front().size());
  const Saliency& first = result.looks.front();
  result.classes = first.classes;
  result.note = first.note;
  result.completeness = first.completeness;
  result.attributions = first.attributions;
  result.milliseconds.emplace_back("saliency", watch.Lap());
  return result;
}

Segmentation Segmenter::Segment(const cv::Mat& image, const std::vector<int>& classes) const {
  return Segment(image, Locate(image, classes), classes);
}

Segmentation Segmenter::Segment(const cv::Mat& image, Segmentation located,
                                const std::vector<int>& classes) const {
  CheckImage(image, "Segmenter: image");
  CheckHeatMap(located.heat_map, "Segmenter: heat map");
  if (options_.maps) CheckSameSize(image, "Segmenter: image", located.heat_map, "heat map");
  Expect(!located.looks.empty(), "Segmenter: no looks");
  Segmentation result = std::move(located);
  StageClock clock(result.milliseconds);
  if (result.location.empty())
    result.location = Location(image, classes, result.looks, clock, result.note);
  CutByLocation(result.location, image, options_, clock, result);
  return result;
}

cv::Mat Segmenter::Location(const cv::Mat& image, const std::vector<int>& classes,
                            const std::vector<Saliency>& looks, StageClock& clock,
                            std::string& note) const {
  cv::Mat location = LocationOf(looks, WorkingSize(image.size(), options_.max_megapixels));
  if (!options_.second_look) return location;
  const cv::Size small =
      WorkingSize(image.size(), std::min(kFirstMegapixels, options_.max_megapixels));
  Cutter cutter(Resize(image, small), options_.colour, options_.graphcut, options_.rounds);
  const cv::Mat first = CutAt(Resize(location, small), options_, cutter, clock, note).mask;
  cv::Mat both = LookAgain(image, first, classes, location);
  if (both.empty()) return location;
  clock.Ended("second look");
  return both;
}

cv::Mat Segmenter::LocationOf(const std::vector<Saliency>& looks, cv::Size size) const {
  std::vector<cv::Mat> maps;
  for (const Saliency& look : looks) {
    const cv::Mat objectness =
        head_ == nullptr ? cv::Mat() : head_->Probability(look.features, look.layers);
    maps.push_back(LocationPrior(look.heat_map, look.features, objectness, options_.location));
  }
  return MeanOf(maps, size);
}

cv::Mat Segmenter::LookAgain(const cv::Mat& image, const cv::Mat& mask,
                             const std::vector<int>& classes, const cv::Mat& location) const {
  const cv::Rect box = Surroundings(mask);
  if (box.empty()) return {};
  const cv::Mat crop = image(Touched(box, mask.size(), image.size()));
  const Saliency again = Look(crop, classes, options_.saliency.scales);
  if (!again.note.empty()) return {};
  cv::Mat both = location.clone();
  cv::Mat inside = both(Touched(box, mask.size(), location.size()));
  cv::Mat(0.5 * (inside + LocationOf({again}, inside.size()))).copyTo(inside);
  return both;
}

}  // namespace gradcut
