#include "image/webp.h"

#include "gradcut/core/error.h"
#include "image/codec.h"
#include "image/orientation.h"

#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>
#include <new>
#include <opencv2/core.hpp>
#include <string_view>

namespace gradcut {
namespace {

using Demuxer = std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)>;
using AnimationDecoder = std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)>;

WebPData DataOf(Bytes bytes) { return {.bytes = bytes.data(), .size = bytes.size()}; }

// Empty where there is none.
std::vector<std::uint8_t> ChunkOf(Bytes bytes, const char* name) {
  const WebPData data = DataOf(bytes);
  const Demuxer demuxer(WebPDemuxPartial(&data, nullptr), &WebPDemuxDelete);
  WebPChunkIterator found = {};
  if (demuxer == nullptr || WebPDemuxGetChunk(demuxer.get(), name, 1, &found) == 0) return {};
  const std::vector<std::uint8_t> chunk(found.chunk.bytes, found.chunk.bytes + found.chunk.size);
  WebPDemuxReleaseChunkIterator(&found);
  return chunk;
}

int OrientationOf(Bytes bytes) {
  const std::vector<std::uint8_t> exif = ChunkOf(bytes, "EXIF");
  constexpr std::string_view kPrefix("Exif\0\0", 6);  // Some writers keep that of JPEG.
  const bool prefixed = std::string_view(reinterpret_cast<const char*>(exif.data()), exif.size())
                            .starts_with(kPrefix);
  return ExifOrientation(Bytes(exif).subspan(prefixed ? kPrefix.size() : 0));
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
          .orientation = OrientationOf(bytes)};
}

std::vector<std::uint8_t> WebpProfile(Bytes bytes) { return ChunkOf(bytes, "ICCP"); }

}  // namespace gradcut
