#include "image/tiff.h"

#include "gradcut/core/error.h"
#include "image/codec.h"
#include "image/colours.h"
#include "image/format.h"
#include "image/tiff_bands.h"
#include "image/tiff_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace gradcut {
namespace {

void FindAlpha(const TiffFile& file, TiffLayout& layout) {
  std::uint16_t count = 0;
  const std::uint16_t* kinds = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1) return;
  // They are the last bands.
  for (int i = 0; i < count && layout.alpha < 0; ++i) {
    const int band = layout.bands - count + i;
    if (kinds[i] == EXTRASAMPLE_UNSPECIFIED || band < layout.colours) continue;
    layout.alpha = band;
    layout.associated = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
  }
}

TiffLayout ReadLayout(const TiffFile& file) {
  TiffLayout layout;
  layout.cols = file.Field<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  layout.rows = file.Field<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  layout.bands = file.Field<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.bits = file.Field<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  layout.format = file.Field<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  if (layout.format == SAMPLEFORMAT_VOID) layout.format = SAMPLEFORMAT_UINT;
  layout.planar =
      file.Field<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  layout.photometric = file.Field<std::uint16_t>(
      TIFFTAG_PHOTOMETRIC, layout.bands < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
  // The codec of JPEG knows its own colours best.
  if (layout.photometric == PHOTOMETRIC_YCBCR &&
      file.Field<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_JPEG &&
      TIFFSetField(file.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB) == 1)
    layout.photometric = PHOTOMETRIC_RGB;
  layout.colours =
      layout.photometric == PHOTOMETRIC_SEPARATED ? 4
      : layout.photometric <= PHOTOMETRIC_MINISBLACK || layout.photometric == PHOTOMETRIC_PALETTE
          ? 1
          : 3;
  FindAlpha(file, layout);
  return layout;
}

bool HasField(const TiffFile& file, std::uint32_t tag) {
  std::uint16_t count = 0;
  const void* values = nullptr;
  return TIFFGetField(file.get(), tag, &count, &values) == 1;
}

// A TIFF whose first image is but a thumbnail, whose samples lie behind a colour filter, or that
// says so (DNG; Sony's files have a private block of DNG's).
bool IsCameraRaw(const TiffFile& file, const TiffLayout& layout) {
  constexpr int kLinearRaw = 34892;  // Adobe's DNG
  std::uint8_t* version = nullptr;
  return (file.Field<std::uint32_t>(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) != 0 ||
         layout.photometric == PHOTOMETRIC_CFA || layout.photometric == kLinearRaw ||
         TIFFGetField(file.get(), TIFFTAG_DNGVERSION, &version) == 1 ||
         HasField(file, TIFFTAG_DNGPRIVATEDATA);
}

void CheckLayout(const TiffFile& file, const TiffLayout& layout, const std::string& name,
                 const ImageReadOptions& options) {
  Require(!IsCameraRaw(file, layout), "{}: {}", name, kIsCameraRaw);
  Require(layout.cols > 0 && layout.rows > 0, "{}: is corrupt (TIFF): it has no size", name);
  CheckPixelCount(layout.rows, layout.cols, name, options);
  constexpr std::uint32_t kMaxSide = std::numeric_limits<int>::max();
  Require(layout.rows <= kMaxSide && layout.cols <= kMaxSide, "{}: is too large", name);
  const auto compression = file.Field<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  if (TIFFIsCODECConfigured(compression) == 0)
    FailAsUnsupportedTiff(name, fmt::format("compression {}", compression));
  const bool unnamed = layout.colours == 1 && layout.bands > 2 && layout.alpha < 0;
  constexpr int kMaxBands = 32;
  if (layout.bands < layout.colours || layout.bands > kMaxBands || unnamed)
    FailAsUnsupportedTiff(name,
                          fmt::format("{} bands that are not grey, RGB or CMYK", layout.bands));
}

// ---- Colours

cv::Mat FromPalette(const TiffFile& file, const TiffLayout& layout, const cv::Mat& indices,
                    const std::string& name) {
  std::array<const std::uint16_t*, 3> columns = {};
  if (TIFFGetField(file.get(), TIFFTAG_COLORMAP, &columns[0], &columns[1], &columns[2]) != 1)
    Fail("{}: is corrupt (TIFF): its palette is missing", name);
  if (layout.bits > 8) FailAsUnsupportedTiff(name, "a palette of more than 256 colours");
  const int count = 1 << layout.bits;
  // Old writers put 8-bit values there.
  const bool wide = std::any_of(columns.begin(), columns.end(), [count](const std::uint16_t* c) {
    return std::any_of(c, c + count, [](std::uint16_t value) { return value > 255; });
  });
  std::vector<cv::Vec3b> palette(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    for (int c = 0; c < 3; ++c)
      palette[static_cast<std::size_t>(i)][c] =
          static_cast<std::uint8_t>(wide ? columns[static_cast<std::size_t>(c)][i] >> 8
                                         : columns[static_cast<std::size_t>(c)][i]);
  return Coloured(indices, palette);
}

cv::Mat FromInks(const TiffFile& file, const TiffLayout& layout, const cv::Mat& inks,
                 const std::string& name) {
  if (file.Field<std::uint16_t>(TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK)
    FailAsUnsupportedTiff(name, "inks other than CMYK");
  if (inks.depth() > CV_16U) FailAsUnsupportedTiff(name, "CMYK samples that are not 8 or 16 bits");
  cv::Mat bytes;
  inks.convertTo(bytes, CV_8U, 255 / layout.white());
  std::vector<cv::Mat> channels;
  cv::split(bytes, channels);
  cv::Mat cmyk, rgb;
  cv::merge(std::vector<cv::Mat>(channels.begin(), channels.begin() + 4), cmyk);
  rgb = CmykToRgb(cmyk, /*inverted=*/false);
  if (channels.size() == 4) return rgb;
  cv::Mat rgba;
  cv::merge(std::vector<cv::Mat>{rgb, channels[4]}, rgba);
  return rgba;
}

// a* and b* are signed. What they call white is white, whatever its temperature.
cv::Mat FromLab(const TiffLayout& layout, const cv::Mat& samples, const std::string& name) {
  const bool wide = layout.bits == 16;
  if ((layout.bits != 8 && !wide) || samples.depth() > CV_16U)
    FailAsUnsupportedTiff(name, "CIE Lab samples that are not 8 or 16 bits");
  std::vector<cv::Mat> planes;
  cv::split(samples, planes);
  for (const std::size_t i : {1U, 2U})
    cv::bitwise_xor(planes[i], cv::Scalar(wide ? 0x8000 : 0x80), planes[i]);
  for (std::size_t i = 0; wide && i < planes.size(); ++i)
    planes[i].convertTo(planes[i], CV_8U, 1.0 / (i == 1 || i == 2 ? 256 : 257));
  cv::Mat lab, rgb;
  cv::merge(std::vector<cv::Mat>(planes.begin(), planes.begin() + 3), lab);
  cv::cvtColor(lab, rgb, cv::COLOR_Lab2RGB);
  if (planes.size() == 3) return rgb;
  cv::Mat rgba;
  cv::merge(std::vector<cv::Mat>{rgb, planes[3]}, rgba);
  return rgba;
}

// YCbCr and the like: libtiff makes 8-bit RGB of them, alpha multiplied in.
cv::Mat Converted(const TiffFile& file, const TiffLayout& layout, const std::string& name) {
  std::array<char, 1024> cause = {};
  if (TIFFRGBAImageOK(file.get(), cause.data()) == 0)
    Fail("{}: is a TIFF of a kind that is not supported: convert it to PNG or JPEG ({})", name,
         Printable(cause.data()));
  TIFFSetField(file.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);  // Turned later.
  cv::Mat rgba(static_cast<int>(layout.rows), static_cast<int>(layout.cols), CV_8UC4);
  if (TIFFReadRGBAImageOriented(file.get(), layout.cols, layout.rows,
                                reinterpret_cast<std::uint32_t*>(rgba.data), ORIENTATION_TOPLEFT,
                                /*stop=*/1) != 1)
    file.FailToRead();
  if (layout.alpha >= 0) return Straight(rgba, 255);
  cv::Mat rgb;
  cv::cvtColor(rgba, rgb, cv::COLOR_RGBA2RGB);
  return rgb;
}

DecodedImage FromGreyOrRgb(const TiffLayout& layout, const cv::Mat& samples) {
  DecodedImage image = {.pixels = samples, .white = layout.white(), .real = layout.real()};
  if (layout.photometric != PHOTOMETRIC_MINISWHITE || layout.real()) return image;
  cv::Mat inverted = cv::Scalar::all(image.white) - samples;
  if (layout.alpha >= 0) cv::mixChannels(samples, inverted, {1, 1});
  image.pixels = inverted;
  return image;
}

DecodedImage DecodeBands(const TiffFile& file, const TiffLayout& layout, const std::string& name,
                         const ImageReadOptions& options) {
  std::vector<int> bands(static_cast<std::size_t>(layout.colours));
  std::iota(bands.begin(), bands.end(), 0);
  if (layout.alpha >= 0) bands.push_back(layout.alpha);
  const cv::Mat samples = ReadBands(file, layout, bands, name, options);
  if (layout.photometric == PHOTOMETRIC_PALETTE) {
    cv::Mat indices;
    cv::extractChannel(samples, indices, 0);
    return {.pixels = FromPalette(file, layout, indices, name)};
  }
  DecodedImage image = layout.photometric == PHOTOMETRIC_SEPARATED
                           ? DecodedImage{.pixels = FromInks(file, layout, samples, name)}
                       : layout.photometric == PHOTOMETRIC_CIELAB
                           ? DecodedImage{.pixels = FromLab(layout, samples, name)}
                           : FromGreyOrRgb(layout, samples);
  if (layout.associated) image.pixels = Straight(image.pixels, image.white);
  return image;
}

}  // namespace

DecodedImage DecodeTiff(Bytes bytes, const std::string& name, const ImageReadOptions& options) {
  const TiffFile file(bytes, name);
  const TiffLayout layout = ReadLayout(file);
  const int orientation = file.Field<std::uint16_t>(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  CheckLayout(file, layout, name, options);
  const bool stored = layout.photometric <= PHOTOMETRIC_PALETTE ||
                      layout.photometric == PHOTOMETRIC_SEPARATED ||
                      layout.photometric == PHOTOMETRIC_CIELAB;
  DecodedImage image = stored ? DecodeBands(file, layout, name, options)
                              : DecodedImage{.pixels = Converted(file, layout, name)};
  image.orientation = orientation;
  return image;
}

}  // namespace gradcut
