#include "gradcut/cut/hint_session.h"

#include "cut/box_cut.h"
#include "cut/boxes.h"
#include "cut/heat_locator.h"
#include "cut/hint_cut.h"
#include "cut/location_cut.h"
#include "cut/outline.h"
#include "cut/stage_clock.h"
#include "gradcut/core/hint_history.h"
#include "gradcut/core/image.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <opencv2/core.hpp>
#include <optional>
#include <tuple>
#include <utility>

namespace gradcut {
namespace {

// A box is looked at with this share of its sides around it.
constexpr double kSurroundings = 0.18;

// What of the image is looked at for a box.
cv::Rect PlaceOf(const cv::Rect2d& box, cv::Size image) {
  const double x = kSurroundings * box.width + 1, y = kSurroundings * box.height + 1;
  const cv::Point first(static_cast<int>(std::floor(box.x - x)),
                        static_cast<int>(std::floor(box.y - y)));
  const cv::Point last(static_cast<int>(std::ceil(box.x + box.width + x)),
                       static_cast<int>(std::ceil(box.y + box.height + y)));
  return cv::Rect(first, last) & cv::Rect({0, 0}, image);
}

// The hints with the box of each object stroke: of several that it enters one of its class, if it
// has any, and of these the smallest.
Hints Assigned(Hints hints, cv::Size image) {
  for (HintStroke& stroke : hints.strokes) {
    if (!stroke.object || stroke.box) continue;
    std::pair least(true, std::numeric_limits<double>::infinity());
    for (const HintBox& box : hints.boxes) {
      const bool other = !stroke.class_name.empty() && box.class_name != stroke.class_name;
      const std::pair size(other, box.box.area());
      if (!Enters(stroke, box, image) || size >= least) continue;
      least = size;
      stroke.box = box.id;
    }
  }
  return hints;
}

// What was drawn for the object in a box, in pixels of the place around it.
Drawn DrawnIn(const Hints& hints, std::int64_t box, const cv::Rect& place) {
  Drawn drawn;
  for (HintStroke stroke : hints.strokes) {
    if (stroke.box && *stroke.box != box) continue;
    for (cv::Point2d& point : stroke.points) point -= cv::Point2d(place.tl());
    stroke.box.reset();
    drawn.strokes.push_back(std::move(stroke));
  }
  if (!hints.trimap.empty()) drawn.trimap = hints.trimap(place);
  return drawn;
}

// Raises a map to at least another, of any size.
void Raise(const cv::Mat& least, cv::Mat map) { cv::max(map, Resize(least, map.size()), map); }

// Adds classes that are not there yet and keeps the best; best first.
void AddClasses(const std::vector<ClassScore>& some, std::vector<ClassScore>& all) {
  constexpr std::size_t kMost = 5;
  for (const ClassScore& each : some) {
    const auto known = std::find_if(
        all.begin(), all.end(), [&](const ClassScore& other) { return other.index == each.index; });
    if (known == all.end())
      all.push_back(each);
    else
      known->score = std::max(known->score, each.score);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const ClassScore& a, const ClassScore& b) { return a.score > b.score; });
  all.resize(std::min(all.size(), kMost));
}

}  // namespace

// What is kept between cuts.
class HintSession::Impl {
 public:
  Impl(const cv::Mat& image, std::unique_ptr<const Locator> locator, const CutOptions& options,
       std::vector<int> classes, ClassesOfName classes_of)
      : locator_(std::move(locator)),
        options_(options),
        image_(image),
        classes_(std::move(classes)),
        classes_of_(std::move(classes_of)) {
    CheckImage(image, "Session: image");
  }

  const Hints& hints() const { return history_.now(); }
  HintHistory& history() { return history_; }

  void Change(const std::function<void(Hints&)>& change) {
    Hints hints = history_.now();
    change(hints);
    CheckedHints(hints, image_.size());
    history_.Change(std::move(hints));
  }

  void Prepare() { WholeFor(classes_); }

  Segmentation Segment(const Hints& given) {
    const Hints hints = CheckedHints(given, image_.size());
    if (!hints.boxes.empty()) return SegmentBoxes(hints);
    return hints.drawn() ? SegmentWhole(hints) : SegmentPlain(hints);
  }

