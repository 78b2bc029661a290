#pragma once

#include "gradcut/dataset/class_maps.h"
#include "gradcut/workflow/refine.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// The maps of one image that `gradcut refine` cuts it by, told apart.
struct ImageMaps {
  bool has_classes = false;  ///< Else one map, of an object of no class.
  std::vector<int> classes;  ///< The class index of each map; maybe none.
  std::vector<cv::Mat> maps;
  cv::Mat background;   ///< Empty: there is no map of it.
  bool turned = false;  ///< They were of the pixels as the image's file holds them.
  std::string note;     ///< What is odd about them, or "".
};

/// Reads the maps of an image that has that size when upright. Maps of its pixels as its file holds
/// them are turned with it. Throws like `ReadClassMaps`.
ImageMaps ReadImageMaps(const std::filesystem::path& file, Channels channels, cv::Size image,
                        const PhotoSource& source, const ImageReadOptions& options);

}  // namespace gradcut
