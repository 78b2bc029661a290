#include "image/tiff_bands.h"

#include "gradcut/core/error.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

// Where the samples of one channel lie in a row of the file and in one of the matrix.
struct Course {
  std::size_t count;
  std::size_t first, step;        // In samples of the file.
  std::size_t channel, channels;  // Of the matrix.
};

template <class Stored, class Kept>
void CopyWhole(const std::uint8_t* from, std::uint8_t* to, const Course& course, int /*bits*/) {
  for (std::size_t i = 0; i < course.count; ++i) {
    Stored value;
    std::memcpy(&value, from + (course.first + i * course.step) * sizeof(value), sizeof(value));
    reinterpret_cast<Kept*>(to)[i * course.channels + course.channel] = static_cast<Kept>(value);
  }
}

// Samples of other sizes are packed, the highest bit first.
template <class Kept>
void CopyPacked(const std::uint8_t* from, std::uint8_t* to, const Course& course, int bits) {
  const auto size = static_cast<std::size_t>(bits);
  for (std::size_t i = 0; i < course.count; ++i) {
    const std::size_t start = (course.first + i * course.step) * size;
    unsigned value = 0;
    for (std::size_t bit = start; bit < start + size; ++bit)
      value = value << 1 | (from[bit / 8] >> (7 - bit % 8) & 1U);
    reinterpret_cast<Kept*>(to)[i * course.channels + course.channel] = static_cast<Kept>(value);
  }
}

struct SampleKind {
  int depth;  // Of the matrix; double holds all that is neither 8 nor 16 bits nor single precision.
  void (*copy)(const std::uint8_t* from, std::uint8_t* to, const Course& course, int bits);
};

SampleKind KindOf(const TiffLayout& layout, const std::string& name) {
  const int bits = layout.bits;
  if (layout.format == SAMPLEFORMAT_UINT) {
    if (bits == 8) return {CV_8U, &CopyWhole<std::uint8_t, std::uint8_t>};
    if (bits == 16) return {CV_16U, &CopyWhole<std::uint16_t, std::uint16_t>};
    if (bits == 32) return {CV_64F, &CopyWhole<std::uint32_t, double>};
    if (bits < 8) return {CV_8U, &CopyPacked<std::uint8_t>};
    if (bits < 16) return {CV_16U, &CopyPacked<std::uint16_t>};
  } else if (layout.format == SAMPLEFORMAT_INT) {
    if (bits == 8) return {CV_64F, &CopyWhole<std::int8_t, double>};
    if (bits == 16) return {CV_64F, &CopyWhole<std::int16_t, double>};
    if (bits == 32) return {CV_64F, &CopyWhole<std::int32_t, double>};
  } else if (layout.format == SAMPLEFORMAT_IEEEFP) {
    if (bits == 16) return {CV_32F, &CopyWhole<cv::float16_t, float>};
    if (bits == 32) return {CV_32F, &CopyWhole<float, float>};
    if (bits == 64) return {CV_64F, &CopyWhole<double, double>};
  }
  FailAsUnsupportedTiff(
      name, fmt::format("{} samples of {} bits",
                        layout.real() ? "floating-point"
                        : layout.format == SAMPLEFORMAT_UINT || layout.format == SAMPLEFORMAT_INT
                            ? "integer"
                            : "complex",
                        bits));
}

// The bands of an image, strip by strip or tile by tile.
class BandReader {
 public:
  BandReader(const TiffFile& file, const TiffLayout& layout, SampleKind kind)
      : file_(file),
        layout_(layout),
        kind_(kind),
        tiled_(TIFFIsTiled(file.get()) != 0),
        width_(tiled_ ? file.Field<std::uint32_t>(TIFFTAG_TILEWIDTH, 0) : layout.cols),
        height_(std::min(tiled_ ? file.Field<std::uint32_t>(TIFFTAG_TILELENGTH, 0)
                                : file.Field<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, layout.rows),
                         tiled_ ? std::numeric_limits<std::uint32_t>::max() : layout.rows)) {
    if (width_ == 0 || height_ == 0) file_.FailToRead();
  }

  void CheckTiles(const std::string& name, const ImageReadOptions& options) const {
    if (tiled_) CheckPixelCount(height_, width_, name, options);
  }

  cv::Mat Read(const std::vector<int>& bands) {
    const std::uint64_t size =
        tiled_ ? TIFFTileSize64(file_.get()) : TIFFVStripSize64(file_.get(), height_);
    if (size == 0 || size > std::numeric_limits<std::int32_t>::max() * std::uint64_t{8})
      file_.FailToRead();
    block_.resize(size);
    cv::Mat samples(static_cast<int>(layout_.rows), static_cast<int>(layout_.cols),
                    CV_MAKETYPE(kind_.depth, static_cast<int>(bands.size())));
    for (std::uint32_t row = 0; row < layout_.rows; row += Step(row, height_, layout_.rows))
      for (std::uint32_t col = 0; col < layout_.cols; col += Step(col, width_, layout_.cols))
        ReadBlock(row, col, bands, samples);
    return samples;
  }

 private:
  // To the next block, without overflow behind the last one.
  static std::uint32_t Step(std::uint32_t at, std::uint32_t size, std::uint32_t end) {
    return std::min(size, end - at);
  }

  void ReadBlock(std::uint32_t row, std::uint32_t col, const std::vector<int>& bands,
                 cv::Mat& samples) {
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const auto band = static_cast<std::uint32_t>(bands[i]);
      if (layout_.planar || i == 0) Decode(row, col, layout_.planar ? band : 0);
      const std::size_t step = layout_.planar ? 1 : static_cast<std::size_t>(layout_.bands);
      const Course course = {.count = Step(col, width_, layout_.cols),
                             .first = layout_.planar ? 0 : band,
                             .step = step,
                             .channel = i,
                             .channels = bands.size()};
      const std::size_t stride = (width_ * step * static_cast<std::size_t>(layout_.bits) + 7) / 8;
      for (std::uint32_t r = 0; r < Step(row, height_, layout_.rows); ++r)
        kind_.copy(block_.data() + r * stride,
                   samples.ptr(static_cast<int>(row + r)) + col * samples.elemSize(), course,
                   layout_.bits);
    }
  }

  void Decode(std::uint32_t row, std::uint32_t col, std::uint32_t plane) {
    TIFF* const tiff = file_.get();
    const auto sample = static_cast<std::uint16_t>(plane);
    const tmsize_t expected = tiled_ ? static_cast<tmsize_t>(block_.size())
                                     : TIFFVStripSize(tiff, Step(row, height_, layout_.rows));
    const tmsize_t got = tiled_
                             ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, col, row, 0, sample),
                                                   block_.data(), expected)
                             : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, row, sample),
                                                    block_.data(), expected);
    if (got < expected) file_.FailToRead();
  }

  const TiffFile& file_;
  const TiffLayout& layout_;
  const SampleKind kind_;
  const bool tiled_;
  const std::uint32_t width_, height_;  // Of a block.
  std::vector<std::uint8_t> block_;
};

}  // namespace

void FailAsUnsupportedTiff(const std::string& name, const std::string& kind) {
  Fail("{}: is a TIFF with {}, which is not supported: convert it to PNG or JPEG", name, kind);
}

cv::Mat ReadBands(const TiffFile& file, const TiffLayout& layout, const std::vector<int>& bands,
                  const std::string& name, const ImageReadOptions& options) {
  BandReader reader(file, layout, KindOf(layout, name));
  reader.CheckTiles(name, options);
  return reader.Read(bands);
}

}  // namespace gradcut
