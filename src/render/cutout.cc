#include "gradcut/render/cutout.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/rects.h"
#include "gradcut/render/foreground.h"
#include "gradcut/render/matte.h"
#include "gradcut/render/soft_edge.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"
#include "render/backdrop.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <span>
#include <vector>

namespace gradcut {
namespace {

constexpr std::string_view kCropToObject = "object";

// The margin that "object:MARGIN" leaves; nothing for a text that is no crop, and for "none".
std::optional<ImageLength> CropMargin(std::string_view text) {
  if (text == kCropToObject) return ImageLength();
  if (!text.starts_with(kCropToObject) || text[kCropToObject.size()] != ':') return std::nullopt;
  return ParseImageLength(text.substr(kCropToObject.size() + 1));
}

bool IsBackground(std::string_view text) {
  std::error_code ignored;
  return text == "transparent" || text == "blur" || ColourOf(text).has_value() ||
         std::filesystem::is_regular_file(text, ignored);
}

// The object's colours, with the photo's own alpha if it has one, and how much of each pixel it is.
struct Object {
  cv::Mat colours, alpha;
};

Object MatteOf(const cv::Mat& photo, const cv::Mat& mask, int radius) {
  constexpr double kUsualBand = 0.01;
  const int band = radius > 0 ? radius : std::max(1, cvRound(kUsualBand * LongerSide(mask.size())));
  const cv::Mat image = OverWhite(photo);
  const cv::Mat shares = EstimateAlpha(image, TrimapAround(mask, band));
  Object object = {EstimateForeground(image, shares), {}};
  shares.convertTo(object.alpha, CV_8UC1, kMaskForeground);
  if (photo.channels() == 3) return object;
  cv::Mat colours = photo.clone();
  cv::mixChannels(object.colours, colours, {0, 0, 1, 1, 2, 2});
  return {colours, object.alpha};
}

Object ObjectOf(const cv::Mat& photo, const cv::Mat& mask, const RenderOptions& options) {
  const int radius = cvRound(options.feather.Pixels(LongerSide(photo.size())));
  if (options.matte) return MatteOf(photo, mask, radius);
  return {photo, radius > 0 ? SoftEdge(photo, mask, radius) : mask};
}

// The part of the photo that is shown: all of it where there is no object.
cv::Rect Shown(const cv::Mat& alpha, const RenderOptions& options) {
  const cv::Rect whole({0, 0}, alpha.size());
  const std::optional<ImageLength> margin = CropMargin(options.crop);
  const cv::Rect object = margin ? cv::boundingRect(alpha) : cv::Rect();
  if (object.empty()) return whole;
  const int pixels = cvRound(
      std::min<double>(margin->Pixels(LongerSide(object.size())), LongerSide(whole.size())));
  return Widened(object, pixels, whole.size());
}

// Puts the object, `alpha` of it, before what `background` holds; the first three planes are red,
// green and blue.
void PlaceBefore(const std::vector<cv::Mat>& planes, const cv::Mat& alpha, cv::Mat& background) {
  for (int row = 0; row < background.rows; ++row) {
    const std::uint8_t* const shares = alpha.ptr(row);
    for (int channel = 0; channel < 3; ++channel) {
      const std::uint8_t* const object = planes[static_cast<std::size_t>(channel)].ptr(row);
      std::uint8_t* pixel = background.ptr(row) + channel;
      for (int col = 0; col < background.cols; ++col, pixel += 3)
        *pixel = static_cast<std::uint8_t>(
            (object[col] * shares[col] + *pixel * (255 - shares[col]) + 127) / 255);
    }
  }
}

// A cut-out that is made as its rows are asked for.
class Composition {
 public:
  // Without a backdrop, what is not of the object is transparent.
  Composition(cv::Mat photo, cv::Mat alpha, std::optional<Backdrop> backdrop)
      : photo_(std::move(photo)), alpha_(std::move(alpha)), backdrop_(std::move(backdrop)) {}

  cv::Size size() const { return photo_.size(); }
  int type() const { return backdrop_ ? CV_8UC3 : CV_8UC4; }

  cv::Mat Rows(const cv::Range& rows) const {
    std::vector<cv::Mat> planes;
    cv::split(photo_.rowRange(rows), planes);
    planes.resize(4);
    const cv::Mat alpha = AlphaOf(planes[3], rows);
    if (backdrop_) {
      cv::Mat cutout = backdrop_->Rows(rows, photo_.cols);
      PlaceBefore(planes, alpha, cutout);
      return cutout;
    }
    const cv::Mat shown = alpha != 0;
    for (int i = 0; i < 3; ++i) planes[static_cast<std::size_t>(i)] &= shown;
    planes[3] = alpha;
    cv::Mat cutout;
    cv::merge(planes, cutout);
    return cutout;
  }

 private:
  // The mask's alpha times the photo's own, if it has one.
  cv::Mat AlphaOf(const cv::Mat& own, const cv::Range& rows) const {
    const cv::Mat alpha = alpha_.rowRange(rows);
    return own.empty() ? alpha : cv::Mat(alpha.mul(own, 1.0 / 255));
  }

