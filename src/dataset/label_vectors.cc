#include "dataset/label_vectors.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/storage/file.h"
#include "tensor/npy_header.h"
#include "tensor/pickled_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gradcut {
namespace {

using Kind = PickleValue::Kind;

double NumberOf(const PickleValue& key, const std::string& file) {
  if (key.kind == Kind::kInteger && key.text.empty()) return static_cast<double>(key.integer);
  Require(key.kind == Kind::kCall, "{}: has a key that is no image: expected a name or a number",
          file);
  const std::vector<double> numbers = ReadPickledArray(key, file).ToDoubles();
  Require(numbers.size() == 1, "{}: has an array for a key, expected an image's name or number",
          file);
  return numbers[0];
}

// 2007000032 is 2007_000032.
std::string NameOf(const PickleValue& key, const std::string& file) {
  if (key.kind == Kind::kText) return std::string(key.text);
  const double number = NumberOf(key, file);
  Require(number >= 1e9 && number < 1e10 && number == std::floor(number),
          "{}: has the key {}, expected an image's name, or a number of ten digits: 2007000032 is "
          "2007_000032",
          file, number);
  const auto whole = static_cast<std::int64_t>(number);
  return fmt::format("{}_{:06}", whole / 1'000'000, whole % 1'000'000);
}

std::vector<std::string> ClassesOf(const PickleValue& value, std::span<const std::string> names,
                                   const std::string& where) {
  const std::vector<double> vector = ReadPickledArray(value, where).ToDoubles();
  Require(vector.size() == names.size(),
          "{}: has {} numbers, expected one for each of the {} classes without the background",
          where, vector.size(), names.size());
  std::vector<std::string> classes;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    Require(vector[i] == 0 || vector[i] == 1, "{}: has {} for '{}', expected 0 or 1", where,
            vector[i], Printable(names[i]));
    if (vector[i] == 1) classes.push_back(names[i]);
  }
  return classes;
}

LabelRows RowsOf(const PickleValue& dict, std::span<const std::string> names,
                 const std::string& file) {
  Require(dict.kind == Kind::kDict || dict.IsCallOf("collections", "OrderedDict"),
          "{}: holds a Python object that is no dict of images", file);
  LabelRows read = {.of_data_set = true};
  for (const auto& [key, value] : dict.items) {
    const std::string name = NameOf(*key, file);
    const std::string where = fmt::format("{}: '{}'", file, Printable(name));
    read.rows.push_back({where, name, ClassesOf(*value, names, where)});
  }
  Require(!read.rows.empty(), "{}: no image in it", file);
  std::sort(read.rows.begin(), read.rows.end(),
            [](const LabelRow& a, const LabelRow& b) { return a.name < b.name; });
  return read;
}

}  // namespace

LabelRows ReadLabelVectors(std::span<const std::uint8_t> npy, const std::string& name,
                           std::span<const std::string> known) {
  const NpyParts parts = SplitNpy(npy, name);
  Require(parts.header.descr == "|O",
          "{}: is an array of numbers, expected a dict that numpy.save pickled, as cls_labels.npy "
          "is: a vector of 0 and 1 for each image",
          name);
  const std::vector<std::string> voc = VocClasses();
  const std::span<const std::string> names = known.empty() ? std::span(voc).subspan(1) : known;
  try {
    const Pickle pickle(std::as_bytes(parts.data));
    return RowsOf(UnwrapObject(pickle.root()), names, name);
  } catch (const std::invalid_argument& error) {
    Fail("{}: not a usable dict of labels: {}", name, Printable(error.what()));
  }
}

}  // namespace gradcut
