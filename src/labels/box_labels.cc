#include "gradcut/labels/box_labels.h"

#include "gradcut/core/error.h"

#include <algorithm>
#include <map>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

int LabelOf(const Instance& instance, const std::vector<std::string>& names) {
  Require(!instance.class_name.empty(), "box {} has no class", instance.id);
  const auto found = std::find(names.begin() + 1, names.end(), instance.class_name);
  Require(found != names.end(), "box {} is of the class '{}', which is none of those to label",
          instance.id, instance.class_name);
  return static_cast<int>(found - names.begin());
}

void RequireClassOfBox(const HintStroke& stroke, const Hints& hints, cv::Size image) {
  if (!stroke.object || stroke.class_name.empty()) return;
  const HintBox* other = nullptr;
  for (const HintBox& box : hints.boxes) {
    if (stroke.box ? *stroke.box != box.id : !Enters(stroke, box, image)) continue;
    if (box.class_name == stroke.class_name) return;
    other = &box;
  }
  Require(other == nullptr,
          "the stroke at ({}, {}) is of the class '{}', but box {}, in which it lies, is of '{}'",
          stroke.points[0].x, stroke.points[0].y, stroke.class_name, other ? other->id : 0,
          other ? other->class_name : "");
}

}  // namespace

LabelMap LabelsOfBoxes(const Hints& hints, const Segmentation& segmentation,
                       const std::vector<std::string>& names) {
  LabelMap map;
  map.milliseconds = segmentation.milliseconds;
  map.labels = cv::Mat::zeros(segmentation.mask.size(), CV_8UC1);
  std::map<int, LabelledObject> objects;
  for (const Instance& instance : segmentation.instances) {
    const int label = LabelOf(instance, names);
    map.labels(instance.place).setTo(label, instance.mask);
    LabelledObject& object = objects[label];
    object.confidence = object.name.empty() ? instance.confidence
                                            : std::min(object.confidence, instance.confidence);
    object.name = names[static_cast<std::size_t>(label)];
    object.label = label;
  }
  for (const HintStroke& stroke : hints.strokes)
    RequireClassOfBox(stroke, hints, segmentation.mask.size());
  const cv::Mat object = map.labels != 0;
  map.probability = 1 - segmentation.probability;
  segmentation.probability.copyTo(map.probability, object);
  map.probabilities = {1 - segmentation.probability};
  for (auto& [label, each] : objects) {
    const cv::Mat here = map.labels == label;
    each.area = cv::countNonZero(here) / static_cast<double>(here.total());
    cv::Mat probability = cv::Mat::zeros(here.size(), CV_32FC1);
    segmentation.probability.copyTo(probability, here);
    map.probabilities.push_back(probability);
    map.objects.push_back(each);
    map.confidence = std::min(map.confidence, each.confidence);
  }
  return map;
}

}  // namespace gradcut
