#include "python/masks.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/run_lengths.h"
#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"
#include "python/arrays.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gradcut::python {
namespace {

namespace nb = nanobind;

nb::object ReadImageFile(const std::string& path) {
  cv::Mat image;
  {
    const nb::gil_scoped_release released;
    image = ReadImage(path);
  }
  return ToArray(image);
}

nb::object ReadMaskFile(const std::string& path) {
  cv::Mat labels;
  {
    const nb::gil_scoped_release released;
    labels = ReadMask(path).labels;
  }
  return ToArray(labels);
}

void WriteMaskFile(const std::string& path, nb::handle mask, bool palette) {
  const Array array(mask, "mask");
  const nb::gil_scoped_release released;
  const cv::Mat labels = array.ByteMap();
  WriteFileAtomically(path, palette ? EncodeIndexedPng(labels, VocPalette()) : EncodePng(labels));
}

std::string EncodeRle(nb::handle mask) {
  const Array array(mask, "mask");
  const nb::gil_scoped_release released;
  return CompressRuns(EncodeRuns(array.ByteMap()));
}

constexpr std::int64_t kMostPixels = 1 << 28;

void CheckSize(std::int64_t rows, std::int64_t cols) {
  Require(rows > 0 && cols > 0 && rows <= kMostPixels / cols,
          "size [{}, {}], expected 1 to 2^28 pixels", rows, cols);
}

nb::object DecodeRle(const std::string& text, std::int64_t rows, std::int64_t cols) {
  cv::Mat mask;
  {
    const nb::gil_scoped_release released;
    CheckSize(rows, cols);
    const RunLengths runs = DecompressRuns(text, static_cast<int>(rows), static_cast<int>(cols));
    mask = DecodeRuns(runs) / 255;
  }
  return ToArray(mask);
}

nb::object DecodeCounts(const std::vector<std::int64_t>& counts, std::int64_t rows,
                        std::int64_t cols) {
  cv::Mat mask;
  {
    const nb::gil_scoped_release released;
    CheckSize(rows, cols);
    RunLengths runs = {
        .rows = static_cast<int>(rows), .cols = static_cast<int>(cols), .counts = {}};
    for (const std::int64_t count : counts) {
      Require(count >= 0 && count <= kMostPixels, "counts: {}, expected 0 to 2^28", count);
      runs.counts.push_back(static_cast<std::uint32_t>(count));
    }
    mask = DecodeRuns(runs) / 255;
  }
  return ToArray(mask);
}

}  // namespace

void BindMasks(nb::module_& module) {
  module.def("read_image", &ReadImageFile, nb::arg("path"));
  module.def("read_mask", &ReadMaskFile, nb::arg("path"));
  module.def("write_mask", &WriteMaskFile, nb::arg("path"), nb::arg("mask"), nb::arg("palette"));
  module.def("rle_encode", &EncodeRle, nb::arg("mask"));
  module.def("rle_decode", &DecodeRle, nb::arg("text"), nb::arg("rows"), nb::arg("cols"));
  module.def("rle_decode_counts", &DecodeCounts, nb::arg("counts"), nb::arg("rows"),
             nb::arg("cols"));
}

}  // namespace gradcut::python
