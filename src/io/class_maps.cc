#include "gradcut/io/class_maps.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/io/file.h"
#include "gradcut/io/labels_io.h"
#include "gradcut/io/npy.h"
#include "io/format.h"
#include "io/heat_array.h"
#include "io/npy_header.h"
#include "io/pickled_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace gradcut {
namespace {

using namespace std::string_literals;
using Kind = PickleValue::Kind;
using Form = ClassMaps::Form;

// One map a channel of an array of channels x rows x columns.
std::vector<cv::Mat> SplitChannels(const NpyArray& array, const std::string& name,
                                   const ImageReadOptions& options) {
  Require(array.shape.size() == 3 && array.shape[0] > 0,
          "{}: expected channels x rows x columns, got {} dimensions and {} elements", name,
          array.shape.size(), array.size());
  Require(array.shape[0] <= kMaxMaps, "{}: has {} channels, expected at most {}", name,
          array.shape[0], kMaxMaps);
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

ClassMaps OfArray(const NpyArray& array, const std::string& name, const ImageReadOptions& options) {
  if (array.shape.size() != 3 || array.shape[0] == 1)
    return {.keys = {0}, .maps = {HeatMapOf(array, name, options)}};
  ClassMaps result = {.form = Form::kChannels, .keys = {}, .maps = {}};
  result.maps = SplitChannels(array, name, options);
  for (std::size_t i = 0; i < result.maps.size(); ++i) result.keys.push_back(static_cast<int>(i));
  return result;
}

// ---- Dicts

const PickleValue* FindEntry(const PickleValue& dict, std::string_view key) {
  for (const auto& [name, value] : dict.items)
    if (name->kind == Kind::kText && name->text == key) return value;
  return nullptr;
}

int CheckedKey(double key, const std::string& name) {
  Require(key >= 0 && key < kMaxMaps && key == static_cast<int>(key),
          "{}: has the key {}, expected whole numbers from 0 to {}", name, key, kMaxMaps - 1);
  return static_cast<int>(key);
}

int KeyOf(const PickleValue& value, const std::string& name) {
  Require(value.kind == Kind::kInteger && value.text.empty(),
          "{}: is a dict with other keys than 'keys' and 'high_res' or 'cam', or whole numbers",
          name);
  return CheckedKey(static_cast<double>(value.integer), name);
}

std::vector<int> ReadKeys(const PickleValue& value, const std::string& name) {
  std::vector<int> keys;
  if (value.kind == Kind::kList || value.kind == Kind::kTuple) {
    Require(value.elements.size() <= kMaxMaps, "{}: has more than {} keys", name, kMaxMaps);
    for (const PickleValue* const key : value.elements) keys.push_back(KeyOf(*key, name));
    return keys;
  }
  const NpyArray array = ReadPickledArray(value, name);
  Require(array.shape.size() == 1 && array.size() <= kMaxMaps,
          "{}: expected a list of at most {} keys", name, kMaxMaps);
  for (const double key : array.ToDoubles()) keys.push_back(CheckedKey(key, name));
  return keys;
}

// Entries may be one and the same array: what they take in all must still have come from the file.
class ArrayReader {
 public:
  ArrayReader(std::size_t budget, std::string name) : budget_(budget), name_(std::move(name)) {}

  NpyArray Read(const PickleValue& value) {
    NpyArray array = ReadPickledArray(value, name_);
    Require(array.bytes.size() <= budget_, "{}: is corrupt: its maps overlap", name_);
    budget_ -= array.bytes.size();
    return array;
  }

 private:
  std::size_t budget_;
  const std::string name_;
};

ClassMaps OfDict(const PickleValue& dict, std::size_t bytes, const std::string& name,
                 const ImageReadOptions& options) {
  Require(dict.kind == Kind::kDict, "{}: holds a Python object that is no dict of maps", name);
  ClassMaps result = {.form = Form::kKeyed, .keys = {}, .maps = {}};
  ArrayReader reader(bytes, name);
  if (const PickleValue* const keys = FindEntry(dict, "keys")) {
    const PickleValue* maps = FindEntry(dict, "high_res");
    if (maps == nullptr) maps = FindEntry(dict, "cam");
    Require(maps != nullptr, "{}: is a dict without 'high_res' or 'cam'", name);
    result.keys = ReadKeys(*keys, name);
    result.maps = SplitChannels(reader.Read(*maps), name, options);
    Require(result.keys.size() == result.maps.size(), "{}: has {} keys for {} maps", name,
            result.keys.size(), result.maps.size());
  } else {
    Require(!dict.items.empty(), "{}: is an empty dict, expected maps", name);
    for (const auto& [key, map] : dict.items) {
      result.keys.push_back(KeyOf(*key, name));
      result.maps.push_back(HeatMapOf(reader.Read(*map), name, options));
      Require(result.maps.back().size() == result.maps.front().size(),
              "{}: has maps of different sizes", name);
    }
  }
  std::vector<int> sorted = result.keys;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  Require(twice == sorted.end(), "{}: has the key {} twice", name,
          twice == sorted.end() ? 0 : *twice);
  return result;
}

ClassMaps OfPickle(std::span<const std::uint8_t> data, const std::string& name,
                   const ImageReadOptions& options) {
  try {
    const Pickle pickle(std::as_bytes(data));
    return OfDict(UnwrapObject(pickle.root()), data.size(), name, options);
  } catch (const std::invalid_argument& error) {
    Fail("{}: not a usable dict of maps: {}", name, Printable(error.what()));
  }
}

// ---- Writing

std::string LittleEndian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xff);
  return text;
}

