#include "cut/drawn.h"

#include "cut/cutter.h"
#include "gradcut/core/image.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <utility>

namespace gradcut {
namespace {

// 10^6 pixels. How far a stroke reaches is smooth enough for less than the cut.
constexpr double kSpreadMegapixels = 0.05;

HintStroke Scaled(HintStroke stroke, cv::Size from, cv::Size to) {
  const double x = static_cast<double>(to.width) / from.width;
  const double y = static_cast<double>(to.height) / from.height;
  for (cv::Point2d& point : stroke.points) point = {point.x * x, point.y * y};
  stroke.radius *= std::min(x, y);
  return stroke;
}

// A trimap made smaller: a seed that any pixel has stays, unless there are seeds of both sides.
cv::Mat ResizeTrimap(const cv::Mat& trimap, cv::Size size) {
  const cv::Mat object = Resize(trimap == kMaskForeground, size) > 0;
  const cv::Mat background = Resize(trimap == kMaskBackground, size) > 0;
  cv::Mat resized(size, CV_8UC1, cv::Scalar(kTrimapUnknown));
  resized.setTo(kMaskForeground, object & ~background);
  resized.setTo(kMaskBackground, background & ~object);
  return resized;
}

HintEvidence At(HintEvidence evidence, const cv::Mat& seeds) {
  evidence.weight = Resize(evidence.weight, seeds.size());
  evidence.seeds = seeds;
  return evidence;
}

}  // namespace

Drawn Resized(const Drawn& drawn, cv::Size from, cv::Size to) {
  Drawn resized;
  for (const HintStroke& stroke : drawn.strokes)
    resized.strokes.push_back(Scaled(stroke, from, to));
  if (!drawn.trimap.empty()) resized.trimap = ResizeTrimap(drawn.trimap, to);
  return resized;
}

cv::Mat TrimapOf(const Drawn& drawn, cv::Size size) {
  return DrawnHints({.strokes = drawn.strokes, .trimap = drawn.trimap}, size);
}

cv::Mat Within(const cv::Rect& box, const cv::Mat& certain, cv::Size size) {
  cv::Mat all(size, CV_8UC1, cv::Scalar(kMaskBackground));
  if (certain.empty())
    all(box).setTo(kTrimapUnknown);
  else
    certain(box).copyTo(all(box));
  return all;
}

void Impose(const cv::Mat& trimap, double object, double background, cv::Mat& map) {
  map.setTo(object, trimap == kMaskForeground);
  map.setTo(background, trimap == kMaskBackground);
}

GraphcutOptions WithHints(GraphcutOptions graphcut, const HintOptions& hints) {
  graphcut.smoothness = hints.smoothness;
  return graphcut;
}

cv::Size SpreadSize(cv::Size image, double max_megapixels) {
  return WorkingSize(image, std::min(kSpreadMegapixels, max_megapixels));
}

cv::Mat SeedsOf(const HintStroke& stroke, cv::Size image, cv::Size size) {
  return TrimapOf({.strokes = {Scaled(stroke, image, size)}}, size) != kTrimapUnknown;
}

HintEvidence EvidenceOfStroke(const HintStroke& stroke, cv::Size image, const HintSpread& spread,
                              cv::Size working) {
  return At(spread.From(SeedsOf(stroke, image, spread.size()), stroke.object),
            SeedsOf(stroke, image, working));
}

std::vector<HintEvidence> EvidenceOfTrimap(const cv::Mat& trimap, const HintSpread& spread,
                                           cv::Size working) {
  const cv::Mat coarse = ResizeTrimap(trimap, spread.size());
  const cv::Mat fine = ResizeTrimap(trimap, working);
  std::vector<HintEvidence> sides;
  for (const auto& [value, object] :
       {std::pair(kMaskForeground, true), std::pair(kMaskBackground, false)})
    sides.push_back(At(spread.From(coarse == value, object), fine == value));
  return sides;
}

std::vector<HintEvidence> EvidenceOf(const Drawn& drawn, cv::Size image, const HintSpread& spread,
                                     cv::Size working) {
  std::vector<HintEvidence> evidence;
  for (const HintStroke& stroke : drawn.strokes)
    evidence.push_back(EvidenceOfStroke(stroke, image, spread, working));
  if (drawn.trimap.empty()) return evidence;
  for (HintEvidence& side : EvidenceOfTrimap(drawn.trimap, spread, working))
    evidence.push_back(std::move(side));
  return evidence;
}

}  // namespace gradcut
