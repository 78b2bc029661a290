#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <vector>

namespace gradcut {

/// Element types of NumPy arrays.
enum class Dtype {
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat16,
  kFloat32,
  kFloat64,
};

/// NumPy's name of it, for instance "float32".
std::string_view DtypeName(Dtype dtype);

/// Bytes an element.
std::size_t DtypeSize(Dtype dtype);

/// The `Dtype` of a C++ arithmetic type.
template <class T>
constexpr Dtype DtypeOf() {
  static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8);
  constexpr int log_size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  if constexpr (std::is_same_v<T, bool>) return Dtype::kBool;
  if constexpr (std::is_floating_point_v<T>)
    return log_size == 2 ? Dtype::kFloat32 : Dtype::kFloat64;
  const Dtype first = std::is_signed_v<T> ? Dtype::kInt8 : Dtype::kUint8;
  return static_cast<Dtype>(static_cast<int>(first) + log_size);
}

/// An array in C order (the last index runs fastest). `bytes` holds exactly the product of `shape`
/// elements, in this machine's byte order.
struct NpyArray {
  std::vector<std::int64_t> shape;  ///< Up to 4 sizes >= 0; none for a single number.
  Dtype dtype = Dtype::kFloat32;
  std::vector<std::uint8_t> bytes;

  /// The number of elements.
  std::size_t size() const { return bytes.size() / DtypeSize(dtype); }

  /// The elements. Throws `std::logic_error` when `T` is not the array's type.
  template <class T>
  std::span<const T> As() const {
    if (DtypeOf<T>() != dtype) throw std::logic_error("NpyArray::As: not the array's type");
    return {reinterpret_cast<const T*>(bytes.data()), size()};
  }

  /// The elements as `double` (whole numbers above 2^53 are rounded).
  std::vector<double> ToDoubles() const;
};

/// Reads NumPy's .npy format, versions 1.0 to 3.0, little-endian, C or Fortran order. Throws
/// `Error` "PATH: cause" for anything else: pickled objects, other types, more than 4 dimensions, a
/// header that NumPy would not write, or a size that disagrees with the file's.
NpyArray ReadNpy(const std::filesystem::path& path);
NpyArray DecodeNpy(std::span<const std::uint8_t> bytes, std::string_view name);

/// The same bytes that `numpy.save` writes. Throws `std::invalid_argument` when shape, type and
/// bytes disagree.
std::vector<std::uint8_t> EncodeNpy(const NpyArray& array);

/// A single-channel `CV_8U`, `CV_16U`, `CV_32S`, `CV_32F` or `CV_64F` matrix as a two-dimensional
/// array.
std::vector<std::uint8_t> EncodeNpy(const cv::Mat& mat);

}  // namespace gradcut
