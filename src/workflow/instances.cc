#include "workflow/instances.h"

#include "gradcut/core/error.h"

#include <limits>
#include <opencv2/core.hpp>

namespace gradcut {

cv::Mat InstanceIds(const std::vector<Instance>& instances, cv::Size size) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
  Require(instances.size() <= kMost, "{} boxes: a file of instances holds {}", instances.size(),
          kMost);
  cv::Mat ids = cv::Mat::zeros(size, CV_16UC1);
  for (std::size_t i = 0; i < instances.size(); ++i) {
    cv::Mat place = ids(instances[i].place);
    place.setTo(static_cast<double>(i + 1), instances[i].mask);
  }
  return ids;
}

nlohmann::json InstancesToJson(const std::vector<Instance>& instances) {
  nlohmann::json list = nlohmann::json::array();
  for (const Instance& each : instances)
    list.push_back({{"id", each.id},
                    {"class", each.class_name},
                    {"box", {each.box.x, each.box.y, each.box.width, each.box.height}},
                    {"area", cv::countNonZero(each.mask)},
                    {"confidence", each.confidence}});
  return list;
}

}  // namespace gradcut
