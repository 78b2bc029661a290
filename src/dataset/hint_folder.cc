#include "dataset/hint_folder.h"

#include "dataset/mask_values.h"
#include "dataset/stored_matrix.h"
#include "dataset/voc_boxes.h"
#include "dataset/yolo_boxes.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <set>
#include <string_view>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kVoc[] = {".xml"};
constexpr std::string_view kYolo[] = {".txt"};
constexpr std::string_view kMaps[] = {".png"};
const std::set<std::string> kNoHints = {"classes.txt"};  // What lies beside them.

std::string DigestOf(const fs::path& path) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return bytes.empty() ? "" : Sha256(std::as_bytes(std::span(bytes))) + "\n";
}

std::string TextOf(const YoloNames& names) {
  std::string text;
  for (const auto& [index, name] : names.names) text += fmt::format("{} {}\n", index, name);
  return text;
}

cv::Mat ReadTrimap(const fs::path& path, const ImageReadOptions& read) {
  const cv::Mat pixels = DecodeWithAlpha(ReadFile(path), path.native(), read);
  cv::Mat alpha(pixels.size(), CV_8UC1, cv::Scalar(255));
  if (pixels.channels() == 4) cv::extractChannel(pixels, alpha, 3);
  const std::optional<cv::Mat> grey = GreyOf(FirstChannels(pixels, 3));
  Require(grey && cv::countNonZero(alpha != 255) == 0,
          "{}: has colours or transparent pixels, expected a trimap: 0 is background, 255 object, "
          "other greys unknown",
          Printable(path));
  cv::Mat trimap(grey->size(), CV_8UC1, cv::Scalar(kTrimapUnknown));
  grey->copyTo(trimap, (*grey == kMaskBackground) | (*grey == kMaskForeground));
  return trimap;
}

}  // namespace

HintFolder::Kind::Kind(const fs::path& folder, Suffixes suffixes, std::span<const Input> photos) {
  const KeyedFolder found(folder, suffixes);
  problems = found.problems();
  std::vector<std::string> keys;
  for (const auto& [key, path] : found.files()) {
    if (kNoHints.contains(path.filename().string())) continue;
    keys.push_back(key);
    files.push_back(path);
  }
  match.emplace(Printable(folder), keys, photos, Extensions::kAreLeftOut);
}

HintFolder::HintFolder(const fs::path& folder, HintImages images, std::span<const Input> photos,
                       const ImageReadOptions& read)
    : voc_(folder, kVoc, photos),
      yolo_(folder, kYolo, photos),
      maps_(folder, kMaps, photos),
      images_(images),
      read_(read) {
  if (!yolo_.files.empty()) names_ = FindYoloNames(folder);
  warnings_ = voc_.problems;
  if (warnings_.empty() && !photos.empty()) FindUnused(folder, photos);
}

void HintFolder::FindUnused(const fs::path& folder, std::span<const Input> photos) {
  std::vector<std::string> unused;
  std::size_t count = 0;
  for (const Kind* const kind : {&voc_, &yolo_, &maps_}) {
    std::vector<bool> used(kind->files.size(), false);
    for (const Input& photo : photos)
      if (const auto index = IndexOf(*kind, photo)) used[*index] = true;
    for (std::size_t i = 0; i < used.size(); ++i)
      if (!used[i]) unused.push_back(kind->files[i].lexically_relative(folder).string());
    count += used.size();
  }
  warnings_ =
      count == 0
          ? std::vector{fmt::format("{}: holds no .xml, .txt or .png of hints", Printable(folder))}
          : WarningOfUnused(Printable(folder), "files", unused, count);
}

std::optional<std::size_t> HintFolder::IndexOf(const Kind& kind, const Input& photo) {
  try {
    return kind.match->Find(photo);
  } catch (const Error&) {  // Of several that it may be, none is meant.
    return std::nullopt;
  }
}

fs::path HintFolder::FileOf(const Kind& kind, const Input& photo) {
  const std::optional<std::size_t> index = IndexOf(kind, photo);
  if (!index) return {};
  // Hints may lie beside the photos, of which some are PNGs.
  std::error_code ignored;
  const fs::path& file = kind.files[*index];
  return fs::equivalent(file, photo.path, ignored) ? fs::path() : file;
}

HintPiece HintFolder::ReadMap(const fs::path& path) const {
  HintPiece piece = {.where = Printable(path)};
  Hints& hints = piece.hints;
  cv::Mat& map = images_ == HintImages::kTrimap ? hints.trimap : hints.labels;
  map = images_ == HintImages::kTrimap ? ReadTrimap(path, read_)
                                       : ToClasses(ReadMask(path, read_), {}, kVoid, path);
  piece.size = map.size();
  return piece;
}

std::vector<HintPiece> HintFolder::Find(const Input& photo, cv::Size size) const {
  std::vector<HintPiece> pieces;
  if (const fs::path file = FileOf(voc_, photo); !file.empty())
    pieces.push_back(ReadVocBoxes(file));
  if (const fs::path file = FileOf(yolo_, photo); !file.empty())
    pieces.push_back(ReadYoloBoxes(file, size, names_));
  if (const fs::path file = FileOf(maps_, photo); !file.empty()) pieces.push_back(ReadMap(file));
  return pieces;
}

std::string HintFolder::Content(const Input& photo) const {
  std::string content;
  for (const Kind* const kind : {&voc_, &yolo_, &maps_}) {
    const fs::path file = FileOf(*kind, photo);
    const std::string digest = file.empty() ? "" : DigestOf(file);
    content += digest;
    if (kind == &yolo_ && !digest.empty() && names_) content += TextOf(*names_);
  }
  return content;
}

std::vector<std::string> HintFolder::Warnings() const { return warnings_; }

}  // namespace gradcut
