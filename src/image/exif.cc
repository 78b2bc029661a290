#include "image/exif.h"

#include "image/format.h"
#include "image/heif.h"
#include "image/jpeg.h"
#include "image/png.h"
#include "image/webp.h"

#include <libexif/exif-data.h>
#include <libexif/exif-utils.h>

#include <cstdlib>
#include <memory>

namespace gradcut {
namespace {

std::vector<std::uint8_t> ExifOf(Bytes file) {
  switch (RecogniseFormat(file)) {
    case FileFormat::kJpeg:
      return JpegExif(file);
    case FileFormat::kPng:
      return PngExif(file);
    case FileFormat::kWebp:
      return WebpExif(file);
    case FileFormat::kHeif:
      return HeifExif(file);
    default:
      return {};
  }
}

struct UnrefExif {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};
using Exif = std::unique_ptr<ExifData, UnrefExif>;

// Fields that libexif does not know stay, and none is added.
Exif Parse(Bytes tiff) {
  std::vector<std::uint8_t> block(std::begin(kExifHeader), std::end(kExifHeader));
  block.insert(block.end(), tiff.begin(), tiff.end());
  Exif exif(exif_data_new());
  if (exif == nullptr) throw std::bad_alloc();
  exif_data_unset_option(exif.get(), EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
  exif_data_unset_option(exif.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data(exif.get(), block.data(), static_cast<unsigned>(block.size()));
  return exif;
}

void Remove(ExifContent* content, ExifTag tag) {
  while (ExifEntry* const entry = exif_content_get_entry(content, tag))
    exif_content_remove_entry(content, entry);
}

void TurnUpright(ExifData& exif) {
  ExifEntry* const orientation = exif_content_get_entry(exif.ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (orientation != nullptr && orientation->format == EXIF_FORMAT_SHORT && orientation->size >= 2)
    exif_set_short(orientation->data, exif_data_get_byte_order(&exif), 1);
  else
    Remove(exif.ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
}

// It shows the whole photo, and not upright.
void RemoveThumbnail(ExifData& exif) {
  ExifContent* const content = exif.ifd[EXIF_IFD_1];
  while (content->count > 0) exif_content_remove_entry(content, content->entries[0]);
  std::free(exif.data);
  exif.data = nullptr;
  exif.size = 0;
}

bool IsEmpty(const ExifData& exif) {
  unsigned count = 0;
  for (const ExifContent* content : exif.ifd) count += content->count;
  return count == 0;
}

}  // namespace

std::vector<std::uint8_t> UprightExifOf(Bytes file) {
  const std::vector<std::uint8_t> tiff = ExifOf(file);
  if (tiff.empty() || tiff.size() > kMaxProfileBytes) return {};
  const Exif exif = Parse(tiff);
  TurnUpright(*exif);
  for (const ExifTag tag : {EXIF_TAG_IMAGE_WIDTH, EXIF_TAG_IMAGE_LENGTH})
    Remove(exif->ifd[EXIF_IFD_0], tag);
  for (const ExifTag tag : {EXIF_TAG_PIXEL_X_DIMENSION, EXIF_TAG_PIXEL_Y_DIMENSION})
    Remove(exif->ifd[EXIF_IFD_EXIF], tag);
  RemoveThumbnail(*exif);
  if (IsEmpty(*exif)) return {};
  std::uint8_t* data = nullptr;
  unsigned size = 0;
  exif_data_save_data(exif.get(), &data, &size);
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owned(data, &std::free);
  if (data == nullptr || size <= sizeof(kExifHeader)) return {};
  return {data + sizeof(kExifHeader), data + size};
}

}  // namespace gradcut
