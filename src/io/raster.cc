#include "io/raster.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;

enum class ByteOrder { kLittle, kBig };

// `count` bytes at `at` as an unsigned number; 0 beyond the end, which no caller mistakes for data.
std::uint32_t Number(Bytes bytes, std::size_t at, int count, ByteOrder order = ByteOrder::kLittle) {
  if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(count)) return 0;
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    const int shift = 8 * (order == ByteOrder::kLittle ? i : count - 1 - i);
    value |= static_cast<std::uint32_t>(bytes[at + static_cast<std::size_t>(i)]) << shift;
  }
  return value;
}

bool Is(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

// ---- WebP: RIFF chunks of a four-letter name, a size and an even number of bytes

struct Chunk {
  Bytes name;
  Bytes data;
};

std::vector<Chunk> Chunks(Bytes bytes) {
  std::vector<Chunk> chunks;
  while (bytes.size() >= 8) {
    const std::size_t size = Number(bytes, 4, 4);
    const std::size_t padded = size + size % 2;
    chunks.push_back({bytes.first(4), bytes.subspan(8, std::min(size, bytes.size() - 8))});
    bytes = bytes.subspan(std::min(bytes.size(), 8 + padded));
  }
  return chunks;
}

void ReadWebpChunk(const Chunk& chunk, RasterHeader& header) {
  const Bytes data = chunk.data;
  if (Is(chunk.name, "VP8X"sv) && data.size() >= 10) {
    header.cols = Number(data, 4, 3) + 1;
    header.rows = Number(data, 7, 3) + 1;
  } else if (Is(chunk.name, "VP8 "sv) && data.size() >= 10 && header.rows == 0) {
    header.cols = Number(data, 6, 2) & 0x3fff;
    header.rows = Number(data, 8, 2) & 0x3fff;
  } else if (Is(chunk.name, "VP8L"sv) && data.size() >= 5 && header.rows == 0) {
    const std::uint32_t bits = Number(data, 1, 4);
    header.cols = (bits & 0x3fff) + 1;
    header.rows = (bits >> 14 & 0x3fff) + 1;
  } else if (Is(chunk.name, "ANMF"sv) && data.size() > 16 && !header.frame) {
    header.cols = Number(data, 6, 3) + 1;
    header.rows = Number(data, 9, 3) + 1;
    header.frame = data.subspan(16);
  } else if (Is(chunk.name, "EXIF"sv)) {
    header.orientation = ExifOrientation(Is(data, "Exif\0\0"sv) ? data.subspan(6) : data);
  }
}

void Append(std::vector<std::uint8_t>& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

void Append(std::vector<std::uint8_t>& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

// ---- PNM: decimal numbers between white space and comments

bool SkipToNumber(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    if (text[at] == '#')
      at = std::min(text.find('\n', at), text.size());
    else if (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))
      ++at;
    else
      return true;
  }
  return false;
}

std::optional<RasterHeader> Valid(const RasterHeader& header) {
  if (header.rows < 1 || header.cols < 1) return std::nullopt;
  return header;
}

}  // namespace

std::optional<RasterHeader> ReadWebpHeader(Bytes bytes) {
  RasterHeader header;
  for (const Chunk& chunk : Chunks(bytes.subspan(std::min<std::size_t>(bytes.size(), 12))))
    ReadWebpChunk(chunk, header);
  return Valid(header);
}

std::vector<std::uint8_t> WrapWebpFrame(Bytes frame, std::int64_t rows, std::int64_t cols) {
  constexpr std::uint32_t kAlphaFlag = 0x10;  // Harmless in a frame without alpha.
  std::vector<std::uint8_t> file;
  Append(file, "RIFF"sv);
  Append(file, 4 + 18 + frame.size(), 4);
  Append(file, "WEBPVP8X"sv);
  Append(file, 10, 4);
  Append(file, kAlphaFlag, 4);
  Append(file, static_cast<std::uint64_t>(cols - 1), 3);
  Append(file, static_cast<std::uint64_t>(rows - 1), 3);
  file.insert(file.end(), frame.begin(), frame.end());
  return file;
}

std::optional<RasterHeader> ReadTiffHeader(Bytes bytes) {
  const ByteOrder order = Is(bytes, "II"sv) ? ByteOrder::kLittle : ByteOrder::kBig;
  const std::size_t directory = Number(bytes, 4, 4, order);
  const std::size_t entries = Number(bytes, directory, 2, order);
  RasterHeader header;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (at + 12 > bytes.size()) return std::nullopt;
    const std::uint32_t tag = Number(bytes, at, 2, order);
    constexpr std::uint32_t kShort = 3;
    const int size = Number(bytes, at + 2, 2, order) == kShort ? 2 : 4;
    const std::uint32_t value = Number(bytes, at + 8, size, order);
    if (tag == 256) header.cols = value;
    if (tag == 257) header.rows = value;
    if (tag == 254 && (value & 1) != 0) header.camera_raw = true;
    if (tag == 274 && value >= 1 && value <= 8) header.orientation = static_cast<int>(value);
  }
  return Valid(header);
}

std::optional<RasterHeader> ReadBmpHeader(Bytes bytes) {
  constexpr std::uint32_t kCoreHeader = 12;  // OS/2: 16-bit sides
  RasterHeader header;
  if (Number(bytes, 14, 4) == kCoreHeader) {
    header.cols = Number(bytes, 18, 2);
    header.rows = Number(bytes, 20, 2);
  } else {
    header.cols = static_cast<std::int32_t>(Number(bytes, 18, 4));
    // Negative when the first row is the top one.
    header.rows = std::abs(std::int64_t{static_cast<std::int32_t>(Number(bytes, 22, 4))});
  }
  return Valid(header);
}

std::optional<RasterHeader> ReadPnmHeader(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  RasterHeader header;
  std::size_t at = 2;
  for (std::int64_t* side : {&header.cols, &header.rows}) {
    if (!SkipToNumber(text, at)) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), *side);
    if (error != std::errc()) return std::nullopt;
    at = static_cast<std::size_t>(end - text.data());
  }
  return Valid(header);
}

}  // namespace gradcut
