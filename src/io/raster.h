#pragma once

#include "io/codec.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gradcut {

// What must be known about WebP, TIFF, BMP and PNM files before OpenCV decodes them.
struct RasterHeader {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  int orientation = 1;         // EXIF
  bool camera_raw = false;     // a TIFF whose first image is but a thumbnail
  std::optional<Bytes> frame;  // the first frame of an animated WebP
};

// Nothing when the header is damaged.
std::optional<RasterHeader> ReadWebpHeader(Bytes bytes);
std::optional<RasterHeader> ReadTiffHeader(Bytes bytes);
std::optional<RasterHeader> ReadBmpHeader(Bytes bytes);
std::optional<RasterHeader> ReadPnmHeader(Bytes bytes);

// A WebP file with nothing but one frame of an animated one.
std::vector<std::uint8_t> WrapWebpFrame(Bytes frame, std::int64_t rows, std::int64_t cols);

}  // namespace gradcut
