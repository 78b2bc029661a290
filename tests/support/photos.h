#pragma once

#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"

#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {

/// A small picture of a bright disc on a dark, noisy background; another one for every `number`.
inline cv::Mat Photo(int number, cv::Size size = {64, 48}) {
  cv::Mat photo(size, CV_8UC3), noise(size, CV_8UC3);
  for (int row = 0; row < size.height; ++row)
    photo.row(row).setTo(cv::Scalar(40, 60 + row % 128, 90));
  const cv::Point centre(size.width / 2, size.height * (2 + number % 3) / 6);
  cv::circle(photo, centre, std::max(1, std::min(size.width, size.height) / 4),
             cv::Scalar(240, 60 + 37 * number % 190, 30), cv::FILLED);
  cv::RNG(static_cast<std::uint64_t>(number) + 1).fill(noise, cv::RNG::UNIFORM, 0, 24);
  return photo + noise;
}

inline void SavePhoto(const std::filesystem::path& path, int number, cv::Size size = {64, 48}) {
  const cv::Mat photo = Photo(number, size);
  const bool jpeg = path.extension() == ".jpg";
  WriteFileAtomically(path, jpeg ? EncodeJpeg(photo, 95) : EncodePng(photo));
}

}  // namespace gradcut
