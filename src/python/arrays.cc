#include "python/arrays.h"

#include "gradcut/core/error.h"
#include "gradcut/graphcut/energy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

constexpr std::int64_t kMaxChannels = 512;
// Each cell is compared with each other one.
constexpr std::int64_t kMaxCells = 10'000;
constexpr std::int64_t kMaxFeatures = 16'384;

// The kind of number that a format of the `struct` module stands for, in this machine's byte order:
// f, i, u, b or, for anything else, ?.
char KindOf(const char* format) {
  if (format == nullptr) return 'u';
  if (*format == '@' || *format == '=' || *format == '<') ++format;
  if (*format == '\0' || format[1] != '\0') return '?';
  if (std::strchr("fd", *format) != nullptr) return 'f';
  if (std::strchr("bhilqn", *format) != nullptr) return 'i';
  if (std::strchr("BHILQN", *format) != nullptr) return 'u';
  return *format == '?' ? 'b' : '?';
}

// Copies elements of `kSize` bytes that lie anywhere.
template <std::size_t kSize>
void CopyElements(const char* from, const Py_ssize_t* strides, int channels, cv::Mat& to) {
  for (int row = 0; row < to.rows; ++row) {
    std::uint8_t* at = to.ptr(row);
    for (int col = 0; col < to.cols; ++col)
      for (int channel = 0; channel < channels; ++channel, at += kSize)
        std::memcpy(
            at,
            from + row * strides[0] + col * strides[1] + (channels > 1 ? channel * strides[2] : 0),
            kSize);
  }
}

template <class T>
nb::object Wrap(std::unique_ptr<cv::Mat> mat) {
  const std::size_t shape[] = {static_cast<std::size_t>(mat->rows),
                               static_cast<std::size_t>(mat->cols),
                               static_cast<std::size_t>(mat->channels())};
  T* const data = mat->ptr<T>();
  const std::size_t axes = mat->channels() == 1 ? 2 : 3;
  const nb::capsule owner(mat.release(),
                          [](void* held) noexcept { delete static_cast<cv::Mat*>(held); });
  return nb::cast(nb::ndarray<nb::numpy, T>(data, axes, shape, owner));
}

}  // namespace

Array::Array(nb::handle object, const char* what) : what_(what) {
  if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_STRIDES | PyBUF_FORMAT) != 0) {
    PyErr_Clear();
    Fail("{}: expected an array", what_);
  }
  try {
    if (view_.ndim < 2 || view_.ndim > 3) Refuse("two or three axes");
    std::int64_t count = 1;
    for (int axis = 0; axis < view_.ndim; ++axis) {
      const std::int64_t extent = view_.shape[axis];
      if (extent == 0) Refuse("at least one value");
      const auto most = static_cast<std::int64_t>(kMaxPixels) * kMaxChannels;
      if (extent > most / count) Refuse("less: it is too large");
      count *= extent;
    }
  } catch (...) {
    PyBuffer_Release(&view_);
    throw;
  }
}

Array::~Array() { PyBuffer_Release(&view_); }

void Array::Refuse(const std::string& expected) const {
  const std::span<const Py_ssize_t> shape(view_.shape, static_cast<std::size_t>(view_.ndim));
  Fail("{}: an array of shape ({}) and type '{}', expected {}", what_, fmt::join(shape, ", "),
       view_.format == nullptr ? "B" : view_.format, expected);
}

bool Array::Is(char kind, std::int64_t size) const {
  return KindOf(view_.format) == kind && view_.itemsize == size;
}

void Array::CheckPixels(int first_axis) const {
  const std::int64_t rows = extent(first_axis), cols = extent(first_axis + 1);
  if (rows > static_cast<std::int64_t>(kMaxPixels) / cols) Refuse("at most 2^28 pixels");
}

cv::Mat Array::Matrix(const char* data, int first_axis, int type) const {
  CheckPixels(first_axis);
  const Py_ssize_t* const strides = view_.strides + first_axis;
  const int rows = static_cast<int>(extent(first_axis)),
            cols = static_cast<int>(extent(first_axis + 1));
  const int channels = CV_MAT_CN(type);
  const auto size = static_cast<Py_ssize_t>(CV_ELEM_SIZE1(type));
  const bool in_rows =
      (strides[1] == size * channels || cols == 1) && (channels == 1 || strides[2] == size) &&
      (rows == 1 || (strides[0] >= size * channels * cols && strides[0] % size == 0));
  if (in_rows && std::bit_cast<std::uintptr_t>(data) % static_cast<std::uintptr_t>(size) == 0)
    return cv::Mat(
        rows, cols, type, const_cast<char*>(data),
        rows == 1 ? std::size_t{cv::Mat::AUTO_STEP} : static_cast<std::size_t>(strides[0]));
  cv::Mat copy(rows, cols, type);
  if (size == 1)
    CopyElements<1>(data, strides, channels, copy);
  else
    CopyElements<4>(data, strides, channels, copy);
  return copy;
}

