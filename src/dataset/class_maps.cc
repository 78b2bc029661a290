#include "gradcut/dataset/class_maps.h"

#include "dataset/heat_array.h"
#include "dataset/map_dict.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/labels_io.h"
#include "gradcut/image/turned_map.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "image/format.h"
#include "tensor/npy_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>
#include <string>

namespace gradcut {
namespace {

using namespace std::string_literals;
using Form = ClassMaps::Form;

// Whether an array of three axes has its channels behind: read with the channels in front, the maps
// would have the shape neither of the image nor of a square, which networks make of any image; with
// the channels behind they have, or the last axis is the shortest.
bool HasChannelsLast(const std::vector<std::int64_t>& shape, cv::Size image) {
  const auto may_be_map = [image](std::int64_t rows, std::int64_t cols) {
    if (rows == cols) return true;
    return !image.empty() &&
           HasAspectOf(static_cast<double>(rows), static_cast<double>(cols), image);
  };
  if (may_be_map(shape[1], shape[2])) return false;
  return may_be_map(shape[0], shape[1]) || (shape[2] < shape[0] && shape[2] < shape[1]);
}

ClassMaps OfArray(NpyArray stored, const std::string& name, const ImageReadOptions& options,
                  cv::Size image) {
  const std::vector<std::int64_t> shape = stored.shape;
  const NpyArray array = Squeezed(std::move(stored), /*dimensions=*/2);
  if (array.shape.size() != 3) return {.keys = {0}, .maps = {HeatMapOf(array, name, options)}};
  Require(array.size() == 0 || !HasChannelsLast(array.shape, image),
          "{}: is an array of {}, whose channels seem to be the last axis; they come first: save "
          "numpy.moveaxis(maps, -1, 0)",
          name, fmt::join(shape, " x "));
  ClassMaps result = {.form = Form::kChannels, .keys = {}, .maps = {}};
  result.maps = SplitChannels(array, name, options);
  for (std::size_t i = 0; i < result.maps.size(); ++i) result.keys.push_back(static_cast<int>(i));
  return result;
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

ClassMaps ReadClassMaps(const std::filesystem::path& path, const ImageReadOptions& options,
                        cv::Size image) {
  const std::string name = Printable(path);
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  if (RecogniseFormat(bytes) != FileFormat::kNpy)
    return {.keys = {0}, .maps = {ReadHeatMap(path, options)}};
  const NpyParts parts = SplitNpy(bytes, name);
  return parts.header.descr == "|O" ? ReadMapDict(parts.data, name, options)
                                    : OfArray(MakeNpyArray(parts, name), name, options, image);
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
  return JoinNpy({.header = {.descr = "|O", .shape = {}}, .data = BytesOf(pickle)});
}

}  // namespace gradcut
