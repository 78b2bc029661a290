#include "image/deflater.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace gradcut {

Deflater::Deflater() : work_(ISAL_DEF_LVL1_DEFAULT), piece_(std::size_t{1} << 18), stream_() {
  isal_deflate_init(&stream_);
  stream_.gzip_flag = IGZIP_ZLIB;
  stream_.level = 1;
  stream_.level_buf = work_.data();
  stream_.level_buf_size = static_cast<std::uint32_t>(work_.size());
}

void Deflater::Add(Bytes bytes, bool last, std::vector<std::uint8_t>& out) {
  if (bytes.size() > std::numeric_limits<std::uint32_t>::max())
    throw std::invalid_argument("Deflater: more than 4 GiB at once");
  // The library changes none of them; its interface is older than const.
  stream_.next_in = const_cast<std::uint8_t*>(bytes.data());
  stream_.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream_.end_of_stream = last ? 1 : 0;
  do {
    stream_.next_out = piece_.data();
    stream_.avail_out = static_cast<std::uint32_t>(piece_.size());
    if (isal_deflate(&stream_) != COMP_OK) throw std::logic_error("isal_deflate");
    out.insert(out.end(), piece_.data(), stream_.next_out);
  } while (stream_.avail_out == 0);
}

}  // namespace gradcut
