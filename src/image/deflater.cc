#include "image/deflater.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace gradcut {
namespace {

// Between the 4 bytes that it looks for again and the 16 that it leaves to the end.
constexpr std::size_t kFirstBytes = 8;

}  // namespace

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
  // Where a stream begins, ISA-L 2.30 takes a register that holds the stream's address for bytes of
  // the input (icf_body_hash_hist), so that what it finds again, and so the file, would depend on
  // where in memory it works. Short inputs that are flushed are begun by another of its functions.
  if (stream_.internal_state.has_hist == IGZIP_NO_HIST && bytes.size() > kFirstBytes) {
    Deflate(bytes.first(kFirstBytes), SYNC_FLUSH, out);
    bytes = bytes.subspan(kFirstBytes);
  }
  stream_.end_of_stream = last ? 1 : 0;
  Deflate(bytes, NO_FLUSH, out);
}

void Deflater::Deflate(Bytes bytes, std::uint16_t flush, std::vector<std::uint8_t>& out) {
  // The library changes none of them; its interface is older than const.
  stream_.next_in = const_cast<std::uint8_t*>(bytes.data());
  stream_.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream_.flush = flush;
  do {
    stream_.next_out = piece_.data();
    stream_.avail_out = static_cast<std::uint32_t>(piece_.size());
    if (isal_deflate(&stream_) != COMP_OK) throw std::logic_error("isal_deflate");
    out.insert(out.end(), piece_.data(), stream_.next_out);
  } while (stream_.avail_out == 0);
}

}  // namespace gradcut
