#include "dataset/voc_boxes.h"

#include "dataset/numbers.h"
#include "dataset/voc_annotation.h"
#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>

namespace gradcut {
namespace {

double NumberIn(const pugi::xml_node& parent, const char* name, const std::string& where) {
  const double value = FiniteNumber(parent.child_value(name));
  Require(!std::isnan(value), "{}: '{}' must be a number", where, name);
  return value;
}

// Empty where it is not said, or 0.
cv::Size SizeIn(const pugi::xml_node& annotation, const std::string& file) {
  const pugi::xml_node size = annotation.child("size");
  if (!size) return {};
  const auto side = [&](const char* name) {
    const double value = NumberIn(size, name, file);
    Require(value >= 0 && value <= std::numeric_limits<int>::max() && value == std::floor(value),
            "{}: '{}' must be a number of pixels", file, name);
    return static_cast<int>(value);
  };
  const cv::Size pixels(side("width"), side("height"));
  return pixels.empty() ? cv::Size() : pixels;
}

HintBox BoxOf(const pugi::xml_node& object, const std::string& where) {
  const pugi::xml_node corners = object.child("bndbox");
  Require(!corners.empty(), "{}: has no 'bndbox'", where);
  const double left = NumberIn(corners, "xmin", where) - 1;
  const double top = NumberIn(corners, "ymin", where) - 1;
  return {.id = kUnnumbered,
          .box = {left, top, NumberIn(corners, "xmax", where) - left,
                  NumberIn(corners, "ymax", where) - top},
          .class_name = object.child_value("name")};
}

}  // namespace

HintPiece ReadVocBoxes(const std::filesystem::path& path) {
  const std::string name = Printable(path);
  const pugi::xml_document document = ReadVocAnnotation(path);
  const pugi::xml_node annotation = RootOf(document);
  HintPiece piece = {.where = name, .size = SizeIn(annotation, name)};
  for (const pugi::xml_node& object : annotation.children("object"))
    piece.hints.boxes.push_back(
        BoxOf(object, fmt::format("{}: object {}", name, piece.hints.boxes.size() + 1)));
  return piece;
}

}  // namespace gradcut
