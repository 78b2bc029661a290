#pragma once

#include "gradcut/dataset/coco.h"
#include "gradcut/dataset/run_lengths.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// An image of a COCO file.
struct CocoImage {
  std::int64_t id = 0;
  std::string file_name = {};  ///< "": not said.
  int rows = 0, cols = 0;      ///< 0: not said.
};

/// One object of an image.
struct CocoInstance {
  std::optional<std::int64_t> id = {};  ///< Always there, but in a list of results.
  std::int64_t image_id = 0;
  std::int64_t category_id = 0;
  RunLengths mask = {};
  double area = 0;  ///< Pixels, by which COCO calls objects small, medium or large.
  bool crowd = false;
  std::optional<double> score = {};
};

struct CocoAnnotations {
  bool is_list = false;           ///< A list of results.
  std::vector<CocoImage> images;  ///< None of a list.
  std::vector<CocoCategory> categories;
  std::vector<CocoInstance> instances;  ///< In the order of the file.
  std::size_t without_image = 0;        ///< Annotations of no image of the file, left out.
};

/// Reads objects with their masks from a JSON file of one of two forms:
///
/// * COCO's data sets, which gradcut's own `instances.json` is one of: an object with "images",
///   "annotations" and perhaps "categories". Annotations have "id", "image_id", "category_id" and
///   "segmentation", and perhaps "iscrowd", "score" and "area" (without it the mask's);
/// * COCO's results: a list of such annotations, where "id" may be left out. Areas are those of
///   "bbox" if the first one has it, else of the masks, as `pycocotools` has it.
///
/// Segmentations are polygons (see `FillPolygon`; several add up), or run lengths, compressed or
/// not. What is kept of a mask are its runs. Throws `Error` "FILE: cause" for a file that is no
/// JSON or of another form, naming the entry: ids that are missing, or given twice (of annotations:
/// in one image), masks that are missing, broken or of another size than their image, numbers out
/// of range.
CocoAnnotations ReadCocoInstances(const std::filesystem::path& path);

}  // namespace gradcut
