#include "image/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view name;
};

constexpr Signature kForeignImages[] = {
    {0, "GIF8"sv, "a GIF image"},
    {4, "jP  "sv, "a JPEG 2000 image"},
    {0, "\xff\x4f\xff\x51"sv, "a JPEG 2000 image"},
    {4, "JXL "sv, "a JPEG XL image"},
    {0, "\xff\x0a"sv, "a JPEG XL image"},
    {0, "8BPS"sv, "a Photoshop file"},
    {0, "\0\0\1\0"sv, "an icon file"},
    {0, "\x76\x2f\x31\x01"sv, "an OpenEXR image"},
    {0, "#?RADIANCE"sv, "a Radiance HDR image"},
    {0, "%PDF"sv, "a PDF document"},
    {0, "<svg"sv, "an SVG drawing"},
};

// Canon, Olympus, Panasonic, Fujifilm, Sigma, Minolta.
constexpr Signature kCameraRaw[] = {
    {4, "ftypcrx"sv, "CR3"}, {8, "CR\x02\0"sv, "CR2"}, {6, "HEAPCCDR"sv, "CRW"},
    {0, "IIRO"sv, "ORF"},    {0, "IIRS"sv, "ORF"},     {0, "MMOR"sv, "ORF"},
    {0, "IIU\0"sv, "RW2"},   {0, "FUJIFILM"sv, "RAF"}, {0, "FOVb"sv, "X3F"},
    {0, "\0MRM"sv, "MRW"},
};

constexpr Signature kOtherFiles[] = {
    {4, "ftyp"sv, "a video"},
    {0, "\x1a\x45\xdf\xa3"sv, "a video"},
    {0, "PK\x03\x04"sv, "a ZIP archive"},
    {0, "\x1f\x8b"sv, "a gzip archive: unpack it, as gunzip does"},
    {0, "\x93NUMPY"sv, "a NumPy array"},
    {0, "\x89HDF"sv, "an HDF5 file"},
    {0, "version https://git-lfs"sv, "a Git LFS pointer"},
    {0, "<!DOCTYPE html"sv, "a web page (a failed download?)"},
    {0, "<html"sv, "a web page (a failed download?)"},
};

bool Matches(std::span<const std::uint8_t> bytes, std::size_t offset, std::string_view magic) {
  return bytes.size() >= offset + magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

// Four letters at the head of an ISO base media file say what is in it.
bool IsHeif(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kBrands[] = {"hei"sv, "hev"sv, "mif1"sv, "msf1"sv, "avif"sv, "avis"sv};
  return Matches(bytes, 4, "ftyp"sv) &&
         std::any_of(std::begin(kBrands), std::end(kBrands),
                     [bytes](std::string_view brand) { return Matches(bytes, 8, brand); });
}

bool LooksLikeText(std::span<const std::uint8_t> bytes) {
  const auto start = bytes.first(std::min<std::size_t>(bytes.size(), 256));
  return std::all_of(start.begin(), start.end(), [](std::uint8_t c) {
    return c >= 0x20 ? c != 0x7f : (c == '\t' || c == '\n' || c == '\r');
  });
}

bool AllZero(std::span<const std::uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) { return c == 0; });
}

}  // namespace

FileFormat RecogniseFormat(std::span<const std::uint8_t> bytes) {
  const auto starts = [bytes](std::string_view magic) { return Matches(bytes, 0, magic); };
  if (starts("\xff\xd8\xff"sv)) return FileFormat::kJpeg;
  if (starts("\x89PNG\r\n\x1a\n"sv)) return FileFormat::kPng;
  if (starts("RIFF"sv) && Matches(bytes, 8, "WEBP"sv)) return FileFormat::kWebp;
  if (starts("II+\0"sv) || starts("MM\0+"sv)) return FileFormat::kTiff;
  if (IsHeif(bytes)) return FileFormat::kHeif;
  if (starts("II*\0"sv) || starts("MM\0*"sv))
    return Matches(bytes, 8, "CR\x02\0"sv) ? FileFormat::kOther : FileFormat::kTiff;
  if (starts("BM"sv)) return FileFormat::kBmp;
  if (starts("\x93NUMPY"sv)) return FileFormat::kNpy;
  if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
      (bytes[2] == ' ' || bytes[2] == '\t' || bytes[2] == '\n' || bytes[2] == '\r'))
    return FileFormat::kPnm;
  return FileFormat::kOther;
}

std::string DescribeForeignFile(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return "is empty (zero bytes)";
  for (const Signature& known : kCameraRaw)
    if (Matches(bytes, known.offset, known.bytes)) return std::string(kIsCameraRaw);
  for (const Signature& known : kForeignImages)
    if (Matches(bytes, known.offset, known.bytes))
      return fmt::format("is {}, which is not supported: convert it to PNG or JPEG", known.name);
  for (const Signature& known : kOtherFiles)
    if (Matches(bytes, known.offset, known.bytes))
      return fmt::format("is not an image but {}", known.name);
  if (LooksLikeText(bytes)) return "is not an image but text";
  if (AllZero(bytes)) return "is not an image: all its bytes are zero";
  return "is not an image of a known format (JPEG, PNG, WebP, TIFF, HEIC, AVIF, BMP or PNM)";
}

}  // namespace gradcut
