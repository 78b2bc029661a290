#include "image/bmp.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "image/codec.h"
#include "image/colours.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <limits>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

namespace gradcut {
namespace {

// `count` bytes at `at` as a little-endian number; 0 beyond the end, which no caller mistakes for
// data.
std::uint32_t Number(Bytes bytes, std::size_t at, std::size_t count) {
  if (at > bytes.size() || bytes.size() - at < count) return 0;
  return LittleEndian(bytes.subspan(at, count));
}

// Headers begin behind the 14 bytes of the file's own and are told apart by their size.
constexpr std::size_t kFileHeader = 14;
constexpr std::size_t kOs2Header = 12;      // 16-bit sides, palette of three bytes a colour
constexpr std::size_t kWindowsHeader = 40;  // masks follow
constexpr std::size_t kAlphaHeader = 56;    // and larger ones: masks of four channels within

enum Compression : std::uint32_t { kNone, kRle8, kRle4, kMasks, kMasksWithAlpha = 6 };

struct Header {
  std::size_t size = 0;
  std::size_t raster = 0;  // Where the pixels begin.
  std::int64_t cols = 0;
  std::int64_t rows = 0;
  bool top_down = false;
  std::uint32_t bits = 0;  // A pixel.
  std::uint32_t compression = kNone;
  std::uint32_t colours = 0;                // In the palette; 0: all that there can be.
  std::array<std::uint32_t, 4> masks = {};  // Red, green, blue, alpha.

