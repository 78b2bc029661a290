#include "image/jpeg.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/image/too_large_error.h"
#include "gradcut/storage/file.h"
#include "image/codec.h"
#include "image/colours.h"
#include "image/jpeg_segments.h"
#include "image/orientation.h"

#include <turbojpeg.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;

struct DestroyCodec {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Codec = std::unique_ptr<void, DestroyCodec>;

// What TurboJPEG does not tell.
struct Segments {
  std::optional<int> orientation;
  bool adobe = false;    // Photoshop's marker: CMYK is stored inverted
  std::string kind;      // of a JPEG that no common decoder reads; else empty
  std::size_t scan = 0;  // where the compressed data begins
};

// What start-of-frame markers say (ITU-T T.81, table B.1).
std::string RareKind(std::uint8_t marker, Bytes frame) {
  if (marker == 0xf7) return "JPEG-LS";
  const bool starts_frame =
      marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  if (!starts_frame || frame.empty()) return "";
  if ((marker & 3) == 3) return "lossless";
  if ((marker & 7) >= 5) return "hierarchical";
  return frame[0] == 8 ? "" : fmt::format("{}-bit", frame[0]);
}

Segments ReadSegments(Bytes bytes) {
  Segments found;
  found.scan = ForEachJpegSegment(bytes, [&found](std::uint8_t marker, Bytes payload) {
    // The others of several go on with its data.
    if (marker == 0xe1 && !found.orientation && StartsWith(payload, "Exif\0\0"sv))
      found.orientation = ExifOrientation(payload.subspan(6));
    if (marker == 0xee && StartsWith(payload, "Adobe"sv)) found.adobe = true;
    if (const std::string kind = RareKind(marker, payload); !kind.empty()) found.kind = kind;
  });
  return found;
}

// Compressed data escapes 0xff, so the end-of-image marker cannot occur inside.
bool HasEnd(Bytes bytes, std::size_t scan) {
  constexpr std::uint8_t kEnd[] = {0xff, 0xd9};
  const Bytes rest = bytes.subspan(scan);
  return std::search(rest.begin(), rest.end(), std::begin(kEnd), std::end(kEnd)) != rest.end();
}

}  // namespace

DecodedImage DecodeJpeg(Bytes bytes, const std::string& name, const ImageReadOptions& options) {
  const Segments segments = ReadSegments(bytes);
  Require(segments.kind.empty(),
          "{}: is a JPEG of a rare kind ({}), which is not supported: convert it to PNG or to a "
          "common JPEG",
          name, segments.kind);
  const Codec codec(tjInitDecompress());
  if (codec == nullptr) throw std::bad_alloc();

  int width = 0;
  int height = 0;
  int subsampling = -1;
  int colour_space = -1;
  const int status = tjDecompressHeader3(codec.get(), bytes.data(), bytes.size(), &width, &height,
                                         &subsampling, &colour_space);
  // An unusual subsampling is an error to this function, but not to the decoder.
  if (status != 0 && (width < 1 || height < 1 || colour_space < 0))
    Fail("{}: is corrupt or truncated (JPEG): {}", name, Printable(tjGetErrorStr2(codec.get())));
  CheckPixelCount(height, width, name, options);

  const bool cmyk = colour_space == TJCS_CMYK || colour_space == TJCS_YCCK;
  const bool grey = colour_space == TJCS_GRAY;
  cv::Mat pixels(height, width, cmyk ? CV_8UC4 : grey ? CV_8UC1 : CV_8UC3);
  const std::size_t stride = pixels.step[0];
  if (stride > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    Fail("{}: is {} pixels wide, which is not supported", name, width);
  // Scans without end would take hours (libjpeg-turbo's TJFLAG_LIMITSCANS).
  if (tjDecompress2(codec.get(), bytes.data(), bytes.size(), pixels.data, width,
                    static_cast<int>(stride), height,
                    cmyk   ? TJPF_CMYK
                    : grey ? TJPF_GRAY
                           : TJPF_RGB,
                    TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS) != 0) {
    // A warning is about a part of the picture, or about its end.
    Require(HasEnd(bytes, segments.scan), "{}: is truncated (JPEG)", name);
    Require(tjGetErrorCode(codec.get()) == TJERR_WARNING, "{}: is corrupt (JPEG): {}", name,
            Printable(tjGetErrorStr2(codec.get())));
  }
  // In Photoshop's files 255 is no ink.
  return {.pixels = cmyk ? CmykToRgb(pixels, segments.adobe) : pixels,
          .orientation = segments.orientation.value_or(1)};
}

std::vector<std::uint8_t> JpegExif(Bytes bytes) {
  std::vector<std::uint8_t> exif;
  ForEachJpegSegment(bytes, [&exif](std::uint8_t marker, Bytes payload) {
    if (marker == 0xe1 && exif.empty() && StartsWith(payload, "Exif\0\0"sv))
      exif.assign(payload.begin() + 6, payload.end());
  });
  return exif;
}

std::vector<std::uint8_t> EncodeJpeg(const cv::Mat& rgb, int quality) {
  CheckImage(rgb, "EncodeJpeg");
  if (quality < 1 || quality > 100)
    throw std::invalid_argument(
        fmt::format("EncodeJpeg: quality = {}, must be in [1, 100]", quality));
  constexpr int kMaxSide = 65500;  // libjpeg's JPEG_MAX_DIMENSION
  if (rgb.rows > kMaxSide || rgb.cols > kMaxSide)
    throw TooLargeError(fmt::format("JPEG cannot hold an image of {}x{} pixels, at most {} a side",
                                    rgb.cols, rgb.rows, kMaxSide));

  const Codec codec(tjInitCompress());
  if (codec == nullptr) throw std::bad_alloc();
  // Not a vector, which would fill twice the picture's size with zeros.
  unsigned long size = tjBufSize(rgb.cols, rgb.rows, TJSAMP_444);
  const std::unique_ptr<std::uint8_t, decltype(&tjFree)> buffer(tjAlloc(static_cast<int>(size)),
                                                                &tjFree);
  if (buffer == nullptr) throw std::bad_alloc();
  std::uint8_t* data = buffer.get();
  if (tjCompress2(codec.get(), rgb.data, rgb.cols, static_cast<int>(rgb.step[0]), rgb.rows,
                  TJPF_RGB, &data, &size, TJSAMP_444, quality,
                  TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0)
    throw std::logic_error(fmt::format("EncodeJpeg: {}", tjGetErrorStr2(codec.get())));
  return {data, data + size};
}

}  // namespace gradcut
