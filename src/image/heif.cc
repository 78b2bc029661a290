#include "image/heif.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "image/codec.h"
#include "image/colours.h"
#include "image/heif_items.h"
#include "image/heif_streams.h"

#include <libheif/heif.h>
#include <malloc.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

using Context = std::unique_ptr<heif_context, decltype(&heif_context_free)>;
using Handle = std::unique_ptr<heif_image_handle, decltype(&heif_image_handle_release)>;
using Image = std::unique_ptr<heif_image, decltype(&heif_image_release)>;
using DecodingOptions =
    std::unique_ptr<heif_decoding_options, decltype(&heif_decoding_options_free)>;

void RequireOk(const heif_error& error, const std::string& name) {
  if (error.code == heif_error_Ok) return;
  // What breaks a limit is a damaged file: memory was not asked for.
  if (error.code == heif_error_Memory_allocation_error &&
      error.subcode != heif_suberror_Security_limit_exceeded)
    throw std::bad_alloc();
  std::string cause = error.message == nullptr ? "" : error.message;
  cause.erase(cause.find_last_not_of("\r\n ") + 1);
  cause = Printable(cause);
  if (error.code == heif_error_Unsupported_filetype ||
      error.code == heif_error_Unsupported_feature || error.code == heif_error_Plugin_loading_error)
    Fail("{}: is a HEIC or AVIF image that cannot be decoded here ({}): convert it to PNG or JPEG",
         name, cause);
  Fail("{}: is corrupt or truncated (HEIC or AVIF): {}", name, cause);
}

// The image that a file is shown by. `bytes` must outlive the context.
Context Open(Bytes bytes, const std::string& name) {
  static const heif_error started = heif_init(nullptr);  // Loads decoders, once.
  RequireOk(started, name);
  const std::vector<std::uint8_t> mended = CheckedItems(bytes, name);
  Context context(heif_context_alloc(), &heif_context_free);
  if (context == nullptr) throw std::bad_alloc();
  heif_context_set_max_decoding_threads(context.get(), 0);  // In this thread.
  const auto read =
      mended.empty() ? heif_context_read_from_memory_without_copy : heif_context_read_from_memory;
  const Bytes file = mended.empty() ? bytes : mended;
  RequireOk(read(context.get(), file.data(), file.size(), nullptr), name);
  return context;
}

Handle PrimaryImage(const Context& context, const std::string& name) {
  heif_image_handle* handle = nullptr;
  const heif_error error = heif_context_get_primary_image_handle(context.get(), &handle);
  Handle owned(handle, &heif_image_handle_release);
  RequireOk(error, name);
  return owned;
}

// A grid has a size of its own, which is that of the image as the file tells it, before it is
// turned or cropped. The tiles of small ones may be larger.
void LimitGrids(const Context& context, const Handle& handle) {
  constexpr int kLargestTile = 4096;
  heif_context_set_maximum_image_size_limit(
      context.get(), std::max({heif_image_handle_get_ispe_width(handle.get()),
                               heif_image_handle_get_ispe_height(handle.get()), kLargestTile}));
}

// Of an image as the file tells it, and of streams that say that they are larger, by more than the
// blocks that a picture is padded to.
void CheckPixelCounts(const Handle& handle, Bytes bytes, const std::string& name,
                      const ImageReadOptions& options) {
  const int rows = heif_image_handle_get_height(handle.get());
  const int cols = heif_image_handle_get_width(handle.get());
  const double most = 1.25 * rows * cols;
  for (const StreamSize& size : StreamSizes(bytes, name))
    if (static_cast<double>(size.rows) * size.cols > most)
      CheckPixelCount(size.rows, size.cols, name, options);
  CheckPixelCount(rows, cols, name, options);
}

// While it lives, memory that is given out has been filled: where the tiles of a damaged grid leave
// a gap, libheif 1.15 shows what was there before, another photo perhaps.
class FilledMemory {
 public:
  FilledMemory() {
    const std::lock_guard lock(mutex_);
    if (users_++ == 0) ::mallopt(M_PERTURB, 0xff);  // By 0.
  }
  ~FilledMemory() {
    const std::lock_guard lock(mutex_);
    if (--users_ == 0) ::mallopt(M_PERTURB, 0);
  }
  FilledMemory(const FilledMemory&) = delete;
  FilledMemory& operator=(const FilledMemory&) = delete;

