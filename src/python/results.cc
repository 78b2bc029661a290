#include "python/results.h"

#include "gradcut/dataset/hint_lines.h"
#include "python/arrays.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <tuple>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

nb::dict InstanceOf(const Instance& instance) {
  nb::dict dict;
  dict["id"] = instance.id;
  dict["class_name"] = instance.class_name;
  const cv::Rect2d& box = instance.box;
  dict["box"] = std::tuple(box.x, box.y, box.width, box.height);
  const cv::Rect& place = instance.place;
  dict["place"] = std::tuple(place.x, place.y, place.width, place.height);
  dict["mask"] = ToArray(instance.mask.clone());
  dict["confidence"] = instance.confidence;
  return dict;
}

}  // namespace

Hints HintsOf(const std::string& json, nb::handle trimap) {
  Hints hints;
  if (!json.empty()) hints = HintsFromJsonLine(json, "hints");
  if (!trimap.is_none()) hints.trimap = Array(trimap, "trimap").ByteMap().clone();
  NumberBoxes(hints.boxes);
  return hints;
}

nb::dict ToDict(const Segmentation& segmentation) {
  nb::dict dict;
  dict["mask"] = ToArray(segmentation.mask);
  dict["probability"] = ToArray(segmentation.probability);
  dict["heat_map"] = ToArray(segmentation.heat_map);
  dict["confidence"] = segmentation.confidence;
  dict["note"] = segmentation.note;
  nb::list instances;
  for (const Instance& each : segmentation.instances) instances.append(InstanceOf(each));
  dict["instances"] = instances;
  nb::list classes;
  for (const ClassScore& each : segmentation.classes)
    classes.append(std::tuple(each.index, each.name, each.score));
  dict["classes"] = classes;
  return dict;
}

}  // namespace gradcut::python
