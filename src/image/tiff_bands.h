#pragma once

#include "image/codec.h"
#include "image/tiff_file.h"

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

// What the fields of an image say of its samples.
struct TiffLayout {
  std::uint32_t cols = 0;
  std::uint32_t rows = 0;
  int bands = 1;
  int bits = 1;
  int format = SAMPLEFORMAT_UINT;
  int photometric = PHOTOMETRIC_MINISBLACK;
  bool planar = false;  // Each band lies apart.
  int colours = 1;      // Bands that are no extra samples.
  int alpha = -1;       // Its band.
  bool associated = false;

  bool real() const { return format == SAMPLEFORMAT_IEEEFP; }
  double white() const {
    if (real()) return 1;
    const int digits = format == SAMPLEFORMAT_INT ? bits - 1 : bits;
    return static_cast<double>((std::uint64_t{1} << digits) - 1);
  }
};

// Throws `Error`: "is a TIFF with KIND, which is not supported".
[[noreturn]] void FailAsUnsupportedTiff(const std::string& name, const std::string& kind);

// The samples of some bands, in their order, as the channels of a matrix: 8-bit, 16-bit or
// single-precision ones as such, all others as double precision.
cv::Mat ReadBands(const TiffFile& file, const TiffLayout& layout, const std::vector<int>& bands,
                  const std::string& name, const ImageReadOptions& options);

}  // namespace gradcut
