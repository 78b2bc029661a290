// gradcut._classifier: the part of the Python package that needs LibTorch.
#include "gradcut/core/error.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/segment/session.h"
#include "python/arrays.h"
#include "python/errors.h"
#include "python/results.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <memory>
#include <opencv2/core/utility.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

using Settings = std::map<std::string, std::vector<std::string>>;

Recipe RecipeOf(const std::string& preset, const Settings& given, const OptionTexts& options) {
  RecipeSettings settings = {.preset = preset, .options = options};
  for (const auto& [key, values] : given) {
    const std::string value = values.empty() ? "" : values.front();
    if (key == "model") settings.model = value;
    if (key == "device") settings.device = value;
    if (key == "objectness") settings.objectness = value;
    if (key == "head") settings.head = value;
    if (key == "class") settings.classes = values;
    if (key == "class_map") settings.class_map = value;
    if (key == "seed") settings.seed = std::stoull(value);
  }
  Recipe recipe = MakeRecipe(settings);
  if (given.contains("folders"))
    recipe.classifier.folders = {given.at("folders").begin(), given.at("folders").end()};
  return recipe;
}

// A recipe, and the segmenter that it makes.
class LoadedSegmenter {
 public:
  LoadedSegmenter(const std::string& preset, const Settings& settings, const OptionTexts& options) {
    const nb::gil_scoped_release released;
    recipe_ = RecipeOf(preset, settings, options);
    segmenter_.emplace(MakeSegmenter(recipe_));
  }

  nb::dict Segment(nb::handle image, const std::vector<std::string>& classes,
                   const std::string& hints_json, nb::handle trimap) const {
    const Array pixels(image, "image");
    const Hints hints = HintsOf(hints_json, trimap);
    Segmentation found;
    {
      const nb::gil_scoped_release released;
      Recipe recipe = recipe_;
      if (!classes.empty()) recipe.classes = classes;
      const Classifier& classifier = segmenter_->classifier();
      const std::vector<int> wanted = ResolveClasses(recipe, classifier);
      found = SegmentWithHints(*segmenter_, pixels.Image(), hints, wanted,
                               ClassFinder(recipe, classifier));
    }
    return ToDict(found);
  }

  std::map<std::string, std::string> Info() const {
    const ClassifierInfo& info = segmenter_->classifier().info();
    return {{"architecture", info.architecture},
            {"file", info.file.string()},
            {"sha256", info.sha256},
            {"device", info.device}};
  }

 private:
  Recipe recipe_;
  std::optional<Segmenter> segmenter_;
};

}  // namespace
}  // namespace gradcut::python

NB_MODULE(_classifier, module) {
  using namespace gradcut::python;
  cv::setNumThreads(1);
  TranslateErrors(nanobind::module_::import_("gradcut._core").attr("Error"));
  nanobind::class_<LoadedSegmenter>(module, "Segmenter")
      .def(nanobind::init<const std::string&, const Settings&, const gradcut::OptionTexts&>(),
           nanobind::arg("preset"), nanobind::arg("settings"), nanobind::arg("options"))
      .def("segment", &LoadedSegmenter::Segment, nanobind::arg("image"), nanobind::arg("classes"),
           nanobind::arg("hints"), nanobind::arg("trimap").none())
      .def("info", &LoadedSegmenter::Info);
}
