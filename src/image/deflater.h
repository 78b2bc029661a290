#pragma once

#include "image/codec.h"

#include <isa-l/igzip_lib.h>

#include <cstdint>
#include <vector>

namespace gradcut {

// A zlib stream (RFC 1950) that is made piece by piece.
class Deflater {
 public:
  Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // Takes the next bytes of the stream and appends to `out` what is finished of it.
  void Add(Bytes bytes, bool last, std::vector<std::uint8_t>& out);

 private:
  void Deflate(Bytes bytes, std::uint16_t flush, std::vector<std::uint8_t>& out);

  std::vector<std::uint8_t> work_;
  std::vector<std::uint8_t> piece_;
  isal_zstream stream_;
};

}  // namespace gradcut