 private:
  // The image as a whole, for some classes.
  struct Whole {
    Segmentation located;
    cv::Mat location;
    std::unique_ptr<HintCut> cut;
  };
  // The surroundings of a box, for some classes.
  struct Surroundings {
    cv::Rect place;
    cv::Mat heat_map;
    std::vector<ClassScore> classes;
    std::unique_ptr<HintCut> cut;
  };

  cv::Mat Choose(const cv::Mat& mask, const Hints& hints) const {
    return ChooseParts(mask, PartsWanted(hints), options_.graphcut.neighbours);
  }

  std::vector<int> Named(const std::string& name) const {
    return name.empty() || !classes_of_ ? std::vector<int>() : classes_of_(name);
  }

  // What strokes without a box name, or else what is looked for anyway.
  std::vector<int> ClassesOf(const Hints& hints) const {
    std::vector<int> named;
    for (const HintStroke& stroke : hints.strokes)
      for (const int index : Named(stroke.class_name)) named.push_back(index);
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    return named.empty() ? classes_ : named;
  }

  Whole& WholeFor(const std::vector<int>& classes) {
    const auto known = wholes_.find(classes);
    if (known != wholes_.end()) return known->second;
    auto [seen, location] = locator_->Whole(classes);
    StageClock clock(seen.milliseconds);
    Whole whole;
    whole.cut = std::make_unique<HintCut>(image_, location, seen.looks, options_);
    seen.looks.clear();
    clock.Ended("open");
    whole.located = std::move(seen);
    whole.location = location;
    return wholes_.emplace(classes, std::move(whole)).first->second;
  }

  Surroundings& SurroundingsFor(const HintBox& box) {
    std::vector<int> classes = Named(box.class_name);
    if (classes.empty()) classes = classes_;
    const std::tuple key(box.box.x, box.box.y, box.box.width, box.box.height, classes);
    const auto known = surroundings_.find(key);
    if (known != surroundings_.end()) return known->second;
    Surroundings found;
    found.place = PlaceOf(box.box, image_.size());
    const cv::Mat crop = image_(found.place);
    const auto [seen, location] = locator_->In(found.place, classes);
    found.classes = seen.classes;
    found.heat_map = seen.heat_map;
    found.cut = std::make_unique<HintCut>(crop, location, seen.looks, options_);
    return surroundings_.emplace(key, std::move(found)).first->second;
  }

  // The image as it is without hints.
  Segmentation SegmentPlain(const Hints& hints) {
    Whole& whole = WholeFor(classes_);
    Segmentation result = whole.located;
    StageClock clock(result.milliseconds);
    CutByLocation(whole.location, image_, options_, clock, result);
    result.mask = Choose(result.mask, hints);
    return result;
  }

  Segmentation SegmentWhole(const Hints& hints) {
    Whole& whole = WholeFor(ClassesOf(hints));
    Segmentation result = whole.located;
    whole.located.milliseconds.clear();  // Opening is counted once.
    result.note.clear();
    StageClock clock(result.milliseconds);
    const Drawn drawn = {hints.strokes, hints.trimap};
    const Cutter::Result cut = whole.cut->Cut(drawn);
    clock.Ended("cut");
    if (options_.rate) result.confidence = whole.cut->Confidence(cut);
    clock.Ended("confidence");
    const cv::Mat certain = CertainOf(drawn, image_.size());
    const OutlineOptions by = OutlineBy(options_, WithHints(options_.graphcut, options_.hints));
    if (sizes_.empty()) sizes_ = OutlineSizes(image_, cut.mask.total(), by);
    const Outlined outlined = AtFullSize(sizes_, cut, certain, by);
    clock.Ended("outline");
    result.mask = ChooseParts(outlined.mask, options_.mask, options_.graphcut.neighbours);
    result.mask = Choose(result.mask, hints);
    if (!certain.empty()) Impose(certain, kMaskForeground, kMaskBackground, result.mask);
    result.probability = outlined.probability;
    clock.Ended("finish");
    return result;
  }

  // What strokes make certain in an image of that size: a trimap, or nothing.
  cv::Mat CertainOf(const Drawn& drawn, cv::Size size) const {
    return options_.hints.hard ? TrimapOf(drawn, size) : cv::Mat();
  }

