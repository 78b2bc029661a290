#include "gradcut/dataset/coco.h"

#include "dataset/label_values.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/run_lengths.h"
#include "gradcut/storage/json.h"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

using Json = nlohmann::json;

Json EmptyDataset(const char* description) {
  return {{"info", {{"description", description}}},
          {"licenses", Json::array()},
          {"images", Json::array()},
          {"annotations", Json::array()},
          {"categories", Json::array()}};
}

void AddCategory(Json& dataset, std::int64_t id, const std::string& name) {
  dataset["categories"].push_back({{"id", id}, {"name", name}, {"supercategory", "object"}});
}

void AddImage(Json& dataset, std::int64_t id, const std::string& file_name, cv::Size size) {
  dataset["images"].push_back(
      {{"id", id}, {"file_name", file_name}, {"width", size.width}, {"height", size.height}});
}

struct Annotation {
  std::int64_t id, image_id, category_id;
  cv::Mat mask;
  std::optional<double> score;
  std::optional<cv::Rect2d> box;
};

void AddAnnotation(Json& dataset, const Annotation& annotation) {
  const RunLengths runs = EncodeRuns(annotation.mask);
  Json json = {{"id", annotation.id},
               {"image_id", annotation.image_id},
               {"category_id", annotation.category_id},
               {"iscrowd", 0},
               {"segmentation", {{"size", {runs.rows, runs.cols}}, {"counts", CompressRuns(runs)}}},
               {"area", ObjectPixels(runs)}};
  if (annotation.box) {
    const cv::Rect2d& box = *annotation.box;
    json["bbox"] = {box.x, box.y, box.width, box.height};
  } else {
    const cv::Rect box = ObjectBox(runs);
    json["bbox"] = {box.x, box.y, box.width, box.height};
  }
  if (annotation.score) json["score"] = *annotation.score;
  dataset["annotations"].push_back(std::move(json));
}

// The largest of some ids and one, at least 1.
std::int64_t NextId(const std::set<std::int64_t>& ids) {
  return ids.empty() ? 1 : std::max<std::int64_t>(*ids.rbegin(), 0) + 1;
}

}  // namespace

CocoDataset::CocoDataset(const std::vector<std::string>& classes)
    : classes_(classes.size()), json_(EmptyDataset("labels made by gradcut")) {
  for (std::size_t index = 1; index < classes.size(); ++index)
    AddCategory(json_, static_cast<std::int64_t>(index), classes[index]);
}

void CocoDataset::Add(const std::string& file_name, const cv::Mat& labels,
                      std::optional<double> score) {
  const std::vector<int> classes = ClassesIn(labels);
  if (!classes.empty() && static_cast<std::size_t>(classes.back()) >= classes_)
    throw std::invalid_argument(
        fmt::format("{}: label {}, but there are {} classes", file_name, classes.back(), classes_));
  const auto image = static_cast<std::int64_t>(json_["images"].size() + 1);
  AddImage(json_, image, file_name, labels.size());
  for (const int label : classes) {
    cv::Mat regions;
    const int count = cv::connectedComponents(labels == label, regions, /*connectivity=*/8, CV_32S);
    for (int region = 1; region < count; ++region)
      AddAnnotation(json_, {static_cast<std::int64_t>(annotations() + 1),
                            image,
                            label,
                            regions == region,
                            score,
                            {}});
  }
}

std::string CocoDataset::ToJson() const { return JsonText(json_); }

CocoInstances::CocoInstances(std::span<const CocoCategory> categories)
    : json_(EmptyDataset("objects made by gradcut")) {
  for (const CocoCategory& category : categories) {
    categories_.emplace(category.name, category.id);
    category_ids_.insert(category.id);
    AddCategory(json_, category.id, category.name);
  }
}

std::int64_t CocoInstances::CategoryId(const std::string& name) {
  const auto [place, is_new] = categories_.try_emplace(name, NextId(category_ids_));
  if (is_new) {
    category_ids_.insert(place->second);
    AddCategory(json_, place->second, name);
  }
  return place->second;
}

void CocoInstances::Add(const std::string& file_name, cv::Size size,
                        std::span<const InstanceMask> instances,
                        std::optional<std::int64_t> image_id) {
  const std::int64_t image = image_id.value_or(NextId(image_ids_));
  Expect(!image_ids_.contains(image), "CocoInstances: image {} twice", image);
  for (const InstanceMask& instance : instances)
    Expect(instance.mask.size() == size, "CocoInstances: {}: a mask of another size", file_name);
  image_ids_.insert(image);
  AddImage(json_, image, file_name, size);
  for (const InstanceMask& instance : instances)
    AddAnnotation(json_, {instance.id, image,
                          CategoryId(instance.category.empty() ? "object" : instance.category),
                          instance.mask, instance.score, instance.box});
}

std::string CocoInstances::ToJson() const { return JsonText(json_); }

}  // namespace gradcut
