#include "image/webp.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "image/codec.h"
#include "image/orientation.h"

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/mux.h>

#include <memory>
#include <new>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

using Demuxer = std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)>;
using AnimationDecoder = std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)>;
using Mux = std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)>;

WebPData DataOf(Bytes bytes) { return {.bytes = bytes.data(), .size = bytes.size()}; }

// Empty where there is none.
std::vector<std::uint8_t> ChunkOf(Bytes bytes, const char* name) {
  const WebPData data = DataOf(bytes);
  const Demuxer demuxer(WebPDemuxPartial(&data, nullptr), &WebPDemuxDelete);
  WebPChunkIterator found = {};
  if (demuxer == nullptr || WebPDemuxGetChunk(demuxer.get(), name, 1, &found) == 0) return {};
  std::vector<std::uint8_t> chunk(found.chunk.bytes, found.chunk.bytes + found.chunk.size);
  WebPDemuxReleaseChunkIterator(&found);
  return chunk;
}

void RequireDecoded(VP8StatusCode status, const std::string& name) {
  if (status == VP8_STATUS_OUT_OF_MEMORY) throw std::bad_alloc();
  Require(status != VP8_STATUS_NOT_ENOUGH_DATA && status != VP8_STATUS_SUSPENDED,
          "{}: is truncated (WebP)", name);
  Require(status == VP8_STATUS_OK, "{}: is corrupt (WebP)", name);
}

cv::Mat DecodeStill(Bytes bytes, const WebPBitstreamFeatures& features, const std::string& name) {
  cv::Mat pixels(features.height, features.width, features.has_alpha != 0 ? CV_8UC4 : CV_8UC3);
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) throw std::bad_alloc();
  config.output.colorspace = features.has_alpha != 0 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {.rgba = pixels.data,
                          .stride = static_cast<int>(pixels.step[0]),
                          .size = pixels.step[0] * static_cast<std::size_t>(pixels.rows)};
  RequireDecoded(WebPDecode(bytes.data(), bytes.size(), &config), name);
  return pixels;
}

// On its whole canvas, which is transparent where the frame does not reach.
cv::Mat DecodeFirstFrame(Bytes bytes, const std::string& name) {
  WebPAnimDecoderOptions options;
  if (WebPAnimDecoderOptionsInit(&options) == 0) throw std::bad_alloc();
  options.color_mode = MODE_RGBA;
  const WebPData data = DataOf(bytes);
  const AnimationDecoder decoder(WebPAnimDecoderNew(&data, &options), &WebPAnimDecoderDelete);
  WebPAnimInfo info = {};
  std::uint8_t* canvas = nullptr;
  int end_ms = 0;
  if (decoder == nullptr || WebPAnimDecoderGetInfo(decoder.get(), &info) == 0 ||
      WebPAnimDecoderGetNext(decoder.get(), &canvas, &end_ms) == 0)
    Fail("{}: is corrupt or truncated (WebP)", name);
  return cv::Mat(static_cast<int>(info.canvas_height), static_cast<int>(info.canvas_width), CV_8UC4,
                 canvas)
      .clone();
}

}  // namespace

DecodedImage DecodeWebp(Bytes bytes, const std::string& name, const ImageReadOptions& options) {
  WebPBitstreamFeatures features;
  RequireDecoded(WebPGetFeatures(bytes.data(), bytes.size(), &features), name);
  CheckPixelCount(features.height, features.width, name, options);
  return {.pixels = features.has_animation != 0 ? DecodeFirstFrame(bytes, name)
                                                : DecodeStill(bytes, features, name),
          .orientation = ExifOrientation(WebpExif(bytes))};
}

std::vector<std::uint8_t> WebpProfile(Bytes bytes) { return ChunkOf(bytes, "ICCP"); }

std::vector<std::uint8_t> WebpExif(Bytes bytes) {
  std::vector<std::uint8_t> exif = ChunkOf(bytes, "EXIF");
  constexpr std::string_view kPrefix("Exif\0\0", 6);  // Some writers keep that of JPEG.
  if (StartsWith(exif, kPrefix)) exif.erase(exif.begin(), exif.begin() + kPrefix.size());
  return exif;
}

std::vector<std::uint8_t> WithWebpChunks(Bytes file, Bytes profile, Bytes exif) {
  const WebPData whole = DataOf(file);
  const Mux mux(WebPMuxCreate(&whole, /*copy_data=*/0), &WebPMuxDelete);
  if (mux == nullptr) throw std::invalid_argument("WithWebpChunks: no WebP file");
  const auto set = [&mux](const char* name, Bytes chunk) {
    const WebPData data = DataOf(chunk);
    if (!chunk.empty() && WebPMuxSetChunk(mux.get(), name, &data, /*copy_data=*/0) != WEBP_MUX_OK)
      throw std::bad_alloc();
  };
  set("ICCP", profile);
  set("EXIF", exif);
  WebPData assembled = {};
  if (WebPMuxAssemble(mux.get(), &assembled) != WEBP_MUX_OK) throw std::bad_alloc();
  std::vector<std::uint8_t> bytes(assembled.bytes, assembled.bytes + assembled.size);
  WebPDataClear(&assembled);
  return bytes;
}

}  // namespace gradcut
