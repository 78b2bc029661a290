#include "gradcut/dataset/hint_files.h"

#include "dataset/coco_boxes.h"
#include "dataset/hint_folder.h"
#include "dataset/hint_source.h"
#include "dataset/jsonl_hints.h"
#include "dataset/named_hints.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/image/turned_map.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <system_error>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const HintSource> Open(const fs::path& path, HintImages images,
                                       std::span<const Input> photos,
                                       const ImageReadOptions& read) {
  std::error_code error;
  Require(fs::exists(path, error), "{}: there is no such file or folder", Printable(path));
  if (fs::is_directory(path, error))
    return std::make_shared<HintFolder>(path, images, photos, read);
  const std::string extension = LowerExtension(path);
  if (extension == ".jsonl")
    return std::make_shared<NamedHints>(path, ReadJsonlHints(path), photos);
  Require(extension == ".json",
          "{}: holds hints of no known kind: expected .jsonl, .json (COCO), or a folder with .xml "
          "(VOC), .txt (YOLO) or .png",
          Printable(path));
  CocoBoxes coco = ReadCocoBoxes(path);
  std::vector<std::string> warnings;
  if (coco.crowds > 0)
    warnings.push_back(fmt::format("{}: {} annotations of crowds (\"iscrowd\": 1) are left out",
                                   Printable(path), coco.crowds));
  return std::make_shared<NamedHints>(path, std::move(coco.entries), photos, std::move(warnings));
}

// ---- Hints for the upright photo

void Turn(cv::Rect2d& box, cv::Size size, int orientation) {
  if (box.empty()) return;  // To be refused as it is.
  box = cv::Rect2d(TurnUpright(box.tl(), size, orientation),
                   TurnUpright(box.br(), size, orientation));
}

Hints Turned(Hints hints, cv::Size size, int orientation) {
  for (HintBox& box : hints.boxes) Turn(box.box, size, orientation);
  for (HintStroke& stroke : hints.strokes)
    for (cv::Point2d& point : stroke.points) point = TurnUpright(point, size, orientation);
  for (cv::Mat* const map : {&hints.trimap, &hints.labels})
    if (!map->empty()) *map = TurnUpright(*map, orientation);
  return hints;
}

int OrientationOf(const Input& photo, std::span<const std::uint8_t> file,
                  const ImageReadOptions& read) {
  return file.empty() ? OrientationOf(ReadInput(photo), photo.path.native(), read)
                      : OrientationOf(file, photo.path.native(), read);
}

Hints Upright(HintPiece piece, cv::Size size, const std::function<int()>& orientation_of) {
  if (piece.size.empty() || piece.size == size) return std::move(piece.hints);
  const bool exchanged = piece.size == cv::Size(size.height, size.width);
  const int orientation = exchanged ? orientation_of() : 1;
  Require(orientation > 4, "{}: is for a {}x{} image, the photo has {}x{}", piece.where,
          piece.size.width, piece.size.height, size.width, size.height);
  return Turned(std::move(piece.hints), piece.size, orientation);
}

// ---- Hints of several files

// Lays a map over another one, which may be empty, where it says something.
void Lay(const cv::Mat& map, std::uint8_t nothing, cv::Mat& below) {
  if (below.empty())
    below = map;
  else if (!map.empty())
    map.copyTo(below, map != nothing);
}

void Append(const Hints& hints, Hints& all) {
  AppendDrawn(hints, all);
  Lay(hints.trimap, kTrimapUnknown, all.trimap);
  Lay(hints.labels, kVoid, all.labels);
}

std::string DigestOfText(const std::string& content) {
  return content.empty() ? "" : Sha256(std::as_bytes(std::span(content)));
}

}  // namespace

HintFiles::HintFiles(std::span<const fs::path> paths, HintImages images,
                     std::span<const Input> photos, const ImageReadOptions& read)
    : read_(read) {
  for (const fs::path& path : paths) sources_.push_back(Open(path, images, photos, read));
}

Hints HintFiles::Find(const Input& photo, cv::Size size, std::span<const std::uint8_t> file) const {
  const auto orientation = [&] { return OrientationOf(photo, file, read_); };
  Hints all;
  std::vector<std::string> places;
  for (const auto& source : sources_)
    for (HintPiece& piece : source->Find(photo, size)) {
      places.push_back(piece.where);
      Append(Upright(std::move(piece), size, orientation), all);
    }
  NumberBoxes(all.boxes);
  try {
    return CheckedHints(std::move(all), size);
  } catch (const Error& error) {
    Fail("{}: {}", FewOf(places), error.what());
  }
}

bool HintFiles::Knows(const Input& photo) const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [&](const auto& source) { return source->Knows(photo); });
}

std::string HintFiles::DigestOf(const Hints& hints) {
  return DigestOfText(ContentOf(std::vector<HintPiece>{{.where = "", .hints = hints}}));
}

std::string HintFiles::Digest(const Input& photo) const {
  std::string content;
  for (const auto& source : sources_) {
    try {
      content += source->Content(photo);
    } catch (const Error& error) {
      content += error.what();
    }
  }
  return DigestOfText(content);
}

std::vector<std::string> HintFiles::Warnings() const {
  std::vector<std::string> all;
  for (const auto& source : sources_)
    for (std::string& warning : source->Warnings()) all.push_back(std::move(warning));
  return all;
}

}  // namespace gradcut
