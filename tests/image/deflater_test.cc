#include "image/deflater.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>
#include <random>
#include <vector>

namespace gradcut {
namespace {

using Buffer = std::vector<std::uint8_t>;

// Some bytes with much to find again: what begins at the third byte comes a second time at once.
Buffer Repetitive(std::size_t size) {
  std::mt19937 random(7);
  Buffer bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() % 5);
  for (std::size_t i = 40; i < std::min<std::size_t>(size, 60); ++i) bytes[i] = bytes[i - 38];
  return bytes;
}

Buffer Inflated(const Buffer& stream, std::size_t size) {
  Buffer bytes(size + 1);
  uLongf got = bytes.size();
  EXPECT_EQ(uncompress(bytes.data(), &got, stream.data(), stream.size()), Z_OK);
  bytes.resize(got);
  return bytes;
}

TEST(DeflaterTest, ZlibReadsWhatIsAddedInPiecesOfAnySize) {
  for (const std::size_t size : {1, 3, 4, 8, 9, 16, 17, 300, 5000, 700000}) {
    const Buffer bytes = Repetitive(size);
    for (const std::size_t piece : {1, 2, 5, 8, 9, 20, 1000, 1000000}) {
      if (size / piece > 10000) continue;
      Deflater deflater;
      Buffer stream;
      for (std::size_t from = 0; from < size; from += piece) {
        const std::size_t count = std::min(piece, size - from);
        deflater.Add({bytes.data() + from, count}, from + count == size, stream);
      }
      EXPECT_EQ(Inflated(stream, size), bytes) << size << " bytes by " << piece;
    }
  }
}

// Files are equal byte for byte in every run, and no two runs have the same addresses. ISA-L's
// mistake takes bits 16 to 47 of it for bytes of the stream; of these addresses 16 show it.
TEST(DeflaterTest, BytesDoNotDependOnTheAddress) {
  constexpr std::size_t kStep = 1 << 16;
  constexpr std::size_t kPlaces = 1 << 14;
  const std::size_t size = kStep * kPlaces + sizeof(Deflater);
  void* const area = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(area, MAP_FAILED);
  const Buffer bytes = Repetitive(400);
  const auto deflated_at = [&](std::size_t place) {
    auto* const where = static_cast<std::uint8_t*>(area) + place * kStep;
    Deflater* const deflater = new (where) Deflater;
    Buffer stream;
    deflater->Add(bytes, true, stream);
    std::destroy_at(deflater);
    madvise(where, sizeof(Deflater), MADV_DONTNEED);
    return stream;
  };
  const Buffer first = deflated_at(0);
  std::size_t others = 0;
  for (std::size_t place = 1; place < kPlaces; ++place) others += deflated_at(place) != first;
  EXPECT_EQ(others, 0) << "of " << kPlaces;
  munmap(area, size);
}

}  // namespace
}  // namespace gradcut
