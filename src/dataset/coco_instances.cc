#include "gradcut/dataset/coco_instances.h"

#include "dataset/json_entry.h"
#include "gradcut/core/error.h"
#include "gradcut/dataset/polygon_runs.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Corners = std::vector<cv::Point2d>;

// Two sides whose product counts pixels in 32 bits.
std::pair<int, int> CheckedSize(const JsonEntry& entry, const Json& rows, const Json& cols,
                                const char* key) {
  const std::uint64_t r = entry.Pixels(rows, key), c = entry.Pixels(cols, key);
  if (r > INT32_MAX || c > INT32_MAX || r * c > UINT32_MAX)
    entry.Refuse(key, "an image of fewer than 2^32 pixels");
  return {static_cast<int>(r), static_cast<int>(c)};
}

Corners ReadPolygon(const JsonEntry& entry, const Json& numbers) {
  constexpr char kKey[] = "segmentation";
  if (!numbers.is_array() || numbers.size() < 6 || numbers.size() % 2 != 0)
    entry.Refuse(kKey, "polygons of three or more corners, x and y of each");
  Corners corners(numbers.size() / 2);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double value = entry.Number(numbers[i], kKey);
    if (std::abs(value) > kMaxCoordinate) entry.Refuse(kKey, "coordinates near the image");
    (i % 2 == 0 ? corners[i / 2].x : corners[i / 2].y) = value;
  }
  return corners;
}

RunLengths ReadRuns(const JsonEntry& entry, const Json& json) {
  constexpr char kKey[] = "segmentation";
  const auto size = json.find("size"), counts = json.find("counts");
  if (size == json.end() || !size->is_array() || size->size() != 2 || counts == json.end())
    entry.Refuse(kKey, "polygons, or run lengths with size and counts");
  const auto [rows, cols] = CheckedSize(entry, (*size)[0], (*size)[1], kKey);
  RunLengths runs = {rows, cols, {}};
  try {
    if (counts->is_string())
      return DecompressRuns(counts->get_ref<const std::string&>(), rows, cols);
    if (!counts->is_array()) entry.Refuse(kKey, "counts as a text or a list");
    for (const Json& count : *counts) runs.counts.push_back(entry.Pixels(count, kKey));
    CheckRuns(runs);
  } catch (const std::invalid_argument& error) {
    entry.Refuse(kKey, fmt::format("whole run lengths ({})", error.what()));
  }
  return runs;
}

// An annotation as it was read: polygons are filled once the sizes of all images are known.
struct Pending {
  CocoInstance instance = {};
  std::vector<Corners> polygons = {};
  bool has_area = false;
  std::optional<double> box_area = {};
  std::size_t index = 0;  // In the file.
};

class Reader {
 public:
  CocoAnnotations Read(const std::string& text) {
    Parse(text);
    if (!result_.is_list) {
      for (const char* const section : {"images", "annotations"})
        Require(sections_.contains(section),
                "has no {}: expected a COCO data set, or a list of COCO results", section);
    }
    return Finish();
  }

 private:
  // The parser keeps nothing: each entry of a section is taken as soon as it is whole.
  void Parse(const std::string& text) {
    const auto visit = [this](int depth, Json::parse_event_t event, Json& parsed) {
      return Visit(depth, event, parsed);
    };
    try {
      // What is left of it are the lists, emptied.
      [[maybe_unused]] const Json emptied = Json::parse(text, visit);
    } catch (const Json::exception& error) {
      const std::string_view what = error.what();
      Fail("is no JSON: {}", what.substr(std::min(what.find("] ") + 2, what.size())));
    }
  }

  // Whether what was parsed is kept.
  bool Visit(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    const bool object = event == Event::object_start || event == Event::object_end;
    const bool array = event == Event::array_start || event == Event::array_end;
    if (depth == 0) {
      Require(object || array, "holds no COCO data set, nor a list of results");
      if (event == Event::array_start) {
        result_.is_list = true;
        EnterSection("annotations");
      }
      return true;
    }
    if (depth == 1 && event == Event::key) {
      EnterSection(parsed.get<std::string>());
      return true;
    }
    if (section_.empty()) return false;
    const int entry_depth = result_.is_list ? 1 : 2;
    if (depth < entry_depth) Require(array, "{}: expected a list", section_);
    if (depth != entry_depth) return true;
    Require(object, "{}[{}]: expected an object", section_, index_);
    if (event != Event::object_end) return true;
    Take(parsed);
    ++index_;
    return false;
  }

  // Others than these three are passed over.
  void EnterSection(const std::string& section) {
    section_.clear();
    if (section != "images" && section != "annotations" && section != "categories") return;
    Require(sections_.insert(section).second, "has {} twice", section);
    section_ = section;
    index_ = 0;
  }

  std::string NameOf(std::size_t index) const { return fmt::format("{}[{}]", section_, index); }

