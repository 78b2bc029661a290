#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// A data set in COCO's format (instances, as `pycocotools.coco.COCO` loads it). Identifiers of
/// images and annotations count from 1; a category's is its class index.
///
/// Regions of one class that do not touch are annotated one by one: labels say nothing of which
/// pixels belong to one object. Segmentations are compressed run lengths, areas count pixels, boxes
/// are [x, y, width, height].
class CocoDataset {
 public:
  /// `classes` are names by class index, the background first.
  explicit CocoDataset(const std::vector<std::string>& classes);

  /// Adds an image with an annotation for each region (8-connected) of each class of `labels`
  /// (`CV_8UC1`; 0 = background and `kVoid` are left out). `score`, in [0, 1], goes with each of
  /// its annotations. Throws `std::invalid_argument` for a label without a class.
  void Add(const std::string& file_name, const cv::Mat& labels, std::optional<double> score = {});

  /// "images", "annotations", "categories" and the like, as text without line breaks;
  /// names as `JsonText` writes them.
  std::string ToJson() const;

  std::size_t annotations() const { return json_["annotations"].size(); }

 private:
  std::size_t classes_;
  nlohmann::json json_;
};

/// A class of a COCO file.
struct CocoCategory {
  std::int64_t id = 0;
  std::string name = {};
};

/// The mask of one object, made for an annotation of an input file.
struct InstanceMask {
  std::int64_t id = 0;                 ///< That of the annotation in the input file.
  std::string category = {};           ///< "": not said, which is written as "object".
  cv::Mat mask;                        ///< `CV_8UC1` of the image's size: 0 is not object.
  std::optional<double> score = {};    ///< In [0, 1].
  std::optional<cv::Rect2d> box = {};  ///< Nothing: the box of the mask.
};

/// A data set like that of `CocoDataset` whose annotations keep the ids of an input file, so that
/// what was made for an annotation is found again.
class CocoInstances {
 public:
  /// `categories` keep their ids too. Others get the next free id where they first occur.
  explicit CocoInstances(std::span<const CocoCategory> categories = {});

  /// Adds an image with its objects, perhaps none. `image_id` is that of the input file; without
  /// one it is the next free number. Ids of annotations are written as they are: it is the caller's
  /// matter that they occur once. Throws `std::invalid_argument` for an image id that was there
  /// before and for a mask of another size.
  void Add(const std::string& file_name, cv::Size size, std::span<const InstanceMask> instances,
           std::optional<std::int64_t> image_id = {});

  /// As of `CocoDataset`.
  std::string ToJson() const;

 private:
  std::int64_t CategoryId(const std::string& name);

  std::map<std::string, std::int64_t> categories_;
  std::set<std::int64_t> category_ids_;
  std::set<std::int64_t> image_ids_;
  nlohmann::json json_;
};

}  // namespace gradcut