std::string PickleInteger(std::int64_t value) {
  return "J" + LittleEndian(static_cast<std::uint64_t>(value), 4);
}

std::string PickleText(const std::string& text) {
  return "X" + LittleEndian(text.size(), 4) + text;
}

std::string PickleShape(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (const std::int64_t size : shape) text += PickleInteger(size);
  return text + "t";
}

// The opcodes that make an array; what it holds comes last. The names are those that NumPy 1 writes
// and NumPy 2 still knows.
std::string PickleArray(const std::vector<std::int64_t>& shape, const std::string& code,
                        const std::string& state, const std::string& elements) {
  return "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n(K\0tC\1b\x87R(K\1"s +
         PickleShape(shape) + "cnumpy\ndtype\n" + PickleText(code) + "\x89\x88\x87R(K\3"s + state +
         "tb\x89" + elements + "tb";
}

std::string PickleNumbers(const NpyArray& array, const std::string& code) {
  const std::string bytes(array.bytes.begin(), array.bytes.end());
  return PickleArray(array.shape, code,
                     PickleText("<") + "NNN" + PickleInteger(-1) + PickleInteger(-1) + "K\0"s,
                     "\x8e" + LittleEndian(bytes.size(), 8) + bytes);
}

NpyArray Stack(std::span<const cv::Mat> maps) {
  const cv::Size size = maps.empty() ? cv::Size() : maps[0].size();
  NpyArray array{.shape = {static_cast<std::int64_t>(maps.size()), size.height, size.width},
                 .dtype = Dtype::kFloat32,
                 .bytes = {}};
  for (const cv::Mat& map : maps) {
    CheckHeatMap(map, "class map");
    CheckSameSize(maps[0], "first map", map, "another one");
    for (int row = 0; row < map.rows; ++row)
      array.bytes.insert(array.bytes.end(), map.ptr(row), map.ptr(row) + map.cols * sizeof(float));
  }
  return array;
}

}  // namespace

ClassMaps ReadClassMaps(const std::filesystem::path& path, const ImageReadOptions& options) {
  const std::string name = Printable(path);
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  if (RecogniseFormat(bytes) != FileFormat::kNpy)
    return {.keys = {0}, .maps = {ReadHeatMap(path, options)}};
  const NpyParts parts = SplitNpy(bytes, name);
  return parts.header.descr == "|O" ? OfPickle(parts.data, name, options)
                                    : OfArray(MakeNpyArray(parts, name), name, options);
}

std::vector<std::uint8_t> EncodeChannels(std::span<const cv::Mat> maps) {
  return EncodeNpy(Stack(maps));
}

std::vector<std::uint8_t> EncodeKeyedMaps(std::span<const int> keys,
                                          std::span<const cv::Mat> maps) {
  if (keys.size() != maps.size())
    throw std::invalid_argument("EncodeKeyedMaps: expected one key a map");
  NpyArray key_array{
      .shape = {static_cast<std::int64_t>(keys.size())}, .dtype = Dtype::kInt64, .bytes = {}};
  for (const int key : keys) {
    const std::string bytes = LittleEndian(static_cast<std::uint64_t>(key), 8);
    key_array.bytes.insert(key_array.bytes.end(), bytes.begin(), bytes.end());
  }
  const std::string dict = "]}(" + PickleText("keys") + PickleNumbers(key_array, "i8") +
                           PickleText("high_res") + PickleNumbers(Stack(maps), "f4") + "ua";
  const std::string object_state =
      PickleText("|") + "NNN" + PickleInteger(-1) + PickleInteger(-1) + "K\x3f";
  const std::string pickle = "\x80\4" + PickleArray({}, "O8", object_state, dict) + ".";
  return JoinNpy({.header = {.descr = "|O", .shape = {}},
                  .data = {reinterpret_cast<const std::uint8_t*>(pickle.data()), pickle.size()}});
}

}  // namespace gradcut
