#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

namespace gradcut::python {

// The memory of a Python array, kept as long as this lives. To be made and destroyed with the GIL.
class Array {
 public:
  // `what` is its name in messages. Throws `Error` for what is no array of at least one and at most
  // `kMaxPixels` times 512 numbers.
  Array(nanobind::handle object, const char* what);
  ~Array();
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  int axes() const { return view_.ndim; }
  std::int64_t extent(int axis) const { return view_.shape[axis]; }

  // An image, a map of floats, and a map of bytes (also of booleans), of the type that
  // core/image.h gives them; memory in rows is taken as it is, all else copied. Throw `Error` for
  // another shape or type.
  cv::Mat Image() const;
  cv::Mat FloatMap() const;
  cv::Mat ByteMap() const;

  // The same of each map along the first axis.
  std::vector<cv::Mat> FloatMaps() const;

  // All costs in a row, in units of `kCapacityScale` a nat and within +- `most`: 32-bit integers as
  // they are, floats as nats. Of three axes, those of one layer along the first. What is outside
  // `part` of it is not looked at and is 0.
  std::vector<std::int32_t> Units(std::int32_t most, int layer = 0) const;
  std::vector<std::int32_t> Units(std::int32_t most, int layer, const cv::Rect& part) const;

  // Throws `Error` for more pixels along that axis and the next than `kMaxPixels`.
  void CheckPixels(int first_axis) const;

  // One row a cell, cells along the last two axes, channels along the first.
  cv::Mat CellRows() const;

  [[noreturn]] void Refuse(const std::string& expected) const;

 private:
  bool Is(char kind, std::int64_t size) const;
  // The matrix of the last axes at `data`, of elements of that type.
  cv::Mat Matrix(const char* data, int first_axis, int type) const;

  std::string what_;
  Py_buffer view_ = {};
};

// A new array of the values, which may be shared with nobody.
nanobind::object ToArray(cv::Mat mat);

}  // namespace gradcut::python
