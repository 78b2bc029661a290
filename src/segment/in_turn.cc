#include "gradcut/segment/in_turn.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace gradcut {
namespace {

// Chosen, with the order of EfficientNet-Lite0, 1, 2, on the odd lines of ECSSD and VOC:
// eval/log.md.
constexpr double kConfident = 0.9;

using StageTimes = std::vector<std::pair<std::string, double>>;

void AddTimes(const StageTimes& more, StageTimes& times) {
  for (const auto& stage : more) {
    const auto known = std::find_if(times.begin(), times.end(),
                                    [&](const auto& time) { return time.first == stage.first; });
    if (known == times.end())
      times.push_back(stage);
    else
      known->second += stage.second;
  }
}

}  // namespace

SegmentedInTurn SegmentInTurn(std::span<const NetworkInTurn> networks, const cv::Mat& image) {
  if (networks.empty()) throw std::invalid_argument("SegmentInTurn: no network");
  for (const NetworkInTurn& network : networks)
    if (networks.size() > 1 && !network.segmenter.options().rate)
      throw std::invalid_argument("SegmentInTurn: networks that do not rate their masks");
  SegmentedInTurn kept;
  StageTimes times;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    Segmentation next = networks[i].segmenter.Segment(image, networks[i].classes);
    AddTimes(next.milliseconds, times);
    if (i == 0 || next.confidence > kept.segmentation.confidence) kept = {std::move(next), i};
    if (kept.segmentation.confidence >= kConfident) break;
  }
  kept.segmentation.milliseconds = std::move(times);
  return kept;
}

}  // namespace gradcut
