#include "gradcut/image/metadata.h"

#include "gradcut/image/icc.h"
#include "gradcut/storage/bytes.h"
#include "image/codec.h"
#include "image/exif.h"
#include "image/format.h"
#include "image/webp.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;

void Append(std::vector<std::uint8_t>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void Append(std::vector<std::uint8_t>& to, std::string_view text) {
  to.insert(to.end(), text.begin(), text.end());
}

void AppendNumber(std::vector<std::uint8_t>& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}

// ---- PNG

void AppendChunk(std::vector<std::uint8_t>& to, std::string_view name, Bytes content) {
  AppendNumber(to, static_cast<std::uint32_t>(content.size()));
  const std::size_t start = to.size();
  Append(to, name);
  Append(to, content);
  AppendNumber(to, static_cast<std::uint32_t>(crc32_z(0, to.data() + start, to.size() - start)));
}

void AppendProfileChunk(std::vector<std::uint8_t>& to, Bytes profile) {
  std::vector<std::uint8_t> content;
  Append(content, "icc\0\0"sv);  // The profile's name, method 0.
  const std::size_t head = content.size();
  content.resize(head + compressBound(profile.size()));
  uLongf size = content.size() - head;
  if (compress(content.data() + head, &size, profile.data(), profile.size()) != Z_OK)
    throw std::bad_alloc();
  content.resize(head + size);
  AppendChunk(to, "iCCP", content);
}

std::vector<std::uint8_t> PngChunks(const PhotoMetadata& metadata) {
  std::vector<std::uint8_t> chunks;
  if (!metadata.icc.empty()) AppendProfileChunk(chunks, metadata.icc);
  if (!metadata.exif.empty()) AppendChunk(chunks, "eXIf", metadata.exif);
  return chunks;
}

// ---- JPEG

void AppendProfileSegments(std::vector<std::uint8_t>& to, Bytes profile) {
  constexpr std::string_view kName = "ICC_PROFILE\0"sv;
  constexpr std::size_t kHead = 2 + kName.size() + 2;  // With the length, the number and the count.
  constexpr std::size_t kMost = 0xffff - kHead;
  const std::size_t count = (profile.size() + kMost - 1) / kMost;
  // Larger than any real profile; the file is right without it.
  if (count > 255) return;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes part = profile.subspan(i * kMost, std::min(kMost, profile.size() - i * kMost));
    AppendNumber(to, static_cast<std::uint32_t>(0xffe20000 + kHead + part.size()));
    Append(to, kName);
    to.push_back(static_cast<std::uint8_t>(i + 1));
    to.push_back(static_cast<std::uint8_t>(count));
    Append(to, part);
  }
}

std::vector<std::uint8_t> JpegSegments(const PhotoMetadata& metadata) {
  constexpr std::string_view kName = "Exif\0\0"sv;
  std::vector<std::uint8_t> segments;
  const std::size_t length = 2 + kName.size() + metadata.exif.size();
  if (!metadata.exif.empty() && length <= 0xffff) {
    AppendNumber(segments, static_cast<std::uint32_t>(0xffe10000 + length));
    Append(segments, kName);
    Append(segments, metadata.exif);
  }
  AppendProfileSegments(segments, metadata.icc);
  return segments;
}

}  // namespace

PhotoMetadata MetadataOf(std::span<const std::uint8_t> file) {
  return {.icc = IccProfileOf(file), .exif = UprightExifOf(file)};
}

std::vector<std::uint8_t> WithMetadata(std::vector<std::uint8_t> file,
                                       const PhotoMetadata& metadata) {
  constexpr std::size_t kPngHead = 8 + 25;       // The signature and the chunk IHDR.
  constexpr std::size_t kJpegHead = 2 + 2 + 16;  // The signature and the segment JFIF.
  if (metadata.icc.empty() && metadata.exif.empty()) return file;
  const FileFormat format = RecogniseFormat(file);
  if (format == FileFormat::kWebp) return WithWebpChunks(file, metadata.icc, metadata.exif);
  const bool png = format == FileFormat::kPng && file.size() >= kPngHead;
  const bool jpeg = format == FileFormat::kJpeg && file.size() >= kJpegHead &&
                    StartsWith(Bytes(file).subspan(2), "\xff\xe0\0\x10JFIF"sv);
  if (!png && !jpeg) throw std::invalid_argument("WithMetadata: neither PNG, JFIF nor WebP");
  const std::vector<std::uint8_t> added = png ? PngChunks(metadata) : JpegSegments(metadata);
  file.insert(file.begin() + (png ? kPngHead : kJpegHead), added.begin(), added.end());
  return file;
}

}  // namespace gradcut
