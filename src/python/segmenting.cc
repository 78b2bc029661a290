#include "python/segmenting.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/cut/heat_map_cut.h"
#include "gradcut/cut/hint_session.h"
#include "python/arrays.h"
#include "python/recipes.h"
#include "python/results.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <mutex>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

// Scaled so that the least value is 0 and the greatest 1, as a classifier's heat map is.
Saliency SeenOf(const cv::Mat& heat) {
  CheckFinite(heat, "heat");
  double least = 0, greatest = 0;
  cv::minMaxLoc(heat, &least, &greatest);
  Saliency seen = {.heat_map = cv::Mat::zeros(heat.size(), CV_32FC1)};
  if (!(greatest - least > 1e-12 * std::abs(greatest))) {
    seen.note = "the heat map has no contrast";
    return seen;
  }
  const double scale = 1 / (greatest - least);
  heat.convertTo(seen.heat_map, CV_32FC1, scale, -least * scale);
  seen.heat_map = cv::min(cv::max(seen.heat_map, 0.0F), 1.0F);
  return seen;
}

// The arrays of one image, taken with the GIL and looked at without it.
class Seen {
 public:
  Seen(nb::handle image, nb::handle heat, nb::handle features)
      : image_(image, "image"), heat_(heat, "heat") {
    if (!features.is_none()) features_.emplace(features, "features");
  }

  cv::Mat image() const { return image_.Image(); }

  Saliency saliency() const {
    Saliency seen = SeenOf(heat_.FloatMap());
    if (features_) {
      seen.features.values = features_->CellRows();
      seen.features.rows = static_cast<int>(features_->extent(1));
      seen.features.cols = static_cast<int>(features_->extent(2));
    }
    return seen;
  }

 private:
  const Array image_, heat_;
  std::optional<Array> features_;
};

nb::dict SegmentByHeat(nb::handle image, nb::handle heat, nb::handle features,
                       const std::string& hints_json, nb::handle trimap,
                       const SegmentRecipe& recipe) {
  const Seen seen(image, heat, features);
  const Hints hints = HintsOf(hints_json, trimap);
  Segmentation found;
  {
    const nb::gil_scoped_release released;
    found = CutByHeatMap(seen.image(), seen.saliency(), recipe.options, hints);
  }
  return ToDict(found);
}

nb::dict RefineMaps(nb::handle image, nb::handle maps, nb::handle background,
                    const std::string& hints_json, nb::handle trimap, const RefineRecipe& recipe) {
  const Array pixels(image, "image"), heat(maps, "maps");
  std::optional<Array> behind;
  if (!background.is_none()) behind.emplace(background, "background");
  const Hints hints = HintsOf(hints_json, trimap);
  PriorCut cut;
  cv::Mat probabilities;
  {
    const nb::gil_scoped_release released;
    const cv::Mat none;
    cut =
        CutByPriors(pixels.Image(),
                    HeatLogOdds(heat.FloatMaps(), behind ? behind->FloatMap() : none, recipe.prior),
                    recipe.cut, hints);
    cv::vconcat(cut.probabilities, probabilities);
  }
  nb::dict dict;
  dict["labels"] = ToArray(cut.labels);
  dict["probabilities"] = ToArray(probabilities);
  dict["confidence"] = cut.confidence;
  return dict;
}

// A session for any number of threads, one at a time. It is waited for without the GIL.
class LockedSession {
 public:
  LockedSession(nb::handle image, nb::handle heat, nb::handle features,
                const SegmentRecipe& recipe) {
    const Seen seen(image, heat, features);
    const nb::gil_scoped_release released;
    session_.emplace(seen.image().clone(), seen.saliency(), recipe.options);
  }

  template <class Work>
  auto With(const Work& work) {
    const nb::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    return work(*session_);
  }

 private:
  std::mutex mutex_;
  std::optional<HintSession> session_;
};

void AddStroke(LockedSession& self, const std::vector<std::pair<double, double>>& points,
               double radius, bool object, std::optional<std::int64_t> box) {
  HintStroke stroke = {.points = {}, .radius = radius, .object = object, .box = box};
  for (const auto& [x, y] : points) stroke.points.emplace_back(x, y);
  self.With([&](HintSession& session) { session.Add(stroke); });
}

std::int64_t AddBox(LockedSession& self, double x, double y, double width, double height,
                    std::optional<std::int64_t> id) {
  return self.With([&](HintSession& session) {
    std::vector<HintBox> boxes = session.hints().boxes;
    boxes.push_back({.id = id.value_or(kUnnumbered), .box = {x, y, width, height}});
    NumberBoxes(boxes);
    session.Add(boxes.back());
    return boxes.back().id;
  });
}

}  // namespace

void BindSegmenting(nb::module_& module) {
  module.def("segment", &SegmentByHeat, nb::arg("image"), nb::arg("heat"),
             nb::arg("features").none(), nb::arg("hints"), nb::arg("trimap").none(),
             nb::arg("recipe"));
  module.def("refine", &RefineMaps, nb::arg("image"), nb::arg("maps"), nb::arg("background").none(),
             nb::arg("hints"), nb::arg("trimap").none(), nb::arg("recipe"));
  nb::class_<LockedSession>(module, "Session")
      .def(nb::init<nb::handle, nb::handle, nb::handle, const SegmentRecipe&>(), nb::arg("image"),
           nb::arg("heat"), nb::arg("features").none(), nb::arg("recipe"))
      .def("add_stroke", &AddStroke, nb::arg("points"), nb::arg("radius"), nb::arg("object"),
           nb::arg("box").none())
      .def("add_box", &AddBox, nb::arg("x"), nb::arg("y"), nb::arg("width"), nb::arg("height"),
           nb::arg("id").none())
      .def("undo", [](LockedSession& self) { return self.With([](auto& s) { return s.Undo(); }); })
      .def("redo", [](LockedSession& self) { return self.With([](auto& s) { return s.Redo(); }); })
      .def("clear", [](LockedSession& self) { self.With([](auto& s) { s.Clear(); }); })
      .def("segment", [](LockedSession& self) {
        return ToDict(self.With([](auto& s) { return s.Segment(); }));
      });
}

}  // namespace gradcut::python
