#include "model/torchscript_settings.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/text.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace gradcut {
namespace {

constexpr std::uint64_t kMaxBytes = 4 << 20;
constexpr int kMinInput = 16;
constexpr int kMaxInput = 4096;

toml::table Parse(const std::filesystem::path& path) {
  const std::string text = ReadText(path, kMaxBytes);
  try {
    return toml::parse(text, path.string());
  } catch (const toml::parse_error& error) {
    Fail("{}:{}: {}", Printable(path), error.source().begin.line, Printable(error.description()));
  }
}

void CheckKeys(const toml::table& table, const std::string& file) {
  const std::set<std::string_view> known = {"input", "mean", "std", "classes", "layers"};
  for (const auto& [key, value] : table)
    Require(known.contains(key.str()),
            "{}: unknown key '{}', expected input, mean, std, classes or layers", file,
            Printable(key.str()));
}

// Three numbers in 0-1, as ones in 0-255. A network may want its input stretched to more than that,
// but not by much.
std::array<float, 3> Colours(const toml::table& table, const char* key, const std::string& file) {
  constexpr double kMost = 2;
  const toml::array* const array = table[key].as_array();
  std::array<float, 3> colours = {};
  bool good = array != nullptr && array->size() == colours.size();
  for (std::size_t i = 0; good && i < colours.size(); ++i) {
    const double value = (*array)[i].value<double>().value_or(std::nan(""));
    good = std::isfinite(value);
    Require(
        !good || std::abs(value) <= kMost,
        "{}: {} has the value {}, which is of colours in 0-255; expected red, green and blue in "
        "0-1: divide mean and std by 255",
        file, key, value);
    colours[i] = static_cast<float>(value * 255);
  }
  Require(good, "{}: {} must be three numbers, for red, green and blue in 0-1", file, key);
  return colours;
}

std::vector<std::string> Names(const toml::table& table, const char* key, const std::string& file) {
  std::vector<std::string> names;
  if (!table.contains(key)) return names;
  const toml::array* const array = table[key].as_array();
  Require(array != nullptr && !array->empty(), "{}: {} must be a list of names", file, key);
  for (const toml::node& node : *array) {
    names.push_back(node.value<std::string>().value_or(""));
    Require(!names.back().empty(), "{}: {} must be a list of names", file, key);
  }
  return names;
}

}  // namespace

TorchScriptSettings ReadTorchScriptSettings(const std::filesystem::path& path) {
  const std::string file = Printable(path);
  Require(std::filesystem::exists(path),
          "{}: not there; it must say the program's input, mean and std (see src/model/README.md)",
          file);
  const toml::table table = Parse(path);
  CheckKeys(table, file);
  TorchScriptSettings settings;
  const std::int64_t input = table["input"].value<std::int64_t>().value_or(0);
  Require(input >= kMinInput && input <= kMaxInput,
          "{}: input must be a whole number of pixels from {} to {}", file, kMinInput, kMaxInput);
  settings.input_size = static_cast<int>(input);
  settings.normalisation = {Colours(table, "mean", file), Colours(table, "std", file)};
  Require(std::ranges::all_of(settings.normalisation.std, [](float s) { return s > 0; }),
          "{}: std must be above 0", file);
  settings.classes = Names(table, "classes", file);
  settings.layers = Names(table, "layers", file);
  const std::set<std::string> distinct(settings.layers.begin(), settings.layers.end());
  Require(distinct.size() == settings.layers.size(), "{}: a layer is named twice", file);
  return settings;
}

}  // namespace gradcut
