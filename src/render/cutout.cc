#include "gradcut/render/cutout.h"

#include "gradcut/core/image.h"
#include "gradcut/image/image_io.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace gradcut {
namespace {

// "#rrggbb" or a name; nothing for what is no colour.
std::optional<cv::Vec3b> ColourOf(std::string_view text) {
  if (text == "white") return cv::Vec3b(255, 255, 255);
  if (text == "grey") return cv::Vec3b(128, 128, 128);
  if (text == "black") return cv::Vec3b(0, 0, 0);
  if (text.size() != 7 || text.front() != '#') return std::nullopt;
  cv::Vec3b colour;
  for (int i = 0; i < 3; ++i) {
    const char* const first = text.data() + 1 + 2 * i;
    int value = 0;
    const auto [end, error] = std::from_chars(first, first + 2, value, 16);
    if (error != std::errc() || end != first + 2 || value < 0) return std::nullopt;
    colour[i] = static_cast<std::uint8_t>(value);
  }
  return colour;
}

cv::Mat Brightness(const cv::Mat& image) {
  cv::Mat grey, brightness;
  cv::cvtColor(image, grey, cv::COLOR_RGB2GRAY);
  grey.convertTo(brightness, CV_32FC1, 1.0 / 255);
  return brightness;
}

cv::Mat AlphaOf(const cv::Mat& image, const cv::Mat& mask, double feather) {
  const int radius = cvRound(feather);
  if (radius > 0) return SoftEdge(image, mask, radius);
  cv::Mat alpha;
  mask.convertTo(alpha, CV_32FC1, 1.0 / kMaskForeground);
  return alpha;
}

// The background out of focus. The object is left out of the average, or it would shine around
// itself; computed on a small copy, which a blur hides.
cv::Mat OutOfFocus(const cv::Mat& image, const cv::Mat& alpha) {
  constexpr int kLongSide = 320;
  constexpr double kSigma = 8;
  const double scale =
      std::min(1.0, static_cast<double>(kLongSide) / std::max(image.rows, image.cols));
  const cv::Size size(std::max(1, cvRound(image.cols * scale)),
                      std::max(1, cvRound(image.rows * scale)));
  cv::Mat small, weight = 1.001F - Resize(alpha, size), weights;
  Resize(image, size).convertTo(small, CV_32FC3);
  cv::cvtColor(weight, weights, cv::COLOR_GRAY2RGB);
  cv::Mat sum, count, blurred;
  cv::GaussianBlur(small.mul(weights), sum, {}, kSigma);
  cv::GaussianBlur(weights, count, {}, kSigma);
  cv::Mat(sum / count).convertTo(blurred, CV_8UC3);
  return Resize(blurred, image.size());
}

cv::Mat Before(const cv::Mat& background, const cv::Mat& image, const cv::Mat& alpha) {
  cv::Mat composed(image.size(), CV_8UC3);
  for (int row = 0; row < image.rows; ++row) {
    for (int col = 0; col < image.cols; ++col) {
      const float share = alpha.at<float>(row, col);
      composed.at<cv::Vec3b>(row, col) =
          cv::Vec3f(image.at<cv::Vec3b>(row, col)) * share +
          cv::Vec3f(background.at<cv::Vec3b>(row, col)) * (1 - share);
    }
  }
  return composed;
}

// What is removed keeps no colours. `shown` is how much of the photo there is.
cv::Mat WithAlpha(const cv::Mat& photo, const cv::Mat& alpha, const cv::Mat& shown) {
  cv::Mat bytes, cutout(photo.size(), CV_8UC4);
  cv::Mat(alpha.mul(shown)).convertTo(bytes, CV_8UC1, 255);
  const std::array<cv::Mat, 2> from = {photo, bytes};
  const int channels = photo.channels();
  cv::mixChannels(from.data(), from.size(), &cutout, 1,
                  std::array{0, 0, 1, 1, 2, 2, channels, 3}.data(), 4);
  alpha.convertTo(bytes, CV_8UC1, 255);
  cutout.setTo(cv::Scalar::all(0), bytes == 0);
  return cutout;
}

// The photo's own alpha; nothing is transparent in RGB.
cv::Mat ShownOf(const cv::Mat& photo) {
  if (photo.channels() == 3) return cv::Mat(photo.size(), CV_32FC1, cv::Scalar(1));
  cv::Mat alpha, shown;
  cv::extractChannel(photo, alpha, 3);
  alpha.convertTo(shown, CV_32FC1, 1.0 / 255);
  return shown;
}

}  // namespace