 private:
  static inline std::mutex mutex_;
  static inline int users_ = 0;
};

// libheif turns, mirrors and crops it as the file asks.
cv::Mat Pixels(const Handle& handle, bool alpha, const std::string& name,
               const ImageReadOptions& limits) {
  const DecodingOptions options(heif_decoding_options_alloc(), &heif_decoding_options_free);
  if (options == nullptr) throw std::bad_alloc();
  options->convert_hdr_to_8bit = 1;
  options->decoder_id = "aom";  // If there is one: dav1d prints what it finds wrong in AVIF files.
  const FilledMemory filled;
  heif_image* decoded = nullptr;
  const heif_error error = heif_decode_image(
      handle.get(), &decoded, heif_colorspace_RGB,
      alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options.get());
  const Image image(decoded, &heif_image_release);
  RequireOk(error, name);
  int stride = 0;
  std::uint8_t* const data = heif_image_get_plane(image.get(), heif_channel_interleaved, &stride);
  const int rows = heif_image_get_height(image.get(), heif_channel_interleaved);
  const int cols = heif_image_get_width(image.get(), heif_channel_interleaved);
  Require(data != nullptr && rows > 0 && cols > 0, "{}: is corrupt (HEIC or AVIF)", name);
  CheckPixelCount(rows, cols, name, limits);
  return cv::Mat(rows, cols, alpha ? CV_8UC4 : CV_8UC3, data, static_cast<std::size_t>(stride))
      .clone();
}

}  // namespace

DecodedImage DecodeHeif(Bytes bytes, const std::string& name, const ImageReadOptions& options) {
  const Context context = Open(bytes, name);
  const Handle handle = PrimaryImage(context, name);
  CheckPixelCounts(handle, bytes, name, options);
  LimitGrids(context, handle);
  const bool alpha = heif_image_handle_has_alpha_channel(handle.get()) != 0;
  const cv::Mat pixels = Pixels(handle, alpha, name, options);
  const bool associated = alpha && heif_image_handle_is_premultiplied_alpha(handle.get()) != 0;
  return {.pixels = associated ? Straight(pixels, 255) : pixels};
}

namespace {

// What `read` makes of the image that the file is shown by; empty for a damaged file.
template <class Read>
std::vector<std::uint8_t> OfPrimaryImage(Bytes bytes, const Read& read) {
  try {
    const Context context = Open(bytes, "");
    return read(PrimaryImage(context, ""));
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

std::vector<std::uint8_t> HeifProfile(Bytes bytes) {
  return OfPrimaryImage(bytes, [](const Handle& handle) {
    std::vector<std::uint8_t> profile(heif_image_handle_get_raw_color_profile_size(handle.get()));
    if (!profile.empty())
      RequireOk(heif_image_handle_get_raw_color_profile(handle.get(), profile.data()), "");
    return profile;
  });
}

std::vector<std::uint8_t> HeifExif(Bytes bytes) {
  return OfPrimaryImage(bytes, [](const Handle& handle) {
    heif_item_id id = 0;
    if (heif_image_handle_get_list_of_metadata_block_IDs(handle.get(), "Exif", &id, 1) != 1)
      return std::vector<std::uint8_t>();
    std::vector<std::uint8_t> block(heif_image_handle_get_metadata_size(handle.get(), id));
    if (block.size() < 4) return std::vector<std::uint8_t>();
    RequireOk(heif_image_handle_get_metadata(handle.get(), id, block.data()), "");
    // Four bytes say how far behind them the TIFF header is (ISO/IEC 23008-12, annex A.2.1).
    const std::size_t start = 4 + std::size_t{BigEndian(std::span(block).first(4))};
    block.erase(block.begin(),
                block.begin() + static_cast<std::ptrdiff_t>(std::min(start, block.size())));
    return block;
  });
}

}  // namespace gradcut
