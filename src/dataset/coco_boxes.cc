#include "dataset/coco_boxes.h"

#include "dataset/json_text.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gradcut {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kLists[] = {"images", "annotations", "categories"};
constexpr std::string_view kFields[] = {"id",   "file_name",   "width",   "height", "image_id",
                                        "bbox", "category_id", "iscrowd", "name"};

bool IsOneOf(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct BoxAnnotation {
  std::size_t index;  // In the file's list.
  std::int64_t image;
  std::optional<std::int64_t> category;
  HintBox box;
  std::string error = {};  // What is wrong with it, or "".
};

// Takes the parts of a file as the parser finds them, so that it never holds all of them.
class CocoReader {
 public:
  explicit CocoReader(std::string file) : file_(std::move(file)) {}

  // A callback of `nlohmann::json::parse`: whether the value keeps that part. The file itself is at
  // depth 0, its lists are at 1, what they hold at 2, the fields of that at 3.
  bool Visit(int depth, Json::parse_event_t event, const Json& part) {
    using Event = Json::parse_event_t;
    const bool begins_list = event == Event::array_start;
    const bool begins = begins_list || event == Event::object_start || event == Event::value;
    if (depth == 0 && begins) RequireObject(event);
    if (event == Event::key && depth == 1) return BeginPart(part.get_ref<const std::string&>());
    if (list_.empty()) return true;
    if (event == Event::key && depth == 3)
      return IsOneOf(kFields, part.get_ref<const std::string&>());
    if (depth == 1 && begins) Require(begins_list, "{}: '{}' must be a list", file_, list_);
    if (depth == 2 && begins && event != Event::object_start)
      Fail("{}: must be an object", Place());
    // No field that is kept has objects in it, and the parser's time grows with the square of
    // those.
    if (depth > 3 && event == Event::object_start) return false;
    if (depth != 2 || event != Event::object_end) return true;
    Add(JsonFields(part, Place()));
    ++index_;
    return false;
  }

  CocoBoxes Take() && {
    Require(has_images_ && has_annotations_,
            "{}: lacks 'images' or 'annotations', expected COCO's form of a data set with boxes",
            file_);
    for (BoxAnnotation& annotation : annotations_) AddToImage(annotation);
    return {std::move(entries_), crowds_};
  }

 private:
  std::string Place() const { return fmt::format("{}: {}[{}]", file_, list_, index_); }

  void RequireObject(Json::parse_event_t event) const {
    Require(event != Json::parse_event_t::array_start,
            "{}: is a list, as of a detector's results, which does not name image files: put it as "
            "\"annotations\" beside the \"images\" and \"categories\" of the data set",
            file_);
    Require(event == Json::parse_event_t::object_start, "{}: must be an object", file_);
  }

  bool BeginPart(const std::string& key) {
    const bool wanted = IsOneOf(kLists, key);
    list_ = wanted ? key : "";
    index_ = 0;
    has_images_ |= key == "images";
    has_annotations_ |= key == "annotations";
    return wanted;
  }

  void Add(const JsonFields& fields) {
    if (list_ == "images")
      AddImage(fields);
    else if (list_ == "annotations")
      AddAnnotation(fields);
    else
      Require(categories_.emplace(RequiredId(fields, "id"), fields.Text("name")).second,
              "{}: another category has this id", fields.where());
  }

  void AddImage(const JsonFields& fields) {
    const std::string name = fields.Text("file_name");
    Require(!name.empty(), "{}: has no 'file_name'", fields.where());
    Require(images_.emplace(RequiredId(fields, "id"), entries_.size()).second,
            "{}: another image has this id", fields.where());
    entries_.push_back({.name = name, .pieces = {{.where = file_, .size = fields.Size()}}});
  }

  void AddAnnotation(const JsonFields& fields) {
    if (fields.Flag("iscrowd", false)) {
      ++crowds_;
      return;
    }
    BoxAnnotation annotation = {.index = index_,
                                .image = RequiredId(fields, "image_id"),
                                .category = fields.Id("category_id"),
                                .box = {.id = fields.Id("id").value_or(kUnnumbered), .box = {}}};
    const Json& box = fields.List("bbox");
    if (box.size() == 4 &&
        std::all_of(box.begin(), box.end(), [](const Json& each) { return each.is_number(); }))
      annotation.box.box = {box[0].get<double>(), box[1].get<double>(), box[2].get<double>(),
                            box[3].get<double>()};
    else
      annotation.error = fmt::format("{}: 'bbox' must be [x, y, width, height]", fields.where());
    annotations_.push_back(std::move(annotation));
  }

  static std::int64_t RequiredId(const JsonFields& fields, const char* key) {
    const std::optional<std::int64_t> id = fields.Id(key);
    Require(id.has_value(), "{}: has no '{}'", fields.where(), key);
    return *id;
  }

  void AddToImage(BoxAnnotation& annotation) {
    const auto image = images_.find(annotation.image);
    Require(image != images_.end(), "{}: annotations[{}]: is of image {}, which the file lacks",
            file_, annotation.index, annotation.image);
    NamedEntry& entry = entries_[image->second];
    if (entry.error.empty()) entry.error = std::move(annotation.error);
    if (annotation.category) {
      const auto category = categories_.find(*annotation.category);
      if (category != categories_.end())
        annotation.box.class_name = category->second;
      else if (entry.error.empty())
        entry.error = fmt::format("{}: annotations[{}]: is of category {}, which the file lacks",
                                  file_, annotation.index, *annotation.category);
    }
    entry.pieces[0].hints.boxes.push_back(std::move(annotation.box));
  }

  std::string file_;  // Printable.
  std::string list_;  // The one that is being read, or "".
  std::size_t index_ = 0;
  bool has_images_ = false, has_annotations_ = false;
  std::size_t crowds_ = 0;
  std::vector<NamedEntry> entries_;
  std::vector<BoxAnnotation> annotations_;
  std::unordered_map<std::int64_t, std::size_t> images_;  // Indices of entries, by id.
  std::unordered_map<std::int64_t, std::string> categories_;
};

}  // namespace

CocoBoxes ReadCocoBoxes(const std::filesystem::path& path) {
  const std::string name = Printable(path);
  CocoReader reader(name);
  ParseJson(ReadText(path), name, [&](int depth, Json::parse_event_t event, Json& part) {
    return reader.Visit(depth, event, part);
  });
  CocoBoxes boxes = std::move(reader).Take();
  // An image without boxes has no hints.
  for (NamedEntry& entry : boxes.entries)
    if (entry.pieces[0].hints.empty()) entry.pieces.clear();
  return boxes;
}

}  // namespace gradcut