void Describe(RenderOptions& o, OptionList& list) {
  list.Choice("render.colour_map", o.colour_map,
              {{"turbo", ColourMap::kTurbo},
               {"viridis", ColourMap::kViridis},
               {"inferno", ColourMap::kInferno},
               {"grey", ColourMap::kGrey}},
              "colours of heat maps");
  DescribeCutout(o, list);
}

void DescribeCutout(RenderOptions& o, OptionList& list) {
  list.Number("render.feather", o.feather, 0, 200,
              "soft edge of cut-outs along the image's own edges, pixels; 0: hard");
  list.Text(
      "render.background", o.background,
      [](std::string_view text) {
        return text == "transparent" || text == "blur" || ColourOf(text).has_value();
      },
      "transparent, blur, white, grey, black or #rrggbb", "what is behind the object of cut-outs");
}

// a and b of each window from the mean, variance and covariance of guide and mask in it; each pixel
// then takes the mean a and b of the windows that it lies in.
cv::Mat SoftEdge(const cv::Mat& image, const cv::Mat& mask, int radius_px) {
  CheckImage(image, "SoftEdge: image");
  CheckMask(mask, "SoftEdge: mask");
  CheckSameSize(image, "SoftEdge: image", mask, "mask");
  if (radius_px < 1) throw std::invalid_argument("SoftEdge: radius_px must be >= 1");
  constexpr double kEpsilon = 1e-4;  // Contrasts below 1 % of the range are noise.
  const auto mean = [radius_px](const cv::Mat& map) {
    cv::Mat result;
    cv::blur(map, result, {2 * radius_px + 1, 2 * radius_px + 1}, {-1, -1}, cv::BORDER_REFLECT);
    return result;
  };
  const cv::Mat guide = Brightness(image);
  cv::Mat p;
  mask.convertTo(p, CV_32FC1, 1.0 / kMaskForeground);
  const cv::Mat mean_guide = mean(guide), mean_p = mean(p);
  const cv::Mat covariance = mean(guide.mul(p)) - mean_guide.mul(mean_p);
  const cv::Mat variance = mean(guide.mul(guide)) - mean_guide.mul(mean_guide);
  const cv::Mat a = covariance / (variance + kEpsilon);
  const cv::Mat b = mean_p - a.mul(mean_guide);
  return cv::min(cv::max(mean(a).mul(guide) + mean(b), 0), 1);
}

cv::Mat Cutout(const cv::Mat& photo, const cv::Mat& mask, const RenderOptions& options) {
  if (photo.type() != CV_8UC4) CheckImage(photo, "Cutout: photo");
  CheckMask(mask, "Cutout: mask");
  CheckSameSize(photo, "Cutout: photo", mask, "mask");
  Validate(options);
  const cv::Mat image = OverWhite(photo), shown = ShownOf(photo);
  const cv::Mat alpha = AlphaOf(image, mask, options.feather);
  if (options.background == "transparent") return WithAlpha(photo, alpha, shown);
  cv::Mat colours = photo;
  if (photo.channels() == 4) cv::cvtColor(photo, colours, cv::COLOR_RGBA2RGB);
  const cv::Mat background = options.background == "blur"
                                 ? OutOfFocus(image, alpha)
                                 : cv::Mat(photo.size(), CV_8UC3, *ColourOf(options.background));
  return Before(background, colours, alpha.mul(shown));
}

}  // namespace gradcut
