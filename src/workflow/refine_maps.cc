#include "workflow/refine_maps.h"

#include "gradcut/image/turned_map.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

ImageMaps ToldApart(ClassMaps read, Channels channels) {
  ImageMaps result;
  result.maps = std::move(read.maps);
  result.has_classes = read.form != ClassMaps::Form::kObject;
  if (!result.has_classes) return result;
  if (read.form == ClassMaps::Form::kChannels && channels == Channels::kBackgroundFirst) {
    result.background = result.maps.front();
    result.maps.erase(result.maps.begin());
    read.keys.pop_back();
  }
  for (const int key : read.keys) result.classes.push_back(key + 1);
  return result;
}

// A map without contrast tells nothing about where.
bool IsFlat(const cv::Mat& map) {
  double least = 0, largest = 0;
  cv::minMaxLoc(map, &least, &largest);
  return largest - least <= 1e-6;
}

}  // namespace

ImageMaps ReadImageMaps(const std::filesystem::path& file, Channels channels, cv::Size image,
                        const PhotoSource& source, const ImageReadOptions& options) {
  ImageMaps result = ToldApart(ReadClassMaps(file, options, image), channels);
  if (result.maps.empty()) return result;
  if (HasSidesExchanged(result.maps.front().size(), image)) {
    constexpr int kFirstThatExchanges = 5;
    const int orientation = OrientationOf(source.bytes, source.path.native(), options);
    result.turned = orientation >= kFirstThatExchanges;
    for (cv::Mat& map : result.maps) map = result.turned ? TurnUpright(map, orientation) : map;
    if (result.turned && !result.background.empty())
      result.background = TurnUpright(result.background, orientation);
    if (!result.turned)
      result.note =
          "the heat map has the photo's sides exchanged, and is stretched over it all the same";
  }
  if (std::all_of(result.maps.begin(), result.maps.end(), IsFlat))
    result.note = "the heat map has no contrast";
  return result;
}

}  // namespace gradcut
