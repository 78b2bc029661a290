#include "gradcut/core/error.h"
#include "io/codec.h"
#include "io/format.h"
#include "io/raster.h"

#include <iostream>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <streambuf>

namespace gradcut {
namespace {

// OpenCV 4.6 writes what goes wrong in `imdecode` to std::cerr. This swallows it; the last of
// several threads restores the stream. What other code writes to std::cerr meanwhile is lost, but
// the program's own messages go through the logger.
class QuietCerr {
 public:
  QuietCerr() {
    const std::lock_guard lock(mutex_);
    if (users_++ == 0) original_ = std::cerr.rdbuf(&sink_);
  }
  ~QuietCerr() {
    const std::lock_guard lock(mutex_);
    if (--users_ == 0) std::cerr.rdbuf(original_);
  }
  QuietCerr(const QuietCerr&) = delete;
  QuietCerr& operator=(const QuietCerr&) = delete;

 private:
  struct Sink : std::streambuf {
    int overflow(int c) override { return traits_type::not_eof(c); }
  };

  static inline std::mutex mutex_;
  static inline int users_ = 0;
  static inline Sink sink_;
  static inline std::streambuf* original_ = nullptr;
};

std::optional<RasterHeader> ReadHeader(Bytes bytes) {
  switch (RecogniseFormat(bytes)) {
    case FileFormat::kWebp:
      return ReadWebpHeader(bytes);
    case FileFormat::kTiff:
      return ReadTiffHeader(bytes);
    case FileFormat::kBmp:
      return ReadBmpHeader(bytes);
    case FileFormat::kPnm:
      return ReadPnmHeader(bytes);
    default:
      return std::nullopt;
  }
}

cv::Mat Decode(Bytes bytes) {
  const QuietCerr quiet;
  // A matrix header over the bytes; imdecode only reads them.
  const cv::Mat view(1, static_cast<int>(bytes.size()), CV_8UC1,
                     const_cast<std::uint8_t*>(bytes.data()));
  return cv::imdecode(view, cv::IMREAD_UNCHANGED);
}

cv::Mat ToRgbOrder(const cv::Mat& decoded) {
  cv::Mat pixels = decoded;
  if (decoded.channels() == 3) cv::cvtColor(decoded, pixels, cv::COLOR_BGR2RGB);
  if (decoded.channels() == 4) cv::cvtColor(decoded, pixels, cv::COLOR_BGRA2RGBA);
  return pixels;
}

}  // namespace

DecodedImage DecodeWithOpenCv(Bytes bytes, const std::string& name,
                              const ImageReadOptions& options) {
  const std::optional<RasterHeader> header = ReadHeader(bytes);
  Require(header.has_value(), "{}: is corrupt or truncated: its header makes no sense", name);
  Require(!header->camera_raw,
          "{}: is a camera RAW image, which is not supported: convert it to PNG or JPEG", name);
  CheckPixelCount(header->rows, header->cols, name, options);
  Require(bytes.size() < std::size_t{1} << 31, "{}: is larger than 2 GiB", name);

  const cv::Mat decoded = header->frame
                              ? Decode(WrapWebpFrame(*header->frame, header->rows, header->cols))
                              : Decode(bytes);
  Require(!decoded.empty(), "{}: is corrupt, truncated, or of an unsupported kind of its format",
          name);
  Require(decoded.depth() == CV_8U || decoded.depth() == CV_16U,
          "{}: has {} samples, expected 8 or 16 bits: convert it to PNG or JPEG", name,
          cv::depthToString(decoded.depth()));
  // OpenCV turns TIFF images itself.
  const bool upright = RecogniseFormat(bytes) == FileFormat::kTiff;
  return {.pixels = ToRgbOrder(decoded),
          .orientation = upright ? 1 : header->orientation,
          .white = decoded.depth() == CV_16U ? 65535 : 255};
}

}  // namespace gradcut
