#include "gradcut/image/icc.h"

#include "gradcut/storage/bytes.h"
#include "image/codec.h"
#include "image/format.h"
#include "image/heif.h"
#include "image/jpeg_segments.h"
#include "image/png.h"
#include "image/tiff_file.h"
#include "image/webp.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;

void Append(std::vector<std::uint8_t>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// Segments APP2 that begin with "ICC_PROFILE", their number and how many there are (ICC.1:2022,
// annex B.4), in order in every file that is not damaged.
std::vector<std::uint8_t> JpegProfile(Bytes file) {
  constexpr std::size_t kHead = 14;
  std::vector<std::uint8_t> profile;
  ForEachJpegSegment(file, [&profile](std::uint8_t marker, Bytes payload) {
    if (marker == 0xe2 && StartsWith(payload, "ICC_PROFILE\0"sv) && payload.size() > kHead)
      Append(profile, payload.subspan(kHead));
  });
  return profile;
}

std::vector<std::uint8_t> AnyProfile(Bytes file) {
  switch (RecogniseFormat(file)) {
    case FileFormat::kJpeg:
      return JpegProfile(file);
    case FileFormat::kPng:
      return PngProfile(file);
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
