#include "gradcut/dataset/voc.h"

namespace gradcut {

std::vector<std::string> VocClasses() {
  return {"background", "aeroplane", "bicycle",     "bird",  "boat",        "bottle", "bus",
          "car",        "cat",       "chair",       "cow",   "diningtable", "dog",    "horse",
          "motorbike",  "person",    "pottedplant", "sheep", "sofa",        "train",  "tvmonitor"};
}

bool IsDevkit(const std::filesystem::path& truth) {
  return std::filesystem::is_directory(truth / kClassFolder);
}

}  // namespace gradcut
