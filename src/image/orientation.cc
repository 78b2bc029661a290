#include "image/orientation.h"

#include "image/codec.h"
#include "image/exif.h"

#include <libexif/exif-data.h>

#include <algorithm>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
int ExifOrientation(Bytes tiff) {
  // JPEG allows 64 KiB; orientation is in the first directory, whatever follows.
  constexpr std::size_t kMaxSize = std::size_t{1} << 16;
  std::vector<std::uint8_t> block(std::begin(kExifHeader), std::end(kExifHeader));
  const Bytes start = tiff.first(std::min(tiff.size(), kMaxSize));
  block.insert(block.end(), start.begin(), start.end());

  const std::unique_ptr<ExifData, decltype(&exif_data_unref)> exif(
      exif_data_new_from_data(block.data(), static_cast<unsigned>(block.size())), exif_data_unref);
  if (exif == nullptr) return 1;
  const ExifEntry* entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int value = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
  return value >= 1 && value <= 8 ? value : 1;
}

cv::Mat ApplyOrientation(const cv::Mat& image, int orientation) {
  cv::Mat upright;
  switch (orientation) {
    case 2:
      cv::flip(image, upright, /*flipCode=*/1);
      break;
    case 3:
      cv::rotate(image, upright, cv::ROTATE_180);
      break;
    case 4:
      cv::flip(image, upright, /*flipCode=*/0);
      break;
    case 5:
      cv::transpose(image, upright);
      break;
    case 6:
      cv::rotate(image, upright, cv::ROTATE_90_CLOCKWISE);
      break;
    case 7:  // Mirrored along the other diagonal.
      cv::transpose(image, upright);
      cv::rotate(upright, upright, cv::ROTATE_180);
      break;
    case 8:
      cv::rotate(image, upright, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
    default:
      upright = image;
  }
  return upright;
}

}  // namespace gradcut