  bool rle() const { return compression == kRle8 || compression == kRle4; }
  std::size_t stride() const { return (static_cast<std::size_t>(cols) * bits + 31) / 32 * 4; }
};

// In a Windows header they follow it, in larger ones they are at the same place within.
void ReadMasks(Bytes bytes, Header& header) {
  if (header.bits == 16) header.masks = {0x7c00, 0x3e0, 0x1f, 0};
  if (header.bits == 32) header.masks = {0xff0000, 0xff00, 0xff, 0};
  if (header.compression != kMasks && header.compression != kMasksWithAlpha) return;
  const bool alpha = header.compression == kMasksWithAlpha || header.size >= kAlphaHeader;
  for (std::size_t i = 0; i < 4; ++i)
    header.masks[i] = i < 3 || alpha ? Number(bytes, kFileHeader + kWindowsHeader + 4 * i, 4) : 0;
}

Header ReadHeader(Bytes bytes) {
  Header header;
  header.raster = Number(bytes, 10, 4);
  header.size = Number(bytes, 14, 4);
  if (header.size == kOs2Header) {
    header.cols = Number(bytes, 18, 2);
    header.rows = Number(bytes, 20, 2);
    header.bits = Number(bytes, 24, 2);
    return header;
  }
  header.cols = static_cast<std::int32_t>(Number(bytes, 18, 4));
  const auto rows = static_cast<std::int32_t>(Number(bytes, 22, 4));
  header.rows = std::abs(std::int64_t{rows});
  header.top_down = rows < 0;
  header.bits = Number(bytes, 28, 2);
  header.compression = Number(bytes, 30, 4);
  header.colours = Number(bytes, 46, 4);
  ReadMasks(bytes, header);
  return header;
}

bool IsSupported(const Header& header) {
  switch (header.compression) {
    case kNone:
      return header.bits == 1 || header.bits == 2 || header.bits == 4 || header.bits == 8 ||
             header.bits == 16 || header.bits == 24 || header.bits == 32;
    case kRle8:
      return header.bits == 8;
    case kRle4:
      return header.bits == 4;
    case kMasks:
    case kMasksWithAlpha:
      return header.bits == 16 || header.bits == 32;
    default:
      return false;
  }
}

void CheckHeader(Bytes bytes, const Header& header, const std::string& name,
                 const ImageReadOptions& options) {
  Require(header.size == kOs2Header || header.size >= 16, "{}: is corrupt or truncated (BMP)",
          name);
  Require(header.rows > 0 && header.cols > 0, "{}: is corrupt (BMP): it has no size", name);
  CheckPixelCount(header.rows, header.cols, name, options);
  constexpr int kMaxSide = std::numeric_limits<int>::max();
  Require(header.rows <= kMaxSide && header.cols <= kMaxSide, "{}: is too large", name);
  Require(IsSupported(header),
          "{}: is a BMP of {} bits a pixel with compression {}, which is not supported: convert it "
          "to PNG or JPEG",
          name, header.bits, header.compression);
  Require(header.raster >= kFileHeader + header.size,
          "{}: is corrupt (BMP): its pixels have no place", name);
  Require(header.raster < bytes.size(), "{}: is truncated (BMP)", name);
}

std::vector<cv::Vec3b> ReadPalette(Bytes bytes, const Header& header) {
  const std::size_t entry = header.size == kOs2Header ? 3 : 4;
  const std::size_t start = kFileHeader + header.size;
  std::size_t count = std::size_t{1} << header.bits;
  if (header.colours > 0) count = std::min<std::size_t>(count, header.colours);
  count = std::min(count, (header.raster - start) / entry);
  std::vector<cv::Vec3b> palette(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* const colour = bytes.data() + start + entry * i;
    palette[i] = {colour[2], colour[1], colour[0]};
  }
  return palette;
}

// ---- Rasters: they call back with each row's bytes, from the top of the image

template <class Action>
void ForEachRow(Bytes bytes, const Header& header, const std::string& name, const Action& action) {
  const std::size_t row_size = (static_cast<std::size_t>(header.cols) * header.bits + 7) / 8;
  for (std::int64_t row = 0; row < header.rows; ++row) {
    const auto line = static_cast<std::size_t>(header.top_down ? row : header.rows - 1 - row);
    const std::size_t at = header.raster + line * header.stride();
    Require(at <= bytes.size() && bytes.size() - at >= row_size, "{}: is truncated (BMP)", name);
    action(static_cast<int>(row), bytes.data() + at);
  }
}

cv::Mat ReadIndices(Bytes bytes, const Header& header, const std::string& name) {
  cv::Mat indices(static_cast<int>(header.rows), static_cast<int>(header.cols), CV_8UC1);
  const auto bits = static_cast<int>(header.bits);
  ForEachRow(bytes, header, name, [&](int row, const std::uint8_t* from) {
    auto* to = indices.ptr<std::uint8_t>(row);
    for (int col = 0; col < indices.cols; ++col) {
      const std::size_t bit = static_cast<std::size_t>(col) * header.bits;
      to[col] = static_cast<std::uint8_t>(from[bit / 8] >> (8 - bits - static_cast<int>(bit % 8)) &
                                          ((1 << bits) - 1));
    }
  });
  return indices;
}

cv::Mat ReadTrueColours(Bytes bytes, const Header& header, const std::string& name) {
  cv::Mat pixels(static_cast<int>(header.rows), static_cast<int>(header.cols), CV_8UC3);
  ForEachRow(bytes, header, name, [&](int row, const std::uint8_t* from) {
    auto* to = pixels.ptr<cv::Vec3b>(row);
    for (int col = 0; col < pixels.cols; ++col, from += 3) to[col] = {from[2], from[1], from[0]};
  });
  return pixels;
}

// A channel's bits of a pixel, stretched to 0-255.
std::uint8_t Channel(std::uint32_t pixel, std::uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  const std::uint64_t most = mask >> shift;
  return static_cast<std::uint8_t>((std::uint64_t{(pixel & mask) >> shift} * 255 + most / 2) /
                                   most);
}

cv::Mat ReadMasked(Bytes bytes, const Header& header, const std::string& name) {
  const int channels = header.masks[3] == 0 ? 3 : 4;
  cv::Mat pixels(static_cast<int>(header.rows), static_cast<int>(header.cols),
                 CV_MAKETYPE(CV_8U, channels));
  const std::size_t size = header.bits / 8;
  ForEachRow(bytes, header, name, [&](int row, const std::uint8_t* from) {
    auto* to = pixels.ptr<std::uint8_t>(row);
    for (int col = 0; col < pixels.cols; ++col, from += size, to += channels) {
      const std::uint32_t pixel = Number(Bytes(from, size), 0, size);
      for (int c = 0; c < channels; ++c)
        to[c] = Channel(pixel, header.masks[static_cast<std::size_t>(c)]);
    }
  });
  return pixels;
}

// ---- Run lengths

// Pairs of bytes: a count and what to repeat, or 0 and a code. Pixels that are skipped are 0.
class RunReader {
 public:
  RunReader(Bytes bytes, const Header& header, const std::string& name)
      : rest_(bytes.subspan(header.raster)),
        nibbles_(header.bits == 4),
        name_(name),
        indices_(cv::Mat::zeros(static_cast<int>(header.rows), static_cast<int>(header.cols),
                                CV_8UC1)) {}

