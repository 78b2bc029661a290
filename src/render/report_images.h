#pragma once

#include "gradcut/dataset/listing.h"
#include "gradcut/run/outputs.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What the page of a run shows of one image.
struct ReportImage {
  cv::Size size;  ///< Of the small pictures, pixels; empty if there is nothing to show.
  std::vector<std::uint8_t> photo;    ///< JPEG; empty if the photo cannot be read.
  std::vector<std::uint8_t> heat;     ///< JPEG; empty if the run kept no heat map.
  std::string outline;                ///< SVG path of the mask's outline, in pixels of `size`.
  std::string truth;                  ///< The same of the ground truth.
  std::vector<std::string> problems;  ///< One line each: what could not be read.
};

/// Reads what is there of an image: its photo (a file or a member of an archive), the files that a
/// run left for it (`find` gives the path of each kind, or an empty one), and the truth (may be
/// empty). Never throws for a file; what cannot be read is left out.
ReportImage MakeReportImage(const Input& photo,
                            const std::function<std::filesystem::path(OutputKind)>& find,
                            const std::filesystem::path& truth);

}  // namespace gradcut
