#include "gradcut/dataset/truth.h"

#include "dataset/mask_values.h"
#include "gradcut/core/error.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/storage/file.h"

#include <stdexcept>

namespace gradcut {

std::string MaskValuesName(MaskValues values) {
  switch (values) {
    case MaskValues::kAuto:
      return "auto";
    case MaskValues::kObject:
      return "object";
    case MaskValues::kThreshold:
      return "threshold";
    case MaskValues::kIndex:
      return "index";
  }
  throw std::logic_error("unknown meaning of mask values");
}

cv::Mat ReadTruth(const std::filesystem::path& path, const MaskReading& reading) {
  return ToObjects(ReadMask(path), reading, path).labels;
}

void RequireTruthSize(const cv::Mat& prediction, const cv::Mat& truth, const Pair& pair) {
  Require(prediction.size() == truth.size(), "{}: has {}x{} pixels, but its truth {} has {}x{}",
          Printable(pair.prediction), prediction.cols, prediction.rows, Printable(pair.truth),
          truth.cols, truth.rows);
}

}  // namespace gradcut
