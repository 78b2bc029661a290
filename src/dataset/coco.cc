#include "gradcut/dataset/coco.h"

#include "dataset/json_text.h"
#include "dataset/label_values.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/run_lengths.h"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {

CocoDataset::CocoDataset(const std::vector<std::string>& classes)
    : classes_(classes.size()),
      json_({{"info", {{"description", "labels made by gradcut"}}},
             {"licenses", nlohmann::json::array()},
             {"images", nlohmann::json::array()},
             {"annotations", nlohmann::json::array()},
             {"categories", nlohmann::json::array()}}) {
  for (std::size_t index = 1; index < classes.size(); ++index)
    json_["categories"].push_back(
        {{"id", index}, {"name", classes[index]}, {"supercategory", "object"}});
}

void CocoDataset::Add(const std::string& file_name, const cv::Mat& labels,
                      std::optional<double> score) {
  const std::vector<int> classes = ClassesIn(labels);
  if (!classes.empty() && static_cast<std::size_t>(classes.back()) >= classes_)
    throw std::invalid_argument(
        fmt::format("{}: label {}, but there are {} classes", file_name, classes.back(), classes_));
  const std::size_t image = json_["images"].size() + 1;
  json_["images"].push_back(
      {{"id", image}, {"file_name", file_name}, {"width", labels.cols}, {"height", labels.rows}});
  for (const int label : classes) {
    cv::Mat regions, boxes, centres;
    const int count = cv::connectedComponentsWithStats(labels == label, regions, boxes, centres,
                                                       /*connectivity=*/8, CV_32S);
    for (int region = 1; region < count; ++region) {
      const int* const box = boxes.ptr<int>(region);
      nlohmann::json annotation = {{"id", annotations() + 1},
                                   {"image_id", image},
                                   {"category_id", label},
                                   {"iscrowd", 0},
                                   {"segmentation",
                                    {{"size", {labels.rows, labels.cols}},
                                     {"counts", CompressRuns(EncodeRuns(regions == region))}}},
                                   {"area", box[cv::CC_STAT_AREA]},
                                   {"bbox",
                                    {box[cv::CC_STAT_LEFT], box[cv::CC_STAT_TOP],
                                     box[cv::CC_STAT_WIDTH], box[cv::CC_STAT_HEIGHT]}}};
      if (score) annotation["score"] = *score;
      json_["annotations"].push_back(std::move(annotation));
    }
  }
}

std::string CocoDataset::ToJson() const { return DumpJson(json_); }

}  // namespace gradcut
