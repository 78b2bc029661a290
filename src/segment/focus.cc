#include "gradcut/segment/focus.h"

#include "gradcut/core/image.h"

#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {

double Diffuseness(const cv::Mat& heat_map) {
  CheckHeatMap(heat_map, "Diffuseness: heat map");
  const double sum = cv::sum(heat_map)[0];
  if (!(sum > 0)) return 1;
  double entropy = 0;
  for (auto value = heat_map.begin<float>(); value != heat_map.end<float>(); ++value)
    if (const double share = *value / sum; share > 0) entropy -= share * std::log(share);
  return std::exp(entropy) / static_cast<double>(heat_map.total());
}

double EnergyInside(const cv::Mat& heat_map, const cv::Mat& mask) {
  CheckHeatMap(heat_map, "EnergyInside: heat map");
  CheckMask(mask, "EnergyInside: mask");
  CheckSameSize(heat_map, "EnergyInside: heat map", mask, "mask");
  cv::Mat inside = cv::Mat::zeros(heat_map.size(), heat_map.type());
  heat_map.copyTo(inside, mask);
  const double sum = cv::sum(heat_map)[0];
  return sum > 0 ? cv::sum(inside)[0] / sum : 0;
}

}  // namespace gradcut
