#include "gradcut/image/icc.h"

#include "gradcut/storage/bytes.h"
#include "image/codec.h"
#include "image/format.h"
#include "image/heif.h"
#include "image/jpeg_segments.h"
#include "image/png.h"
#include "image/tiff_file.h"
#include "image/webp.h"

#include <algorithm>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;

// Segments APP2 that begin with "ICC_PROFILE", their number and how many there are (ICC.1:2022,
// annex B.4), in order in every file that is not damaged.
std::vector<std::uint8_t> JpegProfile(Bytes file) {
  constexpr std::size_t kHead = 14;
  std::vector<std::uint8_t> profile;
  ForEachJpegSegment(file, [&profile](std::uint8_t marker, Bytes payload) {
    if (marker == 0xe2 && StartsWith(payload, "ICC_PROFILE\0"sv) && payload.size() > kHead)
      profile.insert(profile.end(), payload.begin() + kHead, payload.end());
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

}  // namespace

std::vector<std::uint8_t> IccProfileOf(std::span<const std::uint8_t> file) {
  std::vector<std::uint8_t> profile = AnyProfile(file);
  if (!IsOfRgb(profile)) profile.clear();
  return profile;
}

}  // namespace gradcut
