#pragma once

#include "gradcut/dataset/coco_instances.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gradcut {

// Ids of the predictions' file -> those of the truth.
using TruthIds = std::map<std::int64_t, std::int64_t>;

// What to call an image: its file's name, else "image 7".
std::string NameOf(const CocoImage& image);

// The images of a file; of a list of results, of which only their ids are known, one for each.
std::vector<CocoImage> ImagesOf(const CocoAnnotations& annotations);

struct ImagePairing {
  TruthIds truth_of;
  std::vector<std::string> extra;  // Predicted images that belong to none, in their order.
};

// By file name; else by a stem that is unique on both sides; where a side has no names, by id. No
// image of the truth gets two.
ImagePairing PairImages(const std::vector<CocoImage>& predicted,
                        const std::vector<CocoImage>& truth);

// By name; where the predictions name none, by id.
TruthIds PairCategories(const std::vector<CocoCategory>& predicted,
                        const std::vector<CocoCategory>& truth);

}  // namespace gradcut
