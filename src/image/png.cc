#include "image/png.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "image/codec.h"
#include "image/orientation.h"
#include "image/png_error.h"

#include <png.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

struct Source {
  Bytes rest;
  bool exhausted = false;
};

void ReadFromSource(png_structp png, png_bytep to, std::size_t count) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->rest.size()) {
    source->exhausted = true;
    png_error(png, "the file ends early");
  }
  std::memcpy(to, source->rest.data(), count);
  source->rest = source->rest.subspan(count);
}

constexpr std::size_t kAroundData = 12;  // Of a chunk: length, type and checksum.

// The file from the first chunk of a type on; empty unless there is one and all before are as long
// as they claim.
Bytes FromChunk(Bytes file, const char* type) {
  constexpr std::size_t kSignature = 8;
  file = file.subspan(std::min(kSignature, file.size()));
  while (file.size() >= kAroundData) {
    if (StartsWith(file.subspan(4), type)) return file;
    const std::size_t length = BigEndian(file.first(4));
    if (length > file.size() - kAroundData) break;
    file = file.subspan(length + kAroundData);
  }
  return {};
}

// libpng allocates what texts and EXIF data claim, which may be gigabytes, before it reads them.
bool HasChunksWhole(Bytes file, const char* last) { return !FromChunk(file, last).empty(); }

class Reader {
 public:
  Reader(Bytes bytes, std::string name)
      : name_(std::move(name)),
        file_(bytes),
        source_{.rest = bytes},
        png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, &error_, StoreAndJump, IgnoreWarning)),
        info_(png_ == nullptr ? nullptr : png_create_info_struct(png_)) {
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &source_, ReadFromSource);
  }
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::vector<std::uint8_t> Profile() {
    png_charp name = nullptr;
    png_bytep profile = nullptr;
    png_uint_32 size = 0;
    int method = 0;
    if (!ReadHead() || png_get_iCCP(png_, info_, &name, &method, &profile, &size) == 0) return {};
    return {profile, profile + size};
  }

  DecodedImage Read(PngSamples samples, const ImageReadOptions& options) {
    Run([this] { ReadInfo(); });
    CheckPixelCount(png_get_image_height(png_, info_), png_get_image_width(png_, info_), name_,
                    options);
    Require(HasChunksWhole(file_, "IEND"), "{}: is truncated (PNG)", name_);
    const int stored_depth = png_get_bit_depth(png_, info_);
    Run([this, samples] {
      if (samples == PngSamples::kExpanded)
        Expand();
      else
        KeepStored();
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });

    const int depth = png_get_bit_depth(png_, info_) == 16 ? CV_16U : CV_8U;
    cv::Mat pixels(static_cast<int>(png_get_image_height(png_, info_)),
                   static_cast<int>(png_get_image_width(png_, info_)),
                   CV_MAKETYPE(depth, png_get_channels(png_, info_)));
    std::vector<png_bytep> rows(static_cast<std::size_t>(pixels.rows));
    for (int row = 0; row < pixels.rows; ++row) rows[row] = pixels.ptr(row);
    Run([this, &rows] {
      png_read_image(png_, rows.data());
      png_read_end(png_, info_);
    });
    const bool palette =
        samples == PngSamples::kStored && png_get_color_type(png_, info_) == PNG_COLOR_TYPE_PALETTE;
    const double white = samples == PngSamples::kStored ? (1 << stored_depth) - 1 : 255;
    return {.pixels = pixels,
            .orientation = Orientation(),
            .palette = palette,
            .colours = palette ? Colours() : std::vector<cv::Vec3b>(),
            .white = white};
  }

 private:
  template <class Step>
  void Run(const Step& step) {
    if (Guarded(png_, step)) return;
    Require(!source_.exhausted, "{}: is truncated (PNG)", name_);
    Fail("{}: is corrupt (PNG): {}", name_, Printable(error_.message.data()));
  }

  // What stands before the pixels. To be called inside of `Guarded`.
  void ReadInfo() {
    // Our own limit decides, with a message that names the remedy.
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png_, kMaxProfileBytes);
    if (!HasChunksWhole(file_, "IDAT")) {
      source_.exhausted = true;
      png_error(png_, "the file ends early");
    }
    png_read_info(png_, info_);
  }

  bool ReadHead() {
    return Guarded(png_, [this] { ReadInfo(); });
  }

  void Expand() {
    png_set_expand(png_);
    png_set_gray_to_rgb(png_);
    png_set_scale_16(png_);
  }

  void KeepStored() {
    png_set_packing(png_);
    if (png_get_bit_depth(png_, info_) == 16) png_set_swap(png_);
  }

  int Orientation() {
    png_uint_32 size = 0;
    png_bytep block = nullptr;
    if (png_get_eXIf_1(png_, info_, &size, &block) == 0) return 1;
    return ExifOrientation(Bytes(block, size));
  }

  std::vector<cv::Vec3b> Colours() {
    png_colorp colours = nullptr;
    int count = 0;
    png_get_PLTE(png_, info_, &colours, &count);
    std::vector<cv::Vec3b> palette;
    for (int i = 0; i < count; ++i)
      palette.emplace_back(colours[i].red, colours[i].green, colours[i].blue);
    return palette;
  }

  std::string name_;
  Bytes file_;
  PngError error_;
  Source source_;
  png_structp png_;
  png_infop info_;
};

}  // namespace

DecodedImage DecodePng(Bytes bytes, PngSamples samples, const std::string& name,
                       const ImageReadOptions& options) {
  return Reader(bytes, name).Read(samples, options);
}

std::vector<std::uint8_t> PngProfile(Bytes bytes) { return Reader(bytes, "").Profile(); }

// Other programs write the chunk behind the pixels, too.
std::vector<std::uint8_t> PngExif(Bytes bytes) {
  const Bytes chunk = FromChunk(bytes, "eXIf");
  const std::size_t length = chunk.empty() ? 0 : BigEndian(chunk.first(4));
  if (length == 0 || length > std::min(kMaxProfileBytes, chunk.size() - kAroundData)) return {};
  const Bytes data = chunk.subspan(8, length);
  return {data.begin(), data.end()};
}

}  // namespace gradcut
