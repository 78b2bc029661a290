// Encoders of PNG compared: time and bytes of the same pixels with each library and setting.
//
//     apt install libspng-dev libdeflate-dev libisal-dev libopencv-imgcodecs-dev
//     g++ -O3 -std=c++20 eval/cutouts/encoders.cc -o build/encoders -I/usr/include/opencv4 \
//         -lopencv_core -lopencv_imgcodecs -lpng -lz -ldeflate -lisal -lspng
//     build/encoders FILE.png...
//
// Prints the median milliseconds of processor time of five runs and the bytes. Filtering counts in;
// chunks, a thousandth of the bytes, are left out where the library makes none.
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <png.h>
#include <spng.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;

enum Filter : std::uint8_t { kNone, kSub, kUp };

int ColourType(const cv::Mat& pixels) {
  return pixels.channels() == 1   ? PNG_COLOR_TYPE_GRAY
         : pixels.channels() == 3 ? PNG_COLOR_TYPE_RGB
                                  : PNG_COLOR_TYPE_RGB_ALPHA;
}

// The rows behind their filters' numbers.
Bytes Filtered(const cv::Mat& pixels, Filter filter) {
  const std::size_t bpp = pixels.elemSize(), size = pixels.cols * bpp;
  Bytes filtered(pixels.rows * (size + 1));
  for (int row = 0; row < pixels.rows; ++row) {
    const std::uint8_t* const from = pixels.ptr(row);
    std::uint8_t* to = filtered.data() + row * (size + 1);
    *to++ = filter;
    std::memcpy(to, from, size);
    if (filter == kSub)
      for (std::size_t i = bpp; i < size; ++i) to[i] = from[i] - from[i - bpp];
    if (filter == kUp && row > 0)
      for (std::size_t i = 0; i < size; ++i) to[i] = from[i] - pixels.ptr(row - 1)[i];
  }
  return filtered;
}

Bytes Libpng(const cv::Mat& pixels, int level, int strategy, int filter) {
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &file,
      [](png_structp self, png_bytep from, std::size_t count) {
        auto* to = static_cast<Bytes*>(png_get_io_ptr(self));
        to->insert(to->end(), from, from + count);
      },
      nullptr);
  png_set_IHDR(png, info, pixels.cols, pixels.rows, 8, ColourType(pixels), 0, 0, 0);
  if (level >= 0) png_set_compression_level(png, level);
  if (strategy >= 0) png_set_compression_strategy(png, strategy);
  png_set_filter(png, 0, filter);
  png_write_info(png, info);
  for (int row = 0; row < pixels.rows; ++row) png_write_row(png, pixels.ptr(row));
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return file;
}

Bytes Spng(const cv::Mat& pixels, int level, int filter) {
  spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_set_option(context, SPNG_IMG_COMPRESSION_LEVEL, level);
  spng_set_option(context, SPNG_FILTER_CHOICE, filter);
  spng_ihdr head = {static_cast<std::uint32_t>(pixels.cols),
                    static_cast<std::uint32_t>(pixels.rows),
                    8,
                    static_cast<std::uint8_t>(ColourType(pixels)),
                    0,
                    0,
                    0};
  spng_set_ihdr(context, &head);
  spng_encode_image(context, pixels.data, pixels.total() * pixels.elemSize(), SPNG_FMT_PNG,
                    SPNG_ENCODE_FINALIZE);
  std::size_t size = 0;
  int error = 0;
  auto* data = static_cast<std::uint8_t*>(spng_get_png_buffer(context, &size, &error));
  const Bytes file(data, data + size);
  std::free(data);
  spng_ctx_free(context);
  return file;
}

Bytes Deflate(const cv::Mat& pixels, Filter filter, int level) {
  const Bytes filtered = Filtered(pixels, filter);
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(level);
  Bytes stream(libdeflate_zlib_compress_bound(compressor, filtered.size()));
  stream.resize(libdeflate_zlib_compress(compressor, filtered.data(), filtered.size(),
                                         stream.data(), stream.size()));
  libdeflate_free_compressor(compressor);
  return stream;
}

Bytes IsaL(const cv::Mat& pixels, Filter filter, int level) {
  Bytes filtered = Filtered(pixels, filter), work(ISAL_DEF_LVL3_DEFAULT), piece(1 << 18), result;
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.gzip_flag = IGZIP_ZLIB;
  stream.level = level;
  stream.level_buf = work.data();
  stream.level_buf_size = work.size();
  stream.next_in = filtered.data();
  stream.avail_in = filtered.size();
  stream.end_of_stream = 1;
  do {
    stream.next_out = piece.data();
    stream.avail_out = piece.size();
    isal_deflate(&stream);
    result.insert(result.end(), piece.data(), stream.next_out);
  } while (stream.avail_out == 0);
  return result;
}

void Show(const char* name, const std::function<Bytes()>& encode) {
  std::vector<double> milliseconds;
  std::size_t bytes = 0;
  for (int run = 0; run < 5; ++run) {
    const std::clock_t start = std::clock();
    bytes = encode().size();
    milliseconds.push_back(1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  std::printf("%-28s %8.1f ms %10zu bytes\n", name, milliseconds[2], bytes);
}

}  // namespace

int main(int count, char** files) {
  for (int i = 1; i < count; ++i) {
    const cv::Mat pixels = cv::imread(files[i], cv::IMREAD_UNCHANGED);
    std::printf("%s: %dx%d, %d channels\n", files[i], pixels.cols, pixels.rows, pixels.channels());
    const Filter filter = pixels.channels() == 1 ? kNone : kUp;
    const int filters = filter == kUp ? PNG_FILTER_UP : PNG_FILTER_NONE;
    Show("libpng, run lengths", [&] { return Libpng(pixels, -1, Z_RLE, filters); });
    Show("libpng, level 1", [&] { return Libpng(pixels, 1, -1, filters); });
    Show("libpng, level 1, all filters",
         [&] { return Libpng(pixels, 1, Z_FILTERED, PNG_ALL_FILTERS); });
    Show("libspng, level 1", [&] { return Spng(pixels, 1, filters); });
    for (const int level : {1, 2})
      Show(level == 1 ? "libdeflate, level 1" : "libdeflate, level 2",
           [&] { return Deflate(pixels, filter, level); });
    Show("ISA-L, level 0", [&] { return IsaL(pixels, filter, 0); });
    Show("ISA-L, level 1", [&] { return IsaL(pixels, filter, 1); });
    Show("ISA-L, level 1, Sub", [&] { return IsaL(pixels, kSub, 1); });
    Show("ISA-L, level 3", [&] { return IsaL(pixels, filter, 3); });
  }
}
