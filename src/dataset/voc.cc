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

std::filesystem::path PhotosOf(const std::filesystem::path& input) {
  const std::filesystem::path photos = input / kPhotoFolder;
  return std::filesystem::is_directory(photos) ? photos : input;
}

}  // namespace gradcut
