#include "python/recipes.h"

#include "gradcut/core/error.h"

#include <fmt/ranges.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

// Keys of recipes that concern classifiers, pictures and the files of maps: the program looks at
// their values, in modules above this one. A test compares them with the program's.
constexpr std::array kOtherKeys = {"maps.channels",
                                   "render.background",
                                   "render.colour_map",
                                   "render.crop",
                                   "render.feather",
                                   "render.format",
                                   "render.matte",
                                   "render.quality",
                                   "saliency.baseline",
                                   "saliency.blur",
                                   "saliency.epsilon",
                                   "saliency.hidden_gradient",
                                   "saliency.input_gradient",
                                   "saliency.layer",
                                   "saliency.layer_cam",
                                   "saliency.memory",
                                   "saliency.method",
                                   "saliency.mirror",
                                   "saliency.noise",
                                   "saliency.reduction",
                                   "saliency.samples",
                                   "saliency.scales",
                                   "saliency.score",
                                   "saliency.steps",
                                   "saliency.top_classes",
                                   "saliency.window",
                                   "saliency.window_step",
                                   "segment.more_scales",
                                   "segment.second_look"};

constexpr std::array kTexts = {"preset", "model", "device", "objectness", "head", "class_map"};

std::vector<std::string> KeysOf(const OptionList& list) {
  std::vector<std::string> keys;
  for (const Option& option : list.options()) keys.push_back(option.key);
  return keys;
}

void DescribeRefining(HeatPriorOptions& prior, PriorCutOptions& cut, OptionList& list) {
  Describe(prior, list);
  Describe(cut, list);
}

std::vector<std::string> SegmentKeys() {
  CutOptions options;
  OptionList list;
  Describe(options, list);
  return KeysOf(list);
}

std::vector<std::string> RefineKeys() {
  HeatPriorOptions prior;
  PriorCutOptions cut;
  OptionList list;
  DescribeRefining(prior, cut, list);
  return KeysOf(list);
}

std::vector<std::string> OtherKeys() { return {kOtherKeys.begin(), kOtherKeys.end()}; }

void ReadTable(const std::string& stage, nlohmann::json table, OptionTexts& texts) {
  for (const std::string key : kOtherKeys) {
    if (!key.starts_with(stage + ".")) continue;
    const std::string field = key.substr(stage.size() + 1);
    if (!table.contains(field)) continue;
    texts[key] = ValueText(table.at(field));
    table.erase(field);
  }
  CutOptions options;
  HeatPriorOptions prior;
  OptionList list;
  Describe(options, list);
  Describe(prior, list);
  ReadStage(stage, table, list, texts);
}

// As the program takes it in a recipe's file.
void CheckSetting(const std::string& key, const nlohmann::json& value) {
  const auto is_name = [](const nlohmann::json& each) {
    return each.is_string() || each.is_number_integer();
  };
  if (std::find(kTexts.begin(), kTexts.end(), key) != kTexts.end())
    Require(value.is_string(), "{} = {}, must be a string", key, value.dump());
  else if (key == "seed")
    Require(value.is_number_unsigned(), "seed = {}, must be a whole number >= 0", value.dump());
  else if (key == "class")
    Require(value.is_array() ? std::all_of(value.begin(), value.end(), is_name) : is_name(value),
            "class = {}, must be a name or an index, or an array of them", value.dump());
  else
    Fail("unknown key '{}' = {}, expected {}, class, seed or a table of stage options", key,
         value.dump(), fmt::join(kTexts, ", "));
}

// What a recipe's file says beside options, as JSON, and the texts of its options.
std::tuple<std::string, OptionTexts> ReadRecipe(const std::string& path) {
  nlohmann::json settings = nlohmann::json::object();
  OptionTexts texts;
  ReadOptionFile(path, [&](const std::string& key, const nlohmann::json& value) {
    if (value.is_object()) {
      ReadTable(key, value, texts);
    } else {
      CheckSetting(key, value);
      settings[key] = value;
    }
  });
  return {settings.dump(), texts};
}

std::map<std::string, std::string> TextsOf(const OptionList& list) {
  std::map<std::string, std::string> texts;
  for (const Option& option : list.options()) texts[option.key] = option.get();
  return texts;
}

}  // namespace

SegmentRecipe::SegmentRecipe(const std::string& preset, const OptionTexts& texts)
    : options(PresetCut(preset)) {
  OptionList list;
  Describe(options, list);
  SetOptions(texts, list);
  CheckCutOptions(options);
}

RefineRecipe::RefineRecipe(const OptionTexts& texts) {
  OptionList list;
  DescribeRefining(prior, cut, list);
  SetOptions(texts, list);
  ValidateOptions(list);
}

void BindRecipes(nb::module_& module) {
  nb::class_<SegmentRecipe>(module, "SegmentRecipe")
      .def(nb::init<const std::string&, const OptionTexts&>(), nb::arg("preset"),
           nb::arg("options"))
      .def("texts", [](SegmentRecipe& self) {
        OptionList list;
        Describe(self.options, list);
        return TextsOf(list);
      });
  nb::class_<RefineRecipe>(module, "RefineRecipe")
      .def(nb::init<const OptionTexts&>(), nb::arg("options"))
      .def("texts", [](RefineRecipe& self) {
        OptionList list;
        DescribeRefining(self.prior, self.cut, list);
        return TextsOf(list);
      });
  module.def("segment_keys", &SegmentKeys);
  module.def("refine_keys", &RefineKeys);
  module.def("other_keys", &OtherKeys);
  module.def("preset_names", &PresetNames);
  module.def("read_recipe", &ReadRecipe, nb::arg("path"));
}

}  // namespace gradcut::python