cv::Mat Array::Image() const {
  if (axes() != 3 || extent(2) != 3 || !Is('u', 1)) Refuse("uint8 of rows x columns x 3 (RGB)");
  return Matrix(static_cast<const char*>(view_.buf), 0, CV_8UC3);
}

cv::Mat Array::FloatMap() const {
  if (axes() != 2 || !Is('f', 4)) Refuse("float32 of rows x columns");
  return Matrix(static_cast<const char*>(view_.buf), 0, CV_32FC1);
}

cv::Mat Array::ByteMap() const {
  if (axes() != 2 || !(Is('u', 1) || Is('b', 1))) Refuse("uint8 or bool of rows x columns");
  return Matrix(static_cast<const char*>(view_.buf), 0, CV_8UC1);
}

std::vector<cv::Mat> Array::FloatMaps() const {
  if (axes() == 2) return {FloatMap()};
  if (!Is('f', 4)) Refuse("float32 of maps x rows x columns");
  if (extent(0) > kMaxChannels) Refuse("at most 512 maps");
  std::vector<cv::Mat> maps;
  for (std::int64_t i = 0; i < extent(0); ++i)
    maps.push_back(Matrix(static_cast<const char*>(view_.buf) + i * view_.strides[0], 1, CV_32FC1));
  return maps;
}

std::vector<std::int32_t> Array::Units(std::int32_t most, int layer) const {
  CheckPixels(axes() - 2);
  return Units(most, layer,
               {0, 0, static_cast<int>(extent(axes() - 1)), static_cast<int>(extent(axes() - 2))});
}

std::vector<std::int32_t> Array::Units(std::int32_t most, int layer, const cv::Rect& part) const {
  const bool in_nats = Is('f', 4);
  if (!in_nats && !Is('i', 4)) Refuse("float32 (nats) or int32 (thousandths)");
  const int first_axis = axes() - 2;
  const char* const data =
      static_cast<const char*>(view_.buf) + (first_axis > 0 ? layer * view_.strides[0] : 0);
  const cv::Mat map = Matrix(data, first_axis, in_nats ? CV_32FC1 : CV_32SC1);
  std::vector<std::int32_t> units(map.total());
  for (int row = part.y; row < part.br().y; ++row) {
    auto to = units.begin() + std::ptrdiff_t{row} * map.cols + part.x;
    for (int col = part.x; col < part.br().x; ++col, ++to) {
      const double value =
          in_nats ? map.at<float>(row, col) * kCapacityScale : map.at<std::int32_t>(row, col);
      if (std::isnan(value)) Fail("{}: not a number at row {}, column {}", what_, row, col);
      *to = static_cast<std::int32_t>(std::lround(std::clamp<double>(value, -most, most)));
    }
  }
  return units;
}

cv::Mat Array::CellRows() const {
  if (axes() != 3 || !Is('f', 4)) Refuse("float32 of channels x rows x columns");
  CheckPixels(1);
  const std::int64_t channels = extent(0), rows = extent(1), cols = extent(2);
  if (rows * cols > kMaxCells || channels > kMaxFeatures)
    Refuse(fmt::format("at most {} channels and {} cells: pool them", kMaxFeatures, kMaxCells));
  cv::Mat cells(static_cast<int>(rows * cols), static_cast<int>(channels), CV_32FC1);
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t col = 0; col < cols; ++col) {
      const char* const cell =
          static_cast<const char*>(view_.buf) + row * view_.strides[1] + col * view_.strides[2];
      auto* const to = cells.ptr<float>(static_cast<int>(row * cols + col));
      for (std::int64_t channel = 0; channel < channels; ++channel)
        std::memcpy(to + channel, cell + channel * view_.strides[0], sizeof(float));
    }
  return cells;
}

nb::object ToArray(cv::Mat mat) {
  const bool only_ours = mat.u != nullptr && mat.u->refcount == 1 && mat.isContinuous();
  if (!only_ours) mat = mat.clone();
  auto held = std::make_unique<cv::Mat>(std::move(mat));
  switch (held->depth()) {
    case CV_8U:
      return Wrap<std::uint8_t>(std::move(held));
    case CV_32S:
      return Wrap<std::int32_t>(std::move(held));
    default:
      return Wrap<float>(std::move(held));
  }
}

}  // namespace gradcut::python
