#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <optional>
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

  /// "images", "annotations", "categories" and the like, as text without line breaks. Bytes of
  /// names that are not UTF-8 are replaced.
  std::string ToJson() const;

  std::size_t annotations() const { return json_["annotations"].size(); }

 private:
  std::size_t classes_;
  nlohmann::json json_;
};

}  // namespace gradcut
