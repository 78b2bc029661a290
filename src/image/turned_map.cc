#include "gradcut/image/turned_map.h"

#include "gradcut/storage/file.h"
#include "image/codec.h"
#include "image/orientation.h"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace gradcut {
namespace {

void CheckOrientation(int orientation) {
  if (orientation < 1 || orientation > 8)
    throw std::invalid_argument("TurnUpright: orientations are 1 to 8");
}

}  // namespace

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
  CheckOrientation(orientation);
  return ApplyOrientation(map, orientation);
}

cv::Point2d TurnUpright(cv::Point2d point, cv::Size map, int orientation) {
  CheckOrientation(orientation);
  // As EXIF defines them: row 0 and column 0 of the map are the upright image's
  // top left, top right, bottom right, bottom left, left top, right top, right bottom, left bottom.
  const auto [x, y] = std::pair(point.x, point.y);
  const auto [right, below] = std::pair(map.width - x, map.height - y);
  const cv::Point2d turned[] = {{x, y}, {right, y}, {right, below}, {x, below},
                                {y, x}, {below, x}, {below, right}, {y, right}};
  return turned[orientation - 1];
}

}  // namespace gradcut