  const cv::Mat photo_, alpha_;
  const std::optional<Backdrop> backdrop_;
};

std::optional<Backdrop> BackdropOf(const RenderOptions& options, const cv::Mat& picture,
                                   const cv::Mat& photo, const cv::Mat& alpha,
                                   const cv::Rect& shown) {
  if (options.background == "transparent") return std::nullopt;
  if (options.background == "blur") return Backdrop::OutOfFocus(photo, alpha, shown);
  if (!picture.empty()) return Backdrop::Covering(picture, shown.size());
  return Backdrop(*ColourOf(options.background));
}

Composition Compose(const cv::Mat& photo, const cv::Mat& mask, const RenderOptions& options,
                    const cv::Mat& picture) {
  if (photo.type() != CV_8UC4) CheckImage(photo, "Cutout: photo");
  CheckMask(mask, "Cutout: mask");
  CheckSameSize(photo, "Cutout: photo", mask, "mask");
  const auto [colours, alpha] = ObjectOf(photo, mask, options);
  const cv::Rect shown = Shown(alpha, options);
  return {colours(shown), alpha(shown), BackdropOf(options, picture, photo, alpha, shown)};
}

OutputKind KindOf(CutoutFormat format) {
  switch (format) {
    case CutoutFormat::kPng:
      return OutputKind::kCutout;
    case CutoutFormat::kWebp:
      return OutputKind::kCutoutWebp;
    case CutoutFormat::kJpeg:
      return OutputKind::kCutoutJpeg;
  }
  throw std::logic_error("unknown format of cut-outs");
}

}  // namespace

void DescribeCutout(RenderOptions& o, OptionList& list) {
  list.Length("render.feather", o.feather, 200, 5,
              "soft edge of cut-outs along the photo's own edges, pixels or percent of the photo's "
              "longer side; 0: hard");
  list.Boolean("render.matte", o.matte,
               "soft edge of cut-outs by matting: hair and fur, without the background's colours; "
               "render.feather wide, or 1 % of the photo's longer side");
  list.Text("render.background", o.background, IsBackground,
            fmt::format("transparent, blur, #rrggbb, an image file that is there, or {}",
                        fmt::join(ColourNames(), ", ")),
            "what is behind the object of cut-outs");
  list.Text(
      "render.crop", o.crop,
      [](std::string_view text) { return text == "none" || CropMargin(text).has_value(); },
      "none, object or object:MARGIN",
      "the part of the photo that cut-outs show: all, or the object's box with a margin in pixels "
      "or percent of its longer side");
  list.Choice(
      "render.format", o.format,
      {{"png", CutoutFormat::kPng}, {"webp", CutoutFormat::kWebp}, {"jpeg", CutoutFormat::kJpeg}},
      "file format of cut-outs");
  list.Integer("render.quality", o.quality, 0, 100,
               "of cut-outs in WebP and JPEG; 0: lossless WebP, JPEG of 90");
}

void CheckCutoutOptions(const RenderOptions& options) {
  if (options.format == CutoutFormat::kJpeg && options.background == "transparent")
    throw UsageError(
        "--format jpeg: cannot hold what is transparent; give --background white, another colour, "
        "blur or a picture, or take --format png or webp");
  if (options.format == CutoutFormat::kPng && options.quality > 0)
    throw UsageError(
        fmt::format("--quality {}: PNG is lossless; take --format webp or jpeg", options.quality));
}

CutoutMaker::CutoutMaker(const RenderOptions& options, const ImageReadOptions& read)
    : options_(options) {
  Validate(options_);
  CheckCutoutOptions(options_);
  const std::string& background = options_.background;
  if (background == "transparent" || background == "blur" || ColourOf(background)) return;
  // `warpAffine` looks no further than 32767 pixels.
  constexpr int kLongestSide = 32000;
  const std::vector<std::uint8_t> file = ReadFile(background);
  picture_ = DecodeImage(file, background, read);
  picture_sha256_ = Sha256(std::as_bytes(std::span(file)));
  Require(LongerSide(picture_.size()) <= kLongestSide,
          "{}: has {}x{} pixels, expected at most {} a side", Printable(background), picture_.cols,
          picture_.rows, kLongestSide);
}

cv::Mat CutoutMaker::Make(const cv::Mat& photo, const cv::Mat& mask) const {
  const Composition cutout = Compose(photo, mask, options_, picture_);
  return cutout.Rows({0, cutout.size().height});
}

std::vector<std::uint8_t> CutoutMaker::Encode(const cv::Mat& photo, const cv::Mat& mask) const {
  const Composition cutout = Compose(photo, mask, options_, picture_);
  if (options_.format == CutoutFormat::kPng)
    return EncodePngRows(cutout.size(), cutout.type(),
                         [&cutout](const cv::Range& rows) { return cutout.Rows(rows); });
  const cv::Mat whole = cutout.Rows({0, cutout.size().height});
  if (options_.format == CutoutFormat::kWebp) return EncodeWebp(whole, options_.quality);
  constexpr int kUsualQuality = 90;
  return EncodeJpeg(whole, options_.quality > 0 ? options_.quality : kUsualQuality);
}

OutputKind CutoutMaker::kind() const { return KindOf(options_.format); }

double CutoutMaker::bytes_per_pixel() const {
  // Measured; libwebp keeps several maps of the picture, matting some of the photo.
  const double matte = options_.matte ? 24 : 0;
  return matte + (options_.format == CutoutFormat::kWebp ? 36 : 12);
}

void CutoutMaker::AddOrigin(nlohmann::json& made_by) const {
  if (!picture_sha256_.empty()) made_by["background_sha256"] = picture_sha256_;
}

cv::Mat Cutout(const cv::Mat& photo, const cv::Mat& mask, const RenderOptions& options) {
  return CutoutMaker(options).Make(photo, mask);
}

std::vector<OutputKind> WithCutoutFormat(std::vector<OutputKind> kinds, CutoutFormat format) {
  std::replace_if(kinds.begin(), kinds.end(), IsCutout, KindOf(format));
  return kinds;
}

}  // namespace gradcut
