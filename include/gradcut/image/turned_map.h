#pragma once

#include "gradcut/image/image_io.h"

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string_view>

namespace gradcut {

/// Maps that somebody made of an image's pixels as the file holds them, while the image itself is
/// turned upright as its EXIF data say.

/// Whether a map of these rows and columns has an image's aspect, to the next row or column.
bool HasAspectOf(double rows, double cols, cv::Size image);

/// Whether a map looks like one of an upright image with its sides exchanged: it has the size, or
/// else the aspect, of that and not of the image. A square image, or a turn by 180 degrees, leaves
/// nothing to tell it by.
bool HasSidesExchanged(cv::Size map, cv::Size image);

/// The EXIF orientation in an image file, 1 (upright) to 8; from 5 on, turning exchanges the sides.
/// Throws like `DecodeImage`.
int OrientationOf(std::span<const std::uint8_t> file, std::string_view name,
                  const ImageReadOptions& options = {});

/// A map of the pixels as a file of that orientation holds them, turned upright. Any type. Throws
/// `std::invalid_argument` for another number than 1 to 8.
cv::Mat TurnUpright(const cv::Mat& map, int orientation);

/// Where a point of a map of that size lies in the map turned upright; pixel (row, col) covers
/// [col, col + 1) by [row, row + 1). Throws likewise.
cv::Point2d TurnUpright(cv::Point2d point, cv::Size map, int orientation);

}  // namespace gradcut
