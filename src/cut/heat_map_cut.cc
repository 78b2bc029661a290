#include "gradcut/cut/heat_map_cut.h"

#include "cut/heat_locator.h"
#include "cut/location_cut.h"
#include "cut/stage_clock.h"
#include "gradcut/cut/hint_session.h"

#include <utility>

namespace gradcut {

Segmentation CutByHeatMap(const cv::Mat& image, const Saliency& seen, const CutOptions& options,
                          const Hints& hints) {
  if (!hints.empty()) return HintSession(image, seen, options).Segment(hints);
  auto [result, location] = LocatorOf(image, seen, options)->Whole({});
  StageClock clock(result.milliseconds);
  CutByLocation(location, image, options, clock, result);
  return std::move(result);
}

}  // namespace gradcut
