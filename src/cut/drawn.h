#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/priors/hint_evidence.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

// What strokes and a trimap say of one object, in pixels of an image. No stroke names a box.
struct Drawn {
  std::vector<HintStroke> strokes = {};
  cv::Mat trimap = {};
};

// The same for the image at another size.
Drawn Resized(const Drawn& drawn, cv::Size from, cv::Size to);

// The trimap of that, for an image of that size.
cv::Mat TrimapOf(const Drawn& drawn, cv::Size size);

// What is certain (a trimap of that size, or nothing) with what lies outside a box, none of which
// is object.
cv::Mat Within(const cv::Rect& box, const cv::Mat& certain, cv::Size size);

// Sets values where a trimap says object or background.
void Impose(const cv::Mat& trimap, double object, double background, cv::Mat& map);

// With the smoothness that hints have.
GraphcutOptions WithHints(GraphcutOptions graphcut, const HintOptions& hints);

// The size at which it is found how far strokes reach in an image that is cut at so many
// megapixels.
cv::Size SpreadSize(cv::Size image, double max_megapixels);

// The pixels of a stroke (CV_8UC1) in an image of size `size`; its coordinates are those of one of
// size `image`.
cv::Mat SeedsOf(const HintStroke& stroke, cv::Size image, cv::Size size);

// What a stroke tells an image of size `working`; its coordinates are those of one of size `image`.
HintEvidence EvidenceOfStroke(const HintStroke& stroke, cv::Size image, const HintSpread& spread,
                              cv::Size working);

// The same for the two sides of a trimap.
std::vector<HintEvidence> EvidenceOfTrimap(const cv::Mat& trimap, const HintSpread& spread,
                                           cv::Size working);

// All of that.
std::vector<HintEvidence> EvidenceOf(const Drawn& drawn, cv::Size image, const HintSpread& spread,
                                     cv::Size working);

}  // namespace gradcut
