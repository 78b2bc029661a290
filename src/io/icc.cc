#include "gradcut/io/icc.h"

#include "io/codec.h"
#include "io/format.h"
#include "io/tiff_file.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxProfileBytes = 16 << 20;  // Real ones have less than 4 MB.

bool StartsWith(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// The part of a file that begins at `at` and has `size` bytes; nothing where the file is shorter.
std::optional<Bytes> Part(Bytes bytes, std::size_t at, std::size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return std::nullopt;
  return bytes.subspan(at, size);
}

std::uint32_t BigEndian(Bytes bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

void Append(std::vector<std::uint8_t>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// Segments APP2 that begin with "ICC_PROFILE", their number and how many there are (ICC.1:2022,
// annex B.4), in order in every file that is not damaged.
std::vector<std::uint8_t> OfJpeg(Bytes bytes) {
  constexpr std::size_t kHead = 14;
  std::vector<std::uint8_t> profile;
  for (std::size_t at = 2; at + 4 <= bytes.size() && bytes[at] == 0xff;) {
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xff) {  // A fill byte.
      ++at;
      continue;
    }
    const std::size_t length = BigEndian(bytes.subspan(at + 2, 2));
    const auto payload = length < 2 ? std::nullopt : Part(bytes, at + 4, length - 2);
    if (marker == 0xda || !payload) break;
    if (marker == 0xe2 && StartsWith(*payload, "ICC_PROFILE\0"sv) && payload->size() > kHead)
      Append(profile, payload->subspan(kHead));
    at += 2 + length;
  }
  return profile;
}

std::vector<std::uint8_t> Inflated(Bytes compressed) {
  // How long the profile is shows when it fits.
  for (std::size_t most = 4096; most <= kMaxProfileBytes; most *= 4) {
    std::vector<std::uint8_t> bytes(most);
    uLongf size = bytes.size();
    const int status = uncompress(bytes.data(), &size, compressed.data(), compressed.size());
    if (status == Z_BUF_ERROR && size == most) continue;
    if (status != Z_OK) break;
    bytes.resize(size);
    return bytes;
  }
  return {};
}

// Chunk iCCP: a name, a zero byte, the method 0, zlib's data.
std::vector<std::uint8_t> OfPng(Bytes bytes) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::size_t size = BigEndian(bytes.subspan(at, 4));
    const auto data = Part(bytes, at + 8, size);
    const Bytes name = bytes.subspan(at + 4, 4);
    if (!data || StartsWith(name, "IDAT"sv)) break;
    if (StartsWith(name, "iCCP"sv)) {
      const auto zero = std::find(data->begin(), data->end(), 0);
      const auto start = static_cast<std::size_t>(zero - data->begin()) + 2;
      return start < data->size() ? Inflated(data->subspan(start)) : std::vector<std::uint8_t>();
    }
    at += 12 + size;
  }
  return {};
}

std::vector<std::uint8_t> AnyProfile(Bytes file) {
  switch (RecogniseFormat(file)) {
    case FileFormat::kJpeg:
      return OfJpeg(file);
    case FileFormat::kPng:
      return OfPng(file);
    case FileFormat::kWebp:
      return WebpProfile(file);
    case FileFormat::kTiff:
      return TiffProfile(file);
    case FileFormat::kHeif:
      return HeifProfile(file);
    default:
      return {};
  }
}

// The header says how long the profile is, and of which colours (ICC.1:2022, 7.2).
bool IsOfRgb(Bytes profile) {
  constexpr std::size_t kHeader = 128;
  return profile.size() >= kHeader && profile.size() <= kMaxProfileBytes &&
         BigEndian(profile.first(4)) <= profile.size() &&
         StartsWith(profile.subspan(16), "RGB "sv) && StartsWith(profile.subspan(36), "acsp"sv);
}

void AppendNumber(std::vector<std::uint8_t>& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::vector<std::uint8_t> PngChunk(Bytes profile) {
  std::vector<std::uint8_t> compressed(compressBound(profile.size()));
  uLongf size = compressed.size();
  if (compress(compressed.data(), &size, profile.data(), profile.size()) != Z_OK)
    throw std::bad_alloc();

  std::vector<std::uint8_t> chunk;
  constexpr std::string_view kName = "iCCPicc\0\0"sv;  // Chunk, name of the profile, method 0.
  chunk.insert(chunk.end(), kName.begin(), kName.end());
  chunk.insert(chunk.end(), compressed.begin(),
               compressed.begin() + static_cast<std::ptrdiff_t>(size));
  std::vector<std::uint8_t> framed;
  AppendNumber(framed, static_cast<std::uint32_t>(chunk.size() - 4));
  Append(framed, chunk);
  AppendNumber(framed,
               static_cast<std::uint32_t>(crc32(0, chunk.data(), static_cast<uInt>(chunk.size()))));
  return framed;
}

std::vector<std::uint8_t> JpegSegments(Bytes profile) {
  constexpr std::string_view kName = "ICC_PROFILE\0"sv;
  constexpr std::size_t kHead = 2 + kName.size() + 2;  // With the length, the number and the count.
  constexpr std::size_t kMost = 0xffff - kHead;
  const std::size_t count = (profile.size() + kMost - 1) / kMost;
  // Larger than any real profile; the file is right without it.
  if (count > 255) return {};
  std::vector<std::uint8_t> segments;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes part = profile.subspan(i * kMost, std::min(kMost, profile.size() - i * kMost));
    AppendNumber(segments, static_cast<std::uint32_t>(0xffe20000 + kHead + part.size()));
    segments.insert(segments.end(), kName.begin(), kName.end());
    segments.push_back(static_cast<std::uint8_t>(i + 1));
    segments.push_back(static_cast<std::uint8_t>(count));
    Append(segments, part);
  }
  return segments;
}

}  // namespace

std::vector<std::uint8_t> IccProfileOf(std::span<const std::uint8_t> file) {
  std::vector<std::uint8_t> profile = AnyProfile(file);
  if (!IsOfRgb(profile)) profile.clear();
  return profile;
}

std::vector<std::uint8_t> WithIccProfile(std::vector<std::uint8_t> file,
                                         std::span<const std::uint8_t> profile) {
  constexpr std::size_t kPngHead = 8 + 25;       // The signature and the chunk IHDR.
  constexpr std::size_t kJpegHead = 2 + 2 + 16;  // The signature and the segment JFIF.
  if (profile.empty()) return file;
  const FileFormat format = RecogniseFormat(file);
  const bool png = format == FileFormat::kPng && file.size() >= kPngHead;
  const bool jpeg = format == FileFormat::kJpeg && file.size() >= kJpegHead &&
                    StartsWith(Bytes(file).subspan(2), "\xff\xe0\0\x10JFIF"sv);
  if (!png && !jpeg) throw std::invalid_argument("WithIccProfile: neither a PNG nor a JFIF file");
  const std::vector<std::uint8_t> added = png ? PngChunk(profile) : JpegSegments(profile);
  file.insert(file.begin() + (png ? kPngHead : kJpegHead), added.begin(), added.end());
  return file;
}

}  // namespace gradcut