  BoxCut CutBox(const HintBox& box, const Drawn& drawn, Surroundings& around) const {
    const cv::Rect& place = around.place;
    cv::Rect2d local = box.box;
    local -= cv::Point2d(place.tl());
    const HintCut::InBox found = around.cut->CutIn(local, drawn);
    BoxCut cut = {
        .instance = {.id = box.id, .class_name = box.class_name, .box = box.box, .place = place},
        .covered = Covered(local, place.size()),
        .drawn = CertainOf(drawn, place.size()),
        .log_odds = found.cut.log_odds};
    OutlineOptions by = OutlineBy(options_, WithHints(options_.graphcut, options_.hints));
    by.outline = by.outline && found.seen;
    const Outlined outlined =
        AtFullSize(image_(place), found.cut, Within(cut.covered, cut.drawn, place.size()), by);
    cut.probability = outlined.probability;
    cut.Take(outlined.mask);
    if (options_.rate && found.seen) cut.instance.confidence = around.cut->Confidence(found.cut);
    return cut;
  }

  Segmentation SegmentBoxes(const Hints& given) {
    const Hints hints = Assigned(given, image_.size());
    Segmentation result;
    StageClock clock(result.milliseconds);
    if (options_.maps) result.heat_map = cv::Mat::zeros(image_.size(), CV_32FC1);
    if (options_.maps) result.probability = cv::Mat::zeros(image_.size(), CV_32FC1);
    result.mask = cv::Mat::zeros(image_.size(), CV_8UC1);
    std::vector<BoxCut> cuts;
    for (const HintBox& box : hints.boxes) {
      Surroundings& around = SurroundingsFor(box);
      clock.Ended("saliency");
      cuts.push_back(CutBox(box, DrawnIn(hints, box.id, around.place), around));
      if (options_.maps) Raise(around.heat_map, result.heat_map(around.place));
      AddClasses(around.classes, result.classes);
      clock.Ended("cut");
    }
    SettleOverlaps(image_, options_, cuts);
    if (hints.fill_holes || hints.keep_largest)
      for (BoxCut& cut : cuts) cut.Take(Choose(cut.instance.mask, hints));
    clock.Ended("overlaps");
    for (const BoxCut& cut : cuts) {
      const cv::Rect& place = cut.instance.place;
      Raise(cut.instance.mask, result.mask(place));
      if (options_.maps) Raise(cut.probability, result.probability(place));
      result.confidence += cut.instance.confidence / static_cast<double>(cuts.size());
      result.instances.push_back(cut.instance);
    }
    clock.Ended("finish");
    return result;
  }

  const std::unique_ptr<const Locator> locator_;
  const CutOptions options_;
  const cv::Mat image_;
  const std::vector<int> classes_;
  const ClassesOfName classes_of_;
  HintHistory history_;
  std::vector<cv::Mat> sizes_;  // See `OutlineSizes`; made when they are needed.
  // What is kept of each is whole: what throws while it is made leaves nothing.
  std::map<std::vector<int>, Whole> wholes_;
  std::map<std::tuple<double, double, double, double, std::vector<int>>, Surroundings>
      surroundings_;
};

HintSession::HintSession(const cv::Mat& image, const Saliency& seen, const CutOptions& options)
    : HintSession(image, LocatorOf(image, seen, options), options) {}

HintSession::HintSession(const cv::Mat& image, std::unique_ptr<const Locator> locator,
                         const CutOptions& options, std::vector<int> classes,
                         ClassesOfName classes_of)
    : impl_(std::make_unique<Impl>(image, std::move(locator), options, std::move(classes),
                                   std::move(classes_of))) {}

HintSession::~HintSession() = default;

void HintSession::Prepare() { impl_->Prepare(); }

void HintSession::Add(const HintStroke& stroke) {
  impl_->Change([&](Hints& hints) { hints.strokes.push_back(stroke); });
}

void HintSession::Add(const HintBox& box) {
  impl_->Change([&](Hints& hints) { hints.boxes.push_back(box); });
}

void HintSession::Clear() {
  impl_->Change([](Hints& hints) { hints = {}; });
}

bool HintSession::Undo() { return impl_->history().Undo(); }
bool HintSession::Redo() { return impl_->history().Redo(); }

const Hints& HintSession::hints() const { return impl_->hints(); }

Segmentation HintSession::Segment() { return impl_->Segment(impl_->hints()); }
Segmentation HintSession::Segment(const Hints& hints) { return impl_->Segment(hints); }

}  // namespace gradcut
