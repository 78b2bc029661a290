#pragma once

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// The maps of one kind, added up over the passes.
class MapSum {
 public:
  /// `map` may have any size; it is mirrored back if its image was mirrored, and resized.
  void Add(const cv::Mat& map, bool mirrored, cv::Size size);

  /// Scaled to [0, 1]; empty, with the reason in `note`, where there is no contrast.
  cv::Mat Scaled(std::string& note) const;

 private:
  cv::Mat sum_;
};

}  // namespace gradcut
