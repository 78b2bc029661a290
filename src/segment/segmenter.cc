#include "gradcut/segment/segmenter.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/stopwatch.h"
#include "segment/cutter.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// Notes the wall time between two calls under the name of the stage that has ended; a stage that
// comes again adds to its time.
class StageClock {
 public:
  explicit StageClock(Segmentation& segmentation) : segmentation_(segmentation) {}

  void Ended(const char* stage) {
    const double taken = watch_.Lap();
    for (auto& [name, milliseconds] : segmentation_.milliseconds) {
      if (name != stage) continue;
      milliseconds += taken;
      return;
    }
    segmentation_.milliseconds.emplace_back(stage, taken);
  }

 private:
  Segmentation& segmentation_;
  Stopwatch watch_;
};

// How much higher the threshold is under which a mask is tried for its stability.
constexpr double kThresholdShift = 0.12;

// The share of the mask that `smaller`, which lies within it, keeps; 0 for an empty mask.
double ShareKept(const cv::Mat& smaller, const cv::Mat& mask) {
  const int area = cv::countNonZero(mask);
  return area > 0 ? static_cast<double>(cv::countNonZero(smaller)) / area : 0;
}

// Area under the ROC curve of `heat_map` as a classifier of `mask`, ties counted half.
double Separation(const cv::Mat& heat_map, const cv::Mat& mask) {
  constexpr int kBins = 1024;
  std::vector<double> inside(kBins), outside(kBins);
  for (int row = 0; row < mask.rows; ++row) {
    for (int col = 0; col < mask.cols; ++col) {
      const int bin = std::min(kBins - 1, static_cast<int>(heat_map.at<float>(row, col) * kBins));
      ++(mask.at<std::uint8_t>(row, col) == kMaskForeground ? inside : outside)[bin];
    }
  }
  double below = 0, pairs = 0, objects = 0;
  for (int bin = 0; bin < kBins; ++bin) {
    pairs += inside[bin] * (below + 0.5 * outside[bin]);
    below += outside[bin];
    objects += inside[bin];
  }
  return objects > 0 && below > 0 ? pairs / (objects * below) : 0;
}

// The threshold is at most this share of the prior's peak, so that a photo without anything that
// stands out has a mask of little confidence rather than none.
constexpr double kShareOfPeak = 0.9;

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

// The box of an image of size `from` in one of size `to`.
cv::Rect Scaled(const cv::Rect& box, cv::Size from, cv::Size to) {
  const double x = static_cast<double>(to.width) / from.width;
  const double y = static_cast<double>(to.height) / from.height;
  const cv::Point first(static_cast<int>(box.x * x), static_cast<int>(box.y * y));
  const cv::Point last(static_cast<int>(std::ceil(box.br().x * x)),
                       static_cast<int>(std::ceil(box.br().y * y)));
  return cv::Rect(first, last) & cv::Rect({0, 0}, to);
}

// The mean of maps of any size, of that size; one map as it is.
cv::Mat MeanOf(const std::vector<cv::Mat>& maps, cv::Size size) {
  if (maps.size() == 1) return Resize(maps[0], size);
  cv::Mat sum = cv::Mat::zeros(size, CV_32FC1);
  for (const cv::Mat& map : maps) sum += Resize(map, size);
  return sum / static_cast<double>(maps.size());
}

// What a location prior says.
struct Located {
  cv::Mat trimap;  // Empty if no seeds are asked for.
  Priors priors;
};

Located MakePriors(const cv::Mat& location, const SegmenterOptions& options) {
  Located located;
  cv::Mat object = location;  // CV_32FC1, [0, 1]: of each pixel.
  Priors& priors = located.priors;
  priors.log_odds = cv::Mat::zeros(location.size(), CV_32FC1);
  if (options.location.slope == 0 || options.seeds.hard || options.seeds.strength > 0) {
    located.trimap = MakeSeeds(location, options.seeds);
    priors.log_odds = SeedLogOdds(located.trimap, options.seeds);
  }
  if (options.seeds.hard) priors.certain = located.trimap;
  if (options.location.slope > 0) {
    double peak = 0;
    cv::minMaxLoc(location, nullptr, &peak);
    const double threshold = std::min(options.location.threshold, kShareOfPeak * peak);
    const cv::Mat soft = options.location.slope * (location - threshold);
    priors.log_odds += soft;
    object = Probability(soft);
  }
  priors.object_weight = Power(object, options.colour.sharpness);
  priors.background_weight = Power(1 - object, options.colour.sharpness);
  return located;
}

