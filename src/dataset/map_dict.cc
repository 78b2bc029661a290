#include "dataset/map_dict.h"

#include "dataset/heat_array.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "tensor/pickled_array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace gradcut {
namespace {

using Kind = PickleValue::Kind;

// Under which names makers of dicts keep the maps of the "keys", the largest maps first: IRN,
// CLIP-ES (two), PuzzleCAM, IRN's strided ones, CLIP-ES's.
constexpr const char* kMapNames[] = {"high_res", "attn_highres", "highres",
                                     "hr_cam",   "cam",          "strided_cam"};

const PickleValue* FindEntry(const PickleValue& dict, std::string_view key) {
  for (const auto& [name, value] : dict.items)
    if (name->kind == Kind::kText && name->text == key) return value;
  return nullptr;
}

const PickleValue& FindMaps(const PickleValue& dict, const std::string& name) {
  for (const char* const key : kMapNames)
    if (const PickleValue* const maps = FindEntry(dict, key)) return *maps;
  Fail("{}: is a dict with 'keys', but without maps: expected them as one of '{}'", name,
       fmt::join(kMapNames, "', '"));
}

int CheckedKey(double key, const std::string& name) {
  Require(key >= 0 && key < kMaxMaps && key == static_cast<int>(key),
          "{}: has the key {}, expected whole numbers from 0 to {}", name, key, kMaxMaps - 1);
  return static_cast<int>(key);
}

// Of Python, NumPy or PyTorch.
int KeyOf(const PickleValue& value, const std::string& name) {
  if (value.kind == Kind::kInteger && value.text.empty())
    return CheckedKey(static_cast<double>(value.integer), name);
  Require(value.kind == Kind::kCall,
          "{}: is a dict with other keys than 'keys' and '{}', or whole numbers", name,
          fmt::join(kMapNames, "', '"));
  const std::vector<double> numbers = ReadPickledArray(value, name).ToDoubles();
  Require(numbers.size() == 1, "{}: has an array for a key, expected whole numbers", name);
  return CheckedKey(numbers[0], name);
}

std::vector<int> ReadKeys(const PickleValue& value, const std::string& name) {
  std::vector<int> keys;
  if (value.kind == Kind::kList || value.kind == Kind::kTuple) {
    Require(value.elements.size() <= kMaxMaps, "{}: has more than {} keys", name, kMaxMaps);
    for (const PickleValue* const key : value.elements) keys.push_back(KeyOf(*key, name));
    return keys;
  }
  const NpyArray array = Squeezed(ReadPickledArray(value, name), /*dimensions=*/1);
  Require(array.shape.size() <= 1 && array.size() <= kMaxMaps,
          "{}: expected a list of at most {} keys", name, kMaxMaps);
  for (const double key : array.ToDoubles()) keys.push_back(CheckedKey(key, name));
  return keys;
}

// Entries may be one and the same array: what they take in all must still have come from the file.
class ArrayReader {
 public:
  ArrayReader(std::size_t budget, std::string name, const ImageReadOptions& options)
      : budget_(budget), name_(std::move(name)), options_(options) {}

  cv::Mat ReadMap(const PickleValue& value) { return HeatMapOf(Read(value), name_, options_); }

  // One array of channels, or a list of maps. `count` are wanted.
  std::vector<cv::Mat> ReadMaps(const PickleValue& value, std::size_t count) {
    std::vector<cv::Mat> maps;
    if (value.kind == Kind::kList || value.kind == Kind::kTuple) {
      Require(value.elements.size() <= kMaxMaps, "{}: has more than {} maps", name_, kMaxMaps);
      for (const PickleValue* const map : value.elements) maps.push_back(ReadMap(*map));
      return maps;
    }
    NpyArray array = Squeezed(Read(value), /*dimensions=*/count == 1 ? 2 : 3);
    if (array.shape.size() == 2 && count == 1) array.shape.insert(array.shape.begin(), 1);
    const auto wanted = static_cast<std::int64_t>(count);
    Require(array.shape.size() != 3 || array.shape[0] == wanted || array.shape[2] != wanted,
            "{}: has maps of {}, whose channels are the last axis; they come first: save "
            "numpy.moveaxis(maps, -1, 0)",
            name_, fmt::join(array.shape, " x "));
    return SplitChannels(array, name_, options_);
  }

