#include "workflow/instances.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/coco.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/outputs.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"

#include <array>
#include <cstdint>
#include <limits>
#include <opencv2/core.hpp>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What an entry says of an instance.
struct Written {
  std::int64_t id;
  std::string class_name;
  double confidence;
  cv::Rect2d box;
};

std::vector<Written> InstancesIn(const nlohmann::json& entry, const fs::path& manifest) {
  std::vector<Written> instances;
  try {
    for (const nlohmann::json& each : entry.value("instances", nlohmann::json::array())) {
      const auto box = each.at("box").get<std::array<double, 4>>();
      instances.push_back({each.at("id").get<std::int64_t>(), each.at("class").get<std::string>(),
                           each.at("confidence").get<double>(),
                           cv::Rect2d(box[0], box[1], box[2], box[3])});
    }
  } catch (const nlohmann::json::exception&) {
    RefuseField(entry, "instances", manifest);
  }
  return instances;
}

// Whether no two boxes of a run have the same id, as in a COCO file. Those of other forms count
// from 1 in each photo.
bool HaveIdsOfTheirOwn(const std::vector<nlohmann::json>& entries, const fs::path& manifest) {
  std::set<std::int64_t> ids;
  for (const nlohmann::json& entry : entries)
    for (const Written& each : InstancesIn(entry, manifest))
      if (!ids.insert(each.id).second) return false;
  return true;
}

}  // namespace

cv::Mat InstanceIds(const std::vector<Instance>& instances, cv::Size size) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
  Require(instances.size() <= kMost, "{} boxes: a file of instances holds {}", instances.size(),
          kMost);
  cv::Mat ids = cv::Mat::zeros(size, CV_16UC1);
  for (std::size_t i = 0; i < instances.size(); ++i) {
    cv::Mat place = ids(instances[i].place);
    place.setTo(static_cast<double>(i + 1), instances[i].mask);
  }
  return ids;
}

nlohmann::json InstancesToJson(const std::vector<Instance>& instances) {
  nlohmann::json list = nlohmann::json::array();
  for (const Instance& each : instances)
    list.push_back({{"id", each.id},
                    {"class", each.class_name},
                    {"box", {each.box.x, each.box.y, each.box.width, each.box.height}},
                    {"area", cv::countNonZero(each.mask)},
                    {"confidence", each.confidence}});
  return list;
}

void WriteInstances(const fs::path& folder) {
  const std::vector<nlohmann::json> entries = ReadRun(folder).entries;
  const fs::path manifest = folder / "manifest.jsonl";
  const bool keep = HaveIdsOfTheirOwn(entries, manifest);
  std::int64_t next = 1;
  CocoInstances dataset;
  for (const nlohmann::json& entry : entries) {
    if (RunRecord::Failed(entry)) continue;
    const fs::path output = FieldOf<std::string>(entry, "output", manifest);
    const fs::path name =
        output.parent_path() / fs::path(entry.at("path").get<std::string>()).filename();
    std::vector<InstanceMask> masks;
    if (entry.contains("instances")) {
      const cv::Mat ids = ReadMask(FindSibling(folder, output, OutputKind::kInstances)).labels;
      int number = 0;
      for (const Written& each : InstancesIn(entry, manifest))
        masks.push_back({.id = keep ? each.id : next++,
                         .category = each.class_name,
                         .mask = ids == ++number,
                         .score = each.confidence,
                         .box = each.box});
    }
    dataset.Add(name.generic_string(),
                {FieldOf<int>(entry, "width", manifest), FieldOf<int>(entry, "height", manifest)},
                masks);
  }
  WriteFileAtomically(folder / kInstancesFile, dataset.ToJson());
}

}  // namespace gradcut