  void Take(const Json& json) {
    const JsonEntry entry(json, NameOf(index_));
    if (section_ == "images") {
      TakeImage(entry);
    } else if (section_ == "categories") {
      result_.categories.push_back({entry.Whole("id"), entry.Text("name")});
      Require(category_ids_.insert(result_.categories.back().id).second, "{}: id {} is given twice",
              NameOf(index_), result_.categories.back().id);
    } else {
      TakeAnnotation(entry);
    }
  }

  void TakeImage(const JsonEntry& entry) {
    CocoImage image = {.id = entry.Whole("id")};
    if (entry.Has("file_name")) image.file_name = entry.Text("file_name");
    if (entry.Has("height") && entry.Has("width"))
      std::tie(image.rows, image.cols) =
          CheckedSize(entry, entry.At("height"), entry.At("width"), "height and width");
    Require(images_.emplace(image.id, result_.images.size()).second, "{}: id {} is given twice",
            NameOf(index_), image.id);
    result_.images.push_back(std::move(image));
  }

  void TakeAnnotation(const JsonEntry& entry) {
    Pending pending = {.index = index_};
    CocoInstance& instance = pending.instance;
    if (entry.Has("id") || !result_.is_list) instance.id = entry.Whole("id");
    instance.image_id = entry.Whole("image_id");
    instance.category_id = entry.Whole("category_id");
    if (entry.Has("iscrowd")) instance.crowd = entry.Flag("iscrowd");
    if (entry.Has("score")) instance.score = entry.Number("score");
    pending.has_area = entry.Has("area") && !result_.is_list;
    if (pending.has_area) instance.area = entry.Number("area");
    if (result_.is_list && entry.Has("bbox")) pending.box_area = BoxArea(entry);
    const Json& segmentation = entry.At("segmentation");
    if (segmentation.is_array()) {
      if (segmentation.empty()) entry.Refuse("segmentation", "a polygon at least");
      for (const Json& polygon : segmentation)
        pending.polygons.push_back(ReadPolygon(entry, polygon));
    } else {
      instance.mask = ReadRuns(entry, segmentation);
    }
    if (instance.id)
      Require(annotation_ids_.emplace(instance.image_id, *instance.id).second,
              "{}: id {} is given twice in image {}", NameOf(index_), *instance.id,
              instance.image_id);
    pending_.push_back(std::move(pending));
  }

  // Nothing for an empty list, which stands for no box.
  static std::optional<double> BoxArea(const JsonEntry& entry) {
    const Json& box = entry.At("bbox");
    if (box.is_array() && box.empty()) return std::nullopt;
    if (!box.is_array() || box.size() != 4) entry.Refuse("bbox", "x, y, width and height");
    return entry.Number(box[2], "bbox") * entry.Number(box[3], "bbox");
  }

  CocoAnnotations Finish() {
    section_ = "annotations";
    const bool box_areas =
        result_.is_list && !pending_.empty() && pending_.front().box_area.has_value();
    for (Pending& each : pending_) {
      const auto image = images_.find(each.instance.image_id);
      if (!result_.is_list && image == images_.end()) {
        ++result_.without_image;
        continue;
      }
      FinishMask(each, result_.is_list ? CocoImage() : result_.images[image->second]);
      if (box_areas) {
        Require(each.box_area.has_value(), "{}: has no bbox, but the first one has",
                NameOf(each.index));
        each.instance.area = *each.box_area;
      } else if (!each.has_area) {
        each.instance.area = static_cast<double>(ObjectPixels(each.instance.mask));
      }
      result_.instances.push_back(std::move(each.instance));
      each = {};
    }
    return std::move(result_);
  }

  void FinishMask(Pending& pending, const CocoImage& image) const {
    const std::string name = NameOf(pending.index);
    RunLengths& mask = pending.instance.mask;
    const bool sized = image.rows > 0 && image.cols > 0;
    if (pending.polygons.empty()) {
      Require(!sized || (mask.rows == image.rows && mask.cols == image.cols),
              "{}: its mask has {}x{} pixels, but image {} has {}x{}", name, mask.cols, mask.rows,
              image.id, image.cols, image.rows);
      return;
    }
    Require(sized, "{}: polygons need an image with height and width: expected run lengths", name);
    mask = FillPolygon(pending.polygons.front(), image.rows, image.cols);
    for (std::size_t i = 1; i < pending.polygons.size(); ++i)
      mask = UniteRuns(mask, FillPolygon(pending.polygons[i], image.rows, image.cols));
  }

  std::string section_;
  std::size_t index_ = 0;
  std::set<std::string> sections_;
  std::map<std::int64_t, std::size_t> images_;  // Their places by id.
  std::set<std::int64_t> category_ids_;
  std::set<std::pair<std::int64_t, std::int64_t>> annotation_ids_;  // With that of the image.
  std::vector<Pending> pending_;
  CocoAnnotations result_;
};

}  // namespace

CocoAnnotations ReadCocoInstances(const fs::path& path) {
  const std::string text = ReadText(path);
  try {
    return Reader().Read(text);
  } catch (const Error& error) {
    Fail("{}: {}", Printable(path), error.what());
  }
}

}  // namespace gradcut