// Why there is nothing to cut by, or "".
std::string WhyHopeless(const cv::Mat& trimap, const SegmenterOptions& options) {
  if (options.location.slope > 0) return "";
  for (const auto& [value, side] :
       {std::pair(kMaskForeground, "object"), std::pair(kMaskBackground, "background")})
    if (cv::countNonZero(trimap == value) == 0)
      return fmt::format("the heat map is too flat to seed the {}", side);
  return "";
}

// The mask of an image by a location prior, with log odds if there was something to cut by; else
// `note` says why not.
Cutter::Result CutAt(const cv::Mat& location, const SegmenterOptions& options, Cutter& cutter,
                     StageClock& clock, std::string& note) {
  const Located located = MakePriors(location, options);
  if (note.empty()) note = WhyHopeless(located.trimap, options);
  if (!note.empty()) return {cv::Mat::zeros(location.size(), CV_8UC1), {}};
  clock.Ended("priors");
  Cutter::Result cut = cutter.Cut(located.priors);
  clock.Ended("cut");
  return cut;
}

// The share of a mask that is left when the threshold of the location prior rises.
double Stability(const Cutter::Result& cut, const SegmenterOptions& options, Cutter& cutter) {
  const cv::Mat stricter = cut.log_odds - options.location.slope * kThresholdShift;
  return ShareKept(cutter.CutOnce(stricter, cut.certain), cut.mask);
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

Segmentation Segmenter::Locate(const cv::Mat& image, const std::vector<int>& classes) const {
  CheckImage(image, "Segmenter: image");
  Stopwatch watch;
  std::vector<Saliency> looks = {Look(image, classes, options_.saliency.scales)};
  for (const int scale : options_.more_scales) looks.push_back(Look(image, classes, {scale}));
  Segmentation result;
  std::vector<cv::Mat> maps;
  for (const Saliency& look : looks) maps.push_back(look.heat_map);
  result.heat_map = MeanOf(maps, image.size());
  const Saliency& first = looks.front();
  result.classes = first.classes;
  result.note = first.note;
  result.completeness = first.completeness;
  result.attributions = first.attributions;
  result.looks = std::move(looks);
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
  CheckSameSize(image, "Segmenter: image", located.heat_map, "heat map");
  Expect(!located.looks.empty(), "Segmenter: no looks");
  Segmentation result = std::move(located);
  StageClock clock(result);
  const cv::Size working = WorkingSize(image.size(), options_.max_megapixels);
  cv::Mat location = LocationOf(result.looks, working);
  if (options_.second_look) {
    const cv::Size small =
        WorkingSize(image.size(), std::min(kFirstMegapixels, options_.max_megapixels));
    Cutter cutter(Resize(image, small), options_.colour, options_.graphcut, options_.rounds);
    const cv::Mat first = CutAt(Resize(location, small), options_, cutter, clock, result.note).mask;
    if (const cv::Mat both = LookAgain(image, first, classes, location); !both.empty()) {
      location = both;
      clock.Ended("second look");
    }
  }
  Cutter cutter(Resize(image, working), options_.colour, options_.graphcut, options_.rounds);
  const Cutter::Result cut = CutAt(location, options_, cutter, clock, result.note);
  if (options_.rate && options_.location.slope > 0 && !cut.log_odds.empty()) {
    result.confidence = Stability(cut, options_, cutter);
    clock.Ended("confidence");
  }
  const cv::Mat whole = Resize(cut.mask, image.size()) > 127;
  result.mask = ChooseParts(whole, options_.mask, options_.graphcut.neighbours);
  result.probability = cut.log_odds.empty() ? cv::Mat::zeros(image.size(), CV_32FC1)
                                            : Resize(Probability(cut.log_odds), image.size());
  if (options_.rate && options_.location.slope == 0)
    result.confidence = Separation(result.heat_map, result.mask);
  if (cv::countNonZero(result.mask) == 0 && cv::countNonZero(whole) > 0) {
    result.confidence = 0;
    result.note = "every part of the mask is smaller than mask.min_area";
  }
  clock.Ended("finish");
  return result;
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
  const cv::Mat crop = image(Scaled(box, mask.size(), image.size()));
  const Saliency again = Look(crop, classes, options_.saliency.scales);
  if (!again.note.empty()) return {};
  cv::Mat both = location.clone();
  cv::Mat inside = both(Scaled(box, mask.size(), location.size()));
  cv::Mat(0.5 * (inside + LocationOf({again}, inside.size()))).copyTo(inside);
  return both;
}

}  // namespace gradcut
