#include "gradcut/tensor/npy.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "tensor/npy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <opencv2/core.hpp>
#include <optional>
#include <string>

namespace gradcut {
namespace {

using namespace std::string_literals;

static_assert(std::endian::native == std::endian::little, "elements are copied as they are");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMaxDimensions = 4;

struct DtypeInfo {
  Dtype dtype;
  std::string_view name;
  std::string_view code;  // In the header
  std::size_t size;
};

constexpr std::array<DtypeInfo, 12> kDtypes = {{
    {Dtype::kBool, "bool", "|b1", 1},
    {Dtype::kInt8, "int8", "|i1", 1},
    {Dtype::kInt16, "int16", "<i2", 2},
    {Dtype::kInt32, "int32", "<i4", 4},
    {Dtype::kInt64, "int64", "<i8", 8},
    {Dtype::kUint8, "uint8", "|u1", 1},
    {Dtype::kUint16, "uint16", "<u2", 2},
    {Dtype::kUint32, "uint32", "<u4", 4},
    {Dtype::kUint64, "uint64", "<u8", 8},
    {Dtype::kFloat16, "float16", "<f2", 2},
    {Dtype::kFloat32, "float32", "<f4", 4},
    {Dtype::kFloat64, "float64", "<f8", 8},
}};

const DtypeInfo& Info(Dtype dtype) {
  for (const DtypeInfo& info : kDtypes)
    if (info.dtype == dtype) return info;
  throw std::logic_error("not a Dtype");
}

const DtypeInfo& ParseDtype(const std::string& descr, const std::string& name) {
  for (const DtypeInfo& info : kDtypes) {
    // One-byte types have no byte order, and some writers give one all the same.
    const bool same = descr == info.code || (info.size == 1 && descr.size() == 3 &&
                                             descr.substr(1) == info.code.substr(1));
    if (same) return info;
  }
  Require(!descr.starts_with('>'), "{}: is big-endian, expected little-endian", name);
  Fail("{}: has elements of type '{}', expected a boolean, integer or floating-point array", name,
       Printable(descr));
}

// Bytes of an array; nothing when that overflows.
std::optional<std::size_t> ByteCount(const std::vector<std::int64_t>& shape,
                                     std::size_t element_size) {
  std::size_t count = element_size;
  for (const std::int64_t size : shape)
    if (__builtin_mul_overflow(count, static_cast<std::size_t>(size), &count)) return std::nullopt;
  return count;
}

// From the first index fastest to the last index fastest.
std::vector<std::uint8_t> ToCOrder(std::span<const std::uint8_t> data,
                                   const std::vector<std::int64_t>& shape, std::size_t size) {
  std::vector<std::uint8_t> bytes(data.size());
  std::vector<std::int64_t> index(shape.size(), 0);
  for (std::size_t from = 0; from < data.size(); from += size) {
    std::size_t to = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      to = to * static_cast<std::size_t>(shape[axis]) + static_cast<std::size_t>(index[axis]);
    std::memcpy(bytes.data() + to * size, data.data() + from, size);
    for (std::size_t axis = 0; axis < shape.size() && ++index[axis] == shape[axis]; ++axis)
      index[axis] = 0;
  }
  return bytes;
}

float HalfToFloat(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1f;
  const int mantissa = half & 0x3ff;
  float value = 0;
  if (exponent == 0)
    value = std::ldexp(static_cast<float>(mantissa), -24);
  else if (exponent < 31)
    value = std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  else
    value = mantissa == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  return (half & 0x8000) != 0 ? -value : value;
}

template <class T>
std::vector<double> Convert(const NpyArray& array) {
  const std::span<const T> elements = array.As<T>();
  std::vector<double> values(elements.size());
  std::transform(elements.begin(), elements.end(), values.begin(),
                 [](T element) { return static_cast<double>(element); });
  return values;
}

}  // namespace

std::string_view DtypeName(Dtype dtype) { return Info(dtype).name; }
std::size_t DtypeSize(Dtype dtype) { return Info(dtype).size; }

std::vector<double> NpyArray::ToDoubles() const {
  switch (dtype) {
    case Dtype::kInt8:
      return Convert<std::int8_t>(*this);
    case Dtype::kInt16:
      return Convert<std::int16_t>(*this);
    case Dtype::kInt32:
      return Convert<std::int32_t>(*this);
    case Dtype::kInt64:
      return Convert<std::int64_t>(*this);
    case Dtype::kUint16:
      return Convert<std::uint16_t>(*this);
    case Dtype::kUint32:
      return Convert<std::uint32_t>(*this);
    case Dtype::kUint64:
      return Convert<std::uint64_t>(*this);
    case Dtype::kFloat32:
      return Convert<float>(*this);
    case Dtype::kFloat64:
      return Convert<double>(*this);
    case Dtype::kFloat16: {
      std::vector<double> values(size());
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = HalfToFloat(static_cast<std::uint16_t>(
            bytes[2 * i] | static_cast<unsigned>(bytes[2 * i + 1]) << 8));
      return values;
    }
    case Dtype::kBool:
    case Dtype::kUint8:
      return {bytes.begin(), bytes.end()};
  }
  throw std::logic_error("not a Dtype");
}

NpyParts SplitNpy(std::span<const std::uint8_t> bytes, const std::string& name) {
  const std::string_view text = AsText(bytes);
  Require(text.starts_with(kMagic), "{}: is not a NumPy array (.npy)", name);
  Require(bytes.size() >= 12, "{}: is truncated (.npy)", name);
  const int version = bytes[6];
  Require(version >= 1 && version <= 3, "{}: is a NumPy array of the unknown format version {}",
          name, version);
  const std::size_t start = version == 1 ? 10 : 12;
  std::size_t length = 0;
  for (std::size_t i = start; i > 8; --i) length = length << 8 | bytes[i - 1];
  Require(length <= bytes.size() - start, "{}: is truncated (.npy)", name);
  std::optional<NpyHeader> header = ParseNpyHeader(text.substr(start, length));
  Require(header.has_value(), "{}: is corrupt (.npy): its header makes no sense", name);
  return {std::move(*header), bytes.subspan(start + length)};
}

NpyArray MakeNpyArray(const NpyParts& parts, const std::string& name) {
  const auto& [header, data] = parts;
  const DtypeInfo& dtype = ParseDtype(header.descr, name);
  Require(header.shape.size() <= kMaxDimensions, "{}: has {} dimensions, expected at most {}", name,
          header.shape.size(), kMaxDimensions);
  const std::optional<std::size_t> expected = ByteCount(header.shape, dtype.size);
  Require(expected.has_value() && data.size() == *expected,
          "{}: is corrupt or truncated (.npy): has {} bytes of data, expected {}", name,
          data.size(), expected ? fmt::format("{}", *expected) : "more than fit");

  const bool valid =
      dtype.dtype != Dtype::kBool ||
      std::all_of(data.begin(), data.end(), [](std::uint8_t byte) { return byte <= 1; });
  Require(valid, "{}: is corrupt (.npy): has booleans that are neither true nor false", name);

  NpyArray array{.shape = header.shape, .dtype = dtype.dtype, .bytes = {}};
  array.bytes = header.fortran_order ? ToCOrder(data, array.shape, dtype.size)
                                     : std::vector(data.begin(), data.end());
  return array;
}

NpyArray DecodeNpy(std::span<const std::uint8_t> bytes, std::string_view name) {
  const std::string printable = Printable(name);
  return MakeNpyArray(SplitNpy(bytes, printable), printable);
}

NpyArray ReadNpy(const std::filesystem::path& path) {
  return DecodeNpy(ReadFile(path), path.native());
}

std::vector<std::uint8_t> JoinNpy(const NpyParts& parts) {
  const std::vector<std::int64_t>& sizes = parts.header.shape;
  std::string shape;
  for (const std::int64_t size : sizes)
    shape += fmt::format("{}{}", shape.empty() ? "" : ", ", size);
  if (sizes.size() == 1) shape += ',';
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}), }}", parts.header.descr,
                  parts.header.fortran_order ? "True" : "False", shape);
  // NumPy leaves room for the first size to grow to 21 digits.
  if (!sizes.empty()) header.append(21 - fmt::formatted_size("{}", sizes[0]), ' ');
  constexpr std::size_t kStart = 10;
  constexpr std::size_t kAlignment = 64;
  header.append((kAlignment - (kStart + header.size() + 1) % kAlignment) % kAlignment, ' ');
  header += '\n';

  const std::string length = {static_cast<char>(header.size() & 0xff),
                              static_cast<char>(header.size() >> 8)};
  const std::string start = std::string(kMagic) + "\x01\0"s + length + header;
  std::vector<std::uint8_t> file;
  file.reserve(start.size() + parts.data.size());
  file.insert(file.end(), start.begin(), start.end());
  file.insert(file.end(), parts.data.begin(), parts.data.end());
  return file;
}

