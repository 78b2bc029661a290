#include "dataset/yolo_boxes.h"

#include "dataset/numbers.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {
namespace {

constexpr std::size_t kBoxWords = 5;  // With the class.
constexpr std::size_t kMostMore = 2;  // A confidence and the number of a track.

// The numbers behind the class. Objects may lie partly outside of the image, so fractions may leave
// [0, 1], but numbers of pixels, and keypoints that are seen (2), are told from them.
std::vector<double> FractionsIn(std::span<const std::string_view> words, const std::string& where) {
  constexpr double kLeast = -1, kMost = 2;
  std::vector<double> fractions;
  for (const std::string_view word : words) {
    fractions.push_back(FiniteNumber(word));
    Require(fractions.back() >= kLeast && fractions.back() < kMost,
            "{}: has '{}', expected fractions of the image's sides", where, Printable(word));
  }
  return fractions;
}

cv::Rect2d BoxAround(std::span<const double> corners) {
  cv::Point2d least(corners[0], corners[1]), most = least;
  for (std::size_t i = 2; i + 1 < corners.size(); i += 2) {
    least = {std::min(least.x, corners[i]), std::min(least.y, corners[i + 1])};
    most = {std::max(most.x, corners[i]), std::max(most.y, corners[i + 1])};
  }
  return {least, most};
}

// Whether seven words are a box in the image, a confidence and the number of a track, not a
// triangle: of whole numbers that has 0 and 1 alone, on the image's edges.
bool IsTracked(std::span<const std::string_view> words) {
  if (words.size() != kBoxWords + kMostMore) return false;
  const double track = FiniteNumber(words.back());
  const auto fits = [&](std::size_t middle, std::size_t length) {
    constexpr double kRounding = 0.01;
    const double at = FiniteNumber(words[middle]), half = FiniteNumber(words[length]) / 2;
    return at - half >= -kRounding && at + half <= 1 + kRounding;
  };
  return track >= 1 && track == std::floor(track) && fits(1, 3) && fits(2, 4);
}

bool IsBox(std::size_t words, std::size_t keypoint_numbers) {
  const auto is_with = [words](std::size_t numbers) {
    return words >= kBoxWords + numbers && words <= kBoxWords + numbers + kMostMore;
  };
  return is_with(keypoint_numbers) || is_with(0);
}

cv::Rect2d BoxIn(std::span<const std::string_view> words, std::size_t keypoint_numbers,
                 const std::string& where) {
  Require(keypoint_numbers == 0 || IsBox(words.size(), keypoint_numbers),
          "{}: has {} words, expected CLASS CX CY WIDTH HEIGHT and {} numbers of keypoints, as "
          "kpt_shape says",
          where, words.size(), keypoint_numbers);
  if (keypoint_numbers == 0 && words.size() > kBoxWords + 1 && !IsTracked(words))
    return BoxAround(FractionsIn(words.subspan(1), where));
  const std::vector<double> f = FractionsIn(words.subspan(1, kBoxWords - 1), where);
  return {f[0] - f[2] / 2, f[1] - f[3] / 2, f[2], f[3]};
}

std::string ClassOf(std::string_view word, const std::optional<YoloNames>& names,
                    const std::string& where) {
  const double index = FiniteNumber(word);
  Require(index >= 0 && index == std::floor(index),
          "{}: begins with '{}', expected the index of a class", where, Printable(word));
  if (!names) return "";
  constexpr double kMost = 1e9;
  const auto name = names->names.find(static_cast<std::int64_t>(std::min(index, kMost)));
  Require(name != names->names.end(), "{}: is of class {}, which {} does not name", where, index,
          names->file);
  return name->second;
}

}  // namespace

HintPiece ReadYoloBoxes(const std::filesystem::path& path, cv::Size size,
                        const std::optional<YoloNames>& names) {
  HintPiece piece = {.where = Printable(path)};
  const std::vector<std::string> lines = ReadLines(path);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string_view> words = WordsOf(lines[i]);
    if (words.empty()) continue;
    const std::string where = fmt::format("{}:{}", piece.where, i + 1);
    Require(words.size() >= kBoxWords,
            "{}: has {} words, expected CLASS CX CY WIDTH HEIGHT, or CLASS and the corners of a "
            "polygon",
            where, words.size());
    const cv::Rect2d box = BoxIn(words, names ? names->keypoint_numbers : 0, where);
    piece.hints.boxes.push_back({.id = kUnnumbered,
                                 .box = {box.x * size.width, box.y * size.height,
                                         box.width * size.width, box.height * size.height},
                                 .class_name = ClassOf(words[0], names, where)});
  }
  return piece;
}

}  // namespace gradcut