 private:
  NpyArray Read(const PickleValue& value) {
    NpyArray array = ReadPickledArray(value, name_);
    Require(array.bytes.size() <= budget_, "{}: is corrupt: its maps overlap", name_);
    budget_ -= array.bytes.size();
    return array;
  }

  std::size_t budget_;
  const std::string name_;
  const ImageReadOptions& options_;
};

void CheckMaps(const ClassMaps& read, const std::string& name) {
  Require(read.keys.size() == read.maps.size(), "{}: has {} keys for {} maps", name,
          read.keys.size(), read.maps.size());
  for (const cv::Mat& map : read.maps)
    Require(map.size() == read.maps.front().size(), "{}: has maps of different sizes", name);
  std::vector<int> sorted = read.keys;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  Require(twice == sorted.end(), "{}: has the key {} twice", name,
          twice == sorted.end() ? 0 : *twice);
}

ClassMaps OfDict(const PickleValue& dict, std::size_t bytes, const std::string& name,
                 const ImageReadOptions& options) {
  Require(dict.kind == Kind::kDict || dict.IsCallOf("collections", "OrderedDict"),
          "{}: holds a Python object that is no dict of maps", name);
  ClassMaps result = {.form = ClassMaps::Form::kKeyed, .keys = {}, .maps = {}};
  ArrayReader reader(bytes, name, options);
  if (const PickleValue* const keys = FindEntry(dict, "keys")) {
    result.keys = ReadKeys(*keys, name);
    if (result.keys.empty()) return result;  // An image that shows no class has no maps either.
    result.maps = reader.ReadMaps(FindMaps(dict, name), result.keys.size());
    // PuzzleCAM counts from 1 and has a key, but no map, for the background.
    if (result.keys.front() == 0 && result.keys.size() == result.maps.size() + 1) {
      result.keys.erase(result.keys.begin());
      for (int& key : result.keys) --key;
    }
  } else {
    for (const auto& [key, map] : dict.items) {
      result.keys.push_back(KeyOf(*key, name));
      result.maps.push_back(reader.ReadMap(*map));
    }
  }
  CheckMaps(result, name);
  return result;
}

}  // namespace

ClassMaps ReadMapDict(std::span<const std::uint8_t> pickle, const std::string& name,
                      const ImageReadOptions& options) {
  try {
    const Pickle read(std::as_bytes(pickle));
    return OfDict(UnwrapObject(read.root()), pickle.size(), name, options);
  } catch (const std::invalid_argument& error) {
    Fail("{}: not a usable dict of maps: {}", name, Printable(error.what()));
  }
}

std::vector<cv::Mat> SplitChannels(const NpyArray& array, const std::string& name,
                                   const ImageReadOptions& options) {
  Require(array.shape.size() == 3 && array.shape[0] > 0,
          "{}: expected channels x rows x columns, got {} dimensions and {} elements", name,
          array.shape.size(), array.size());
  Require(array.shape[0] <= kMaxMaps,
          "{}: has {} channels, expected at most {}: save those of the classes that the image "
          "shows, with their keys",
          name, array.shape[0], kMaxMaps);
  std::vector<cv::Mat> maps;
  const std::size_t bytes = array.bytes.size() / static_cast<std::size_t>(array.shape[0]);
  for (std::size_t start = 0; maps.size() < static_cast<std::size_t>(array.shape[0]);
       start += bytes) {
    const auto first = array.bytes.begin() + static_cast<std::ptrdiff_t>(start);
    const NpyArray channel = {{array.shape[1], array.shape[2]},
                              array.dtype,
                              {first, first + static_cast<std::ptrdiff_t>(bytes)}};
    maps.push_back(HeatMapOf(channel, fmt::format("{}: channel {}", name, maps.size()), options));
  }
  return maps;
}

NpyArray Squeezed(NpyArray array, std::size_t dimensions) {
  std::vector<std::int64_t>& shape = array.shape;
  for (auto axis = shape.begin(); axis != shape.end() && shape.size() > dimensions;)
    axis = *axis == 1 ? shape.erase(axis) : axis + 1;
  return array;
}

}  // namespace gradcut
