// Images of every format, what their files tell beside the pixels, and masks.

#include "dataset/mask_values.h"
#include "fuzz/readers.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/labels_io.h"
#include "gradcut/dataset/mask_alpha.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/image/icc.h"
#include "gradcut/image/image_io.h"
#include "gradcut/image/metadata.h"
#include "gradcut/image/turned_map.h"
#include "image/format.h"

#include <array>
#include <opencv2/core.hpp>

namespace gradcut::fuzz {
namespace {

// Enough for every branch, and quick.
const ImageReadOptions kSmall = {.max_megapixels = 0.25};

void DecodeIf(FileFormat format, Bytes bytes) {
  if (RecogniseFormat(bytes) != format) return;
  MayRefuse([&] {
    const cv::Mat photo = DecodeWithAlpha(bytes, "file", kSmall);
    Holds(photo.type() == CV_8UC3 || photo.type() == CV_8UC4, "a photo of another type");
    Holds(!photo.empty() && photo.total() <= 250'000, "a photo of another size than allowed");
    const cv::Mat pixels = DecodeImage(bytes, "file", kSmall);
    Holds(pixels.type() == CV_8UC3 && pixels.size() == photo.size(), "alpha changes the size");
    const int orientation = OrientationOf(bytes, "file", kSmall);
    Holds(orientation >= 1 && orientation <= 8, "an orientation that there is not");
  });
}

}  // namespace

void ReadBmp(Bytes bytes) { DecodeIf(FileFormat::kBmp, bytes); }
void ReadHeif(Bytes bytes) { DecodeIf(FileFormat::kHeif, bytes); }
void ReadJpeg(Bytes bytes) { DecodeIf(FileFormat::kJpeg, bytes); }
void ReadPng(Bytes bytes) { DecodeIf(FileFormat::kPng, bytes); }
void ReadPnm(Bytes bytes) { DecodeIf(FileFormat::kPnm, bytes); }
void ReadTiff(Bytes bytes) { DecodeIf(FileFormat::kTiff, bytes); }
void ReadWebp(Bytes bytes) { DecodeIf(FileFormat::kWebp, bytes); }

// Colour profile and EXIF data are carried over into files of each kind that can hold them.
void ReadMetadata(Bytes bytes) {
  const PhotoMetadata metadata = MetadataOf(bytes);
  static const cv::Mat pixels(2, 3, CV_8UC3, cv::Scalar(1, 2, 3));
  static const std::array plain_files = {EncodePng(pixels), EncodeJpeg(pixels, 90),
                                         EncodeWebp(pixels, 0)};
  for (const std::vector<std::uint8_t>& plain : plain_files) {
    const std::vector<std::uint8_t> file = WithMetadata(plain, metadata);
    Holds(DecodeImage(file, "file").size() == pixels.size(), "metadata turns or breaks a picture");
    if (metadata.icc.size() + metadata.exif.size() < 60'000)
      Holds(MetadataOf(file).icc == metadata.icc, "a colour profile is not carried over");
  }
}

// Masks, truths and heat maps, of images and arrays: told by their first bytes.
void ReadMaskImage(Bytes bytes) {
  const bool is_array = AsText(bytes).starts_with("\x93NUMPY");
  const auto path = FileWith(is_array ? "mask.npy" : "mask.png", bytes);
  MayRefuse([&] {
    const MaskFile mask = ReadMask(path, kSmall);
    Holds(mask.labels.type() == CV_8UC1 || mask.labels.type() == CV_32SC1, "labels of no type");
    Holds(ReadTruth(path).size() == mask.labels.size(), "a truth of another size than its mask");
  });
  MayRefuse([&] {
    constexpr int kClasses = 21;
    const cv::Mat classes =
        ToClasses(ReadMask(path, kSmall), {.values = MaskValues::kIndex}, kClasses, path);
    Holds(cv::countNonZero((classes >= kClasses) & (classes != kVoid)) == 0,
          "a class that is none");
  });
  MayRefuse([&] { Holds(!ReadMaskAlpha(path, kSmall).alpha.empty(), "an alpha of nothing"); });
  MayRefuse([&] {
    double least = 0, most = 0;
    cv::minMaxLoc(ReadHeatMap(path, kSmall), &least, &most);
    Holds(least >= 0 && most <= 1, "a heat map beyond [0, 1]");
  });
}

}  // namespace gradcut::fuzz
