#include "image/webp_writer.h"

#include "gradcut/image/too_large_error.h"

#include <fmt/format.h>
#include <webp/encode.h>

#include <new>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// A picture and where its file grows.
struct Encoding {
  Encoding() {
    if (WebPPictureInit(&picture) == 0) throw std::bad_alloc();
    WebPMemoryWriterInit(&writer);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
  }
  ~Encoding() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
  }
  Encoding(const Encoding&) = delete;
  Encoding& operator=(const Encoding&) = delete;

  WebPPicture picture;
  WebPMemoryWriter writer;
};

WebPConfig ConfigOf(int quality) {
  // Measured: of the ten levels of lossless compression, what the others save costs many times the
  // time of this one.
  constexpr int kLosslessLevel = 1;
  WebPConfig config;
  const bool made =
      WebPConfigPreset(&config, WEBP_PRESET_PHOTO, static_cast<float>(quality)) != 0 &&
      (quality > 0 || WebPConfigLosslessPreset(&config, kLosslessLevel) != 0);
  if (!made) throw std::logic_error("WebPConfigPreset");
  config.exact = 1;  // Else it makes up colours of what is transparent.
  return config;
}

}  // namespace

std::vector<std::uint8_t> EncodeWebp(const cv::Mat& pixels, int quality) {
  if (pixels.empty() || pixels.dims != 2 ||
      (pixels.type() != CV_8UC3 && pixels.type() != CV_8UC4) || quality < 0 || quality > 100)
    throw std::invalid_argument("EncodeWebp: expected RGB or RGBA, and a quality in [0, 100]");
  if (pixels.rows > WEBP_MAX_DIMENSION || pixels.cols > WEBP_MAX_DIMENSION)
    throw TooLargeError(
        fmt::format("WebP cannot hold an image of {}x{} pixels, at most {} a side: take PNG",
                    pixels.cols, pixels.rows, WEBP_MAX_DIMENSION));
  const WebPConfig config = ConfigOf(quality);
  Encoding encoding;
  encoding.picture.use_argb = quality == 0 ? 1 : 0;
  encoding.picture.width = pixels.cols;
  encoding.picture.height = pixels.rows;
  const int stride = static_cast<int>(pixels.step[0]);
  const bool imported = pixels.channels() == 4
                            ? WebPPictureImportRGBA(&encoding.picture, pixels.data, stride) != 0
                            : WebPPictureImportRGB(&encoding.picture, pixels.data, stride) != 0;
  if (!imported) throw std::bad_alloc();
  if (WebPEncode(&config, &encoding.picture) == 0) {
    if (encoding.picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ||
        encoding.picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY)
      throw std::bad_alloc();
    throw std::logic_error(
        fmt::format("EncodeWebp: error {}", static_cast<int>(encoding.picture.error_code)));
  }
  return {encoding.writer.mem, encoding.writer.mem + encoding.writer.size};
}

}  // namespace gradcut
