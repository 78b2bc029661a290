#pragma once

#include "gradcut/core/saliency.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/cut/hint_session.h"

#include <memory>
#include <opencv2/core/mat.hpp>

namespace gradcut {

// Whose knowledge is one heat map, whatever is looked for; see `CutByHeatMap`.
std::unique_ptr<const Locator> LocatorOf(const cv::Mat& image, const Saliency& seen,
                                         const CutOptions& options);

// The part of a map of cells that covers an image of size `image`, for `place` in that: about as
// many cells as lie in it, interpolated linearly.
FeatureMap PartOf(const FeatureMap& map, cv::Size image, const cv::Rect& place);

}  // namespace gradcut