  cv::Mat Read() {
    while (line_ < indices_.rows) {
      if (rest_.size() < 2 && line_ == indices_.rows - 1 && col_ >= indices_.cols) break;
      const Bytes pair = Take(2);
      if (pair[0] > 0)
        Put(pair[0], [&](int i) { return Index(pair.subspan(1), nibbles_ ? i % 2 : 0); });
      else if (!Obey(pair[1]))
        break;
    }
    cv::Mat upright;
    cv::flip(indices_, upright, /*flipCode=*/0);  // Lines go upwards.
    return upright;
  }

 private:
  Bytes Take(std::size_t count) {
    Require(rest_.size() >= count, "{}: is truncated (BMP)", name_);
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::uint8_t Index(Bytes bytes, int i) const {
    if (!nibbles_) return bytes[static_cast<std::size_t>(i)];
    const std::uint8_t byte = bytes[static_cast<std::size_t>(i) / 2];
    return static_cast<std::uint8_t>(i % 2 == 0 ? byte >> 4 : byte & 15);
  }

  template <class Value>
  void Put(int count, const Value& value) {
    for (int i = 0; i < count; ++i, ++col_)
      if (col_ < indices_.cols) indices_.at<std::uint8_t>(line_, static_cast<int>(col_)) = value(i);
  }

  // False at the end of the image.
  bool Obey(std::uint8_t code) {
    constexpr std::uint8_t kEndOfLine = 0, kEndOfImage = 1, kMove = 2;
    if (code == kEndOfImage) return false;
    if (code == kEndOfLine) {
      col_ = 0;
      ++line_;
    } else if (code == kMove) {
      const Bytes by = Take(2);
      col_ += by[0];
      line_ += by[1];
    } else {  // So many indices, as whole 16-bit words.
      const std::size_t size = nibbles_ ? (code + 1U) / 2 : code;
      const Bytes indices = Take(size);
      Put(code, [&](int i) { return Index(indices, i); });
      rest_ = rest_.subspan(std::min(rest_.size(), size % 2));
    }
    return true;
  }

  Bytes rest_;
  const bool nibbles_;
  const std::string& name_;
  cv::Mat indices_;
  int line_ = 0;
  std::int64_t col_ = 0;
};

cv::Mat Decode(Bytes bytes, const Header& header, const std::string& name) {
  if (header.bits == 24) return ReadTrueColours(bytes, header, name);
  if (header.bits > 8) return ReadMasked(bytes, header, name);
  const cv::Mat indices =
      header.rle() ? RunReader(bytes, header, name).Read() : ReadIndices(bytes, header, name);
  return Coloured(indices, ReadPalette(bytes, header));
}

}  // namespace

DecodedImage DecodeBmp(Bytes bytes, const std::string& name, const ImageReadOptions& options) {
  const Header header = ReadHeader(bytes);
  CheckHeader(bytes, header, name, options);
  return {.pixels = Decode(bytes, header, name)};
}

}  // namespace gradcut
