#include "dataset/hint_fields.h"

#include "dataset/hint_source.h"
#include "gradcut/core/error.h"

#include <fmt/format.h>

#include <cstddef>

namespace gradcut {
namespace {

using Json = nlohmann::json;

HintBox BoxOf(const JsonFields& fields) {
  fields.AllowOnly({"id", "x", "y", "width", "height", "class"});
  return {.id = fields.Id("id").value_or(kUnnumbered),
          .box = {fields.Number("x"), fields.Number("y"), fields.Number("width"),
                  fields.Number("height")},
          .class_name = fields.Text("class")};
}

// A stroke without its points.
HintStroke MeaningOf(const JsonFields& fields) {
  return {.points = {},
          .radius = fields.Number("radius", 0),
          .object = fields.Flag("object", true),
          .class_name = fields.Text("class"),
          .box = fields.Id("box")};
}

HintStroke PointOf(const JsonFields& fields) {
  fields.AllowOnly({"x", "y", "object", "class", "box"});
  HintStroke stroke = MeaningOf(fields);
  stroke.points = {{fields.Number("x"), fields.Number("y")}};
  return stroke;
}

HintStroke StrokeOf(const JsonFields& fields) {
  fields.AllowOnly({"points", "radius", "object", "class", "box"});
  HintStroke stroke = MeaningOf(fields);
  for (const Json& point : fields.List("points")) {
    Require(point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number(),
            "{}: 'points' must be a list of [x, y]", fields.where());
    stroke.points.emplace_back(point[0].get<double>(), point[1].get<double>());
  }
  return stroke;
}

// What `read` makes of each object in a list.
template <class Read>
void ReadEach(const JsonFields& line, const char* key, const Read& read) {
  const Json& list = line.List(key);
  for (std::size_t i = 0; i < list.size(); ++i)
    read(JsonFields(list[i], fmt::format("{}: {}[{}]", line.where(), key, i)));
}

}  // namespace

Hints HintsOf(const JsonFields& line) {
  line.AllowOnly({"path", "width", "height", "boxes", "points", "strokes", "fill_holes",
                  "keep_largest", "clear"});
  Hints hints = {.fill_holes = line.Flag("fill_holes", false),
                 .keep_largest = line.Flag("keep_largest", false)};
  ReadEach(line, "boxes", [&](const JsonFields& box) { hints.boxes.push_back(BoxOf(box)); });
  ReadEach(line, "points",
           [&](const JsonFields& point) { hints.strokes.push_back(PointOf(point)); });
  ReadEach(line, "strokes",
           [&](const JsonFields& stroke) { hints.strokes.push_back(StrokeOf(stroke)); });
  return hints;
}

}  // namespace gradcut
