#include "cut/box_cut.h"

#include "cut/boxes.h"
#include "cut/cutter.h"
#include "cut/drawn.h"
#include "cut/label_maps.h"
#include "gradcut/core/image.h"
#include "gradcut/graphcut/expansion.h"

#include <algorithm>
#include <numeric>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

bool Overlap(const Instance& a, const Instance& b) {
  const cv::Rect both = a.place & b.place;
  return !both.empty() &&
         cv::countNonZero(a.mask(both - a.place.tl()) & b.mask(both - b.place.tl())) > 0;
}

// The objects in groups that overlap, directly or by others.
std::vector<std::vector<BoxCut*>> Groups(std::vector<BoxCut>& cuts) {
  std::vector<std::size_t> root(cuts.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  for (std::size_t a = 0; a < cuts.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (root[a] != root[b] && Overlap(cuts[a].instance, cuts[b].instance))
        std::replace(root.begin(), root.end(), std::size_t{root[a]}, std::size_t{root[b]});
  std::vector<std::vector<BoxCut*>> groups(cuts.size());
  for (std::size_t i = 0; i < cuts.size(); ++i) groups[root[i]].push_back(&cuts[i]);
  return groups;
}

// The part of the image in which a group lies, and the size that it is labelled at.
struct Stage {
  cv::Rect place;
  cv::Size size;
};

// What an object's label costs at each pixel of the stage, nats; outside its box it is ruled out.
cv::Mat CostsOf(const BoxCut& cut, const Stage& stage) {
  const auto on_stage = [&](const cv::Rect& rect) {
    return Touched(rect - stage.place.tl(), stage.place.size(), stage.size);
  };
  cv::Mat costs(stage.size, CV_32FC1, cv::Scalar(kMaxLogOdds));
  const cv::Rect place = on_stage(cut.instance.place);
  const cv::Rect box = on_stage(cut.covered + cut.instance.place.tl()) & place;
  const cv::Mat known = -Resize(cut.log_odds, place.size());
  known(box - place.tl()).copyTo(costs(box));
  return costs;
}

void Settle(const cv::Mat& image, const CutOptions& options, const std::vector<BoxCut*>& group) {
  Stage stage = {group[0]->instance.place, {}};
  for (const BoxCut* const cut : group) stage.place |= cut->instance.place;
  stage.size = WorkingSize(stage.place.size(), options.max_megapixels);
  std::vector<cv::Mat> costs = {cv::Mat::zeros(stage.size, CV_32FC1)};
  for (const BoxCut* const cut : group) costs.push_back(CostsOf(*cut, stage));
  const cv::Mat labels = ResizeLabels(CutByCosts(Resize(image(stage.place), stage.size), costs,
                                                 WithHints(options.graphcut, options.hints)),
                                      static_cast<int>(costs.size()), stage.place.size());
  for (std::size_t i = 0; i < group.size(); ++i)
    group[i]->Take(labels(group[i]->instance.place - stage.place.tl()) == static_cast<int>(i) + 1);
  // What is certain of one object is none of the others.
  for (const BoxCut* const one : group)
    for (BoxCut* const other : group) {
      const cv::Rect both = one->instance.place & other->instance.place;
      if (one == other || one->drawn.empty() || both.empty()) continue;
      other->instance.mask(both - other->instance.place.tl())
          .setTo(kMaskBackground, one->drawn(both - one->instance.place.tl()) == kMaskForeground);
    }
}

}  // namespace

void BoxCut::Take(const cv::Mat& mask) {
  cv::Mat taken = cv::Mat::zeros(mask.size(), CV_8UC1);  // `mask` may be that of the instance.
  mask(covered).copyTo(taken(covered));
  if (!drawn.empty()) Impose(drawn, kMaskForeground, kMaskBackground, taken);
  instance.mask = taken;
}

void SettleOverlaps(const cv::Mat& image, const CutOptions& options, std::vector<BoxCut>& cuts) {
  for (const std::vector<BoxCut*>& group : Groups(cuts))
    if (group.size() > 1 && group.size() < kMaxLabels) Settle(image, options, group);
}

}  // namespace gradcut
