#include "gradcut/image/turned_map.h"

#include "gradcut/storage/file.h"
#include "image/codec.h"
#include "image/orientation.h"

#include <cmath>
#include <stdexcept>

namespace gradcut {

bool HasAspectOf(double rows, double cols, cv::Size image) {
  const double height = image.height, width = image.width;
  return rows > cols ? std::abs(cols - rows * width / height) <= 1
                     : std::abs(rows - cols * height / width) <= 1;
}

bool HasSidesExchanged(cv::Size map, cv::Size image) {
  const cv::Size exchanged(image.height, image.width);
  if (map == image || map == exchanged) return map != image;
  return HasAspectOf(map.height, map.width, exchanged) &&
         !HasAspectOf(map.height, map.width, image);
}

int OrientationOf(std::span<const std::uint8_t> file, std::string_view name,
                  const ImageReadOptions& options) {
  const std::string printable = Printable(name);
  return WithForeignErrors(printable, [&] {
    return DecodeAnyFormat(file, PngSamples::kExpanded, printable, options).orientation;
  });
}

cv::Mat TurnUpright(const cv::Mat& map, int orientation) {
  if (orientation < 1 || orientation > 8)
    throw std::invalid_argument("TurnUpright: orientations are 1 to 8");
  return ApplyOrientation(map, orientation);
}

}  // namespace gradcut
