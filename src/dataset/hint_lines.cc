#include "gradcut/dataset/hint_lines.h"

#include "dataset/hint_fields.h"
#include "dataset/json_text.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/json.h"

#include <cstddef>

namespace gradcut {
namespace {

using Json = nlohmann::json;

bool IsPoint(const HintStroke& stroke) { return stroke.points.size() == 1 && stroke.radius == 0; }

// What points and strokes have in common.
Json MeaningOf(const HintStroke& stroke) {
  Json meaning = {{"object", stroke.object}};
  if (!stroke.class_name.empty()) meaning["class"] = stroke.class_name;
  if (stroke.box) meaning["box"] = *stroke.box;
  return meaning;
}

Json ToJson(const HintBox& box) {
  Json fields = {{"id", box.id},
                 {"x", box.box.x},
                 {"y", box.box.y},
                 {"width", box.box.width},
                 {"height", box.box.height}};
  if (!box.class_name.empty()) fields["class"] = box.class_name;
  return fields;
}

Json PointToJson(const HintStroke& stroke) {
  Json fields = MeaningOf(stroke);
  fields["x"] = stroke.points[0].x;
  fields["y"] = stroke.points[0].y;
  return fields;
}

Json StrokeToJson(const HintStroke& stroke) {
  Json fields = MeaningOf(stroke);
  fields["radius"] = stroke.radius;
  fields["points"] = Json::array();
  for (const cv::Point2d& point : stroke.points) fields["points"].push_back({point.x, point.y});
  return fields;
}

}  // namespace

Json HintsToJson(const Hints& hints) {
  Json fields = {{"boxes", Json::array()}, {"strokes", Json::array()}};
  for (const HintBox& box : hints.boxes) fields["boxes"].push_back(ToJson(box));
  for (const HintStroke& stroke : hints.strokes) fields["strokes"].push_back(StrokeToJson(stroke));
  return fields;
}

std::string HintsToJsonLine(const std::string& path, const Hints& hints, bool clear) {
  Expect(hints.trimap.empty() && hints.labels.empty(),
         "HintsToJsonLine: a trimap and labels are no lines");
  Json line = {{"path", path}};
  for (const HintBox& box : hints.boxes) line["boxes"].push_back(ToJson(box));
  std::size_t next = 0;
  for (; next < hints.strokes.size() && IsPoint(hints.strokes[next]); ++next)
    line["points"].push_back(PointToJson(hints.strokes[next]));
  for (; next < hints.strokes.size(); ++next)
    line["strokes"].push_back(StrokeToJson(hints.strokes[next]));
  if (clear) line["clear"] = true;
  if (hints.fill_holes) line["fill_holes"] = true;
  if (hints.keep_largest) line["keep_largest"] = true;
  return JsonText(line);
}

Hints HintsFromJsonLine(std::string_view line, const std::string& where) {
  const Json value = ParseJson(line, where);
  return HintsOf(JsonFields(value, where));
}

}  // namespace gradcut
