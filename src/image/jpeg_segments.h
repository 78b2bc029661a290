#pragma once

#include "gradcut/storage/bytes.h"
#include "image/codec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace gradcut {

// Calls `visit(marker, payload)` for each segment of a JPEG before the compressed data (ITU-T T.81,
// annex B), until one that the file does not hold to its end. Returns where that data begins.
// libjpeg would give the payloads too, but not of kinds that it cannot decode.
template <class Visit>
std::size_t ForEachJpegSegment(Bytes file, const Visit& visit) {
  constexpr std::uint8_t kStartOfScan = 0xda;
  std::size_t at = 2;
  while (at + 4 <= file.size() && file[at] == 0xff) {
    const std::uint8_t marker = file[at + 1];
    if (marker == 0xff) {  // A fill byte.
      ++at;
      continue;
    }
    const std::size_t length = BigEndian(file.subspan(at + 2, 2));
    if (marker == kStartOfScan || length < 2 || length > file.size() - at - 2) break;
    visit(marker, file.subspan(at + 4, length - 2));
    at += 2 + length;
  }
  return std::min(at, file.size());
}

}  // namespace gradcut
