#include "cut/heat_locator.h"

#include "cut/cutter.h"
#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/priors/location.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

// Where a cell of a part lies among the cells of the whole, along one side: between two of them.
struct Between {
  int first, second;
  float share;  // Of the second.
};

float Mix(float first, float second, float share) { return first + share * (second - first); }

std::vector<Between> Along(int cells, double begin, double length, int whole) {
  const double scale = static_cast<double>(cells) / whole;  // Cells a pixel.
  const int count = std::max(1, static_cast<int>(std::lround(length * scale)));
  std::vector<Between> along;
  for (int i = 0; i < count; ++i) {
    const double at = std::clamp((begin + (i + 0.5) * length / count) * scale - 0.5, 0.0,
                                 static_cast<double>(cells - 1));
    const int first = static_cast<int>(at);
    along.push_back({first, std::min(first + 1, cells - 1), static_cast<float>(at - first)});
  }
  return along;
}

FeatureMap AsCells(const cv::Mat& map) {
  return {map.rows, map.cols, map.clone().reshape(1, map.rows * map.cols)};
}

void CheckSeen(const Saliency& seen) {
  CheckHeatMap(seen.heat_map, "heat map");
  Require(cv::checkRange(seen.heat_map, true, nullptr, 0, std::nextafter(1.0F, 2.0F)),
          "the heat map has values outside [0, 1]");
  const FeatureMap& features = seen.features;
  if (features.empty()) return;
  Require(features.values.type() == CV_32FC1 && features.rows > 0 && features.cols > 0 &&
              features.values.rows == features.rows * features.cols,
          "the features are no map of cells");
  CheckFinite(features.values, "features");
}

class HeatLocator : public Locator {
 public:
  HeatLocator(const cv::Mat& image, const Saliency& seen, const CutOptions& options)
      : image_(image.size()), seen_(seen), options_(options) {
    CheckImage(image, "image");
    CheckSeen(seen);
    CheckCutOptions(options);
  }

  Located Whole(const std::vector<int>& /*classes*/) const override { return From(seen_, image_); }

  Located In(const cv::Rect& place, const std::vector<int>& /*classes*/) const override {
    Saliency part = seen_;
    const FeatureMap heat = PartOf(AsCells(seen_.heat_map), image_, place);
    part.heat_map = heat.values.reshape(1, heat.rows);
    if (!seen_.features.empty()) part.features = PartOf(seen_.features, image_, place);
    return From(part, place.size());
  }

 private:
  Located From(const Saliency& seen, cv::Size size) const {
    Located located;
    Segmentation& result = located.seen;
    result.looks = {seen};
    result.heat_map = options_.maps ? Resize(seen.heat_map, size) : seen.heat_map;
    result.classes = seen.classes;
    result.note = seen.note;
    located.location = Resize(LocationPrior(seen.heat_map, seen.features, {}, options_.location),
                              WorkingSize(size, options_.max_megapixels));
    return located;
  }

  const cv::Size image_;
  const Saliency seen_;
  const CutOptions options_;
};

}  // namespace

std::unique_ptr<const Locator> LocatorOf(const cv::Mat& image, const Saliency& seen,
                                         const CutOptions& options) {
  return std::make_unique<HeatLocator>(image, seen, options);
}

FeatureMap PartOf(const FeatureMap& map, cv::Size image, const cv::Rect& place) {
  const std::vector<Between> down = Along(map.rows, place.y, place.height, image.height);
  const std::vector<Between> across = Along(map.cols, place.x, place.width, image.width);
  FeatureMap part = {static_cast<int>(down.size()), static_cast<int>(across.size()), {}};
  part.values.create(part.rows * part.cols, map.values.cols, CV_32FC1);
  const auto at = [&](int row, int col) { return map.values.ptr<float>(row * map.cols + col); };
  int cell = 0;
  for (const Between& y : down)
    for (const Between& x : across) {
      const float *const a = at(y.first, x.first), *const b = at(y.first, x.second),
                         *const c = at(y.second, x.first), *const d = at(y.second, x.second);
      float* const mean = part.values.ptr<float>(cell++);
      for (int k = 0; k < part.values.cols; ++k)
        mean[k] = Mix(Mix(a[k], b[k], x.share), Mix(c[k], d[k], x.share), y.share);
    }
  return part;
}

}  // namespace gradcut
