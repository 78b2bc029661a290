#include "python/recipes.h"

#include "gradcut/core/error.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

// Stages and keys of recipes that concern classifiers and pictures: looked at by those alone.
constexpr std::array kOtherStages = {"saliency", "render", "maps"};
constexpr std::array kOtherKeys = {"segment.more_scales", "segment.second_look"};

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

void ReadTable(const std::string& stage, nlohmann::json table, OptionTexts& texts) {
  for (const char* const other : kOtherStages)
    if (stage == other) {
      for (const auto& [field, value] : table.items())
        texts[stage + "." + field] = ValueText(value);
      return;
    }
  for (const std::string key : kOtherKeys)
    if (key.starts_with(stage + ".")) {
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

// What a recipe's file says beside options, as JSON, and the texts of its options.
std::tuple<std::string, OptionTexts> ReadRecipe(const std::string& path) {
  nlohmann::json settings = nlohmann::json::object();
  OptionTexts texts;
  ReadOptionFile(path, [&](const std::string& key, const nlohmann::json& value) {
    if (value.is_object())
      ReadTable(key, value, texts);
    else
      settings[key] = value;
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
  module.def("preset_names", &PresetNames);
  module.def("read_recipe", &ReadRecipe, nb::arg("path"));
}

}  // namespace gradcut::python