std::vector<std::uint8_t> EncodeNpy(const NpyArray& array) {
  const DtypeInfo& dtype = Info(array.dtype);
  const bool possible =
      array.shape.size() <= kMaxDimensions &&
      std::all_of(array.shape.begin(), array.shape.end(), [](std::int64_t n) { return n >= 0; });
  if (!possible || ByteCount(array.shape, dtype.size) != array.bytes.size())
    throw std::invalid_argument("EncodeNpy: shape, type and number of bytes disagree");
  return JoinNpy(
      {.header = {.descr = std::string(dtype.code), .shape = array.shape}, .data = array.bytes});
}

std::vector<std::uint8_t> EncodeNpy(const cv::Mat& mat) {
  const auto dtype = [&mat] {
    switch (mat.type()) {
      case CV_8UC1:
        return Dtype::kUint8;
      case CV_16UC1:
        return Dtype::kUint16;
      case CV_32SC1:
        return Dtype::kInt32;
      case CV_32FC1:
        return Dtype::kFloat32;
      case CV_64FC1:
        return Dtype::kFloat64;
      default:
        throw std::invalid_argument("EncodeNpy: " + cv::typeToString(mat.type()));
    }
  }();
  if (mat.dims != 2) throw std::invalid_argument("EncodeNpy: expected a two-dimensional matrix");
  const cv::Mat whole = mat.isContinuous() ? mat : mat.clone();
  NpyArray array{.shape = {mat.rows, mat.cols}, .dtype = dtype, .bytes = {}};
  array.bytes.assign(whole.data, whole.data + whole.total() * whole.elemSize());
  return EncodeNpy(array);
}

}  // namespace gradcut
