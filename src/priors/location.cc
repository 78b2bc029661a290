#include "gradcut/priors/location.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/priors/feature_diffusion.h"
#include "gradcut/priors/feature_model.h"

#include <opencv2/core.hpp>

namespace gradcut {

void Describe(LocationOptions& o, OptionList& list) {
  list.Number("location.saliency", o.saliency, 0, 100, "weight of the heat map in the prior");
  list.Number("location.features", o.features, 0, 100,
              "weight of the image's own feature model in the prior");
  list.Number("location.objectness", o.objectness, 0, 100,
              "weight of the objectness head in the prior");
  list.Number("location.ridge", o.ridge, 1e-3, 1e6, "penalty of the feature model");
  list.Number("location.border", o.border, 0, 100,
              "how much the image's edge counts as background in the feature model");
  list.Number("location.diffusion", o.diffusion, 0, 0.999,
              "how far the prior spreads over cells that look alike; 0: not at all");
  list.Number("location.slope", o.slope, 0, 1000,
              "log odds a unit of the prior, nats; 0: seeds and colours alone decide");
  list.Number("location.threshold", o.threshold, 0, 1, "where the prior is undecided");
}

void CheckLocationOptions(const LocationOptions& options) {
  Validate(options);
  Require(options.slope == 0 || options.saliency + options.features + options.objectness > 0,
          "location.slope = {}, must be 0 while location.saliency, features and objectness are 0",
          options.slope);
}

cv::Mat LocationPrior(const cv::Mat& heat_map, const FeatureMap& features,
                      const cv::Mat& objectness, const LocationOptions& options) {
  Validate(options);
  CheckHeatMap(heat_map, "LocationPrior: heat map");
  const cv::Size grid(features.cols, features.rows);
  Expect(objectness.empty() || (objectness.type() == CV_32FC1 && objectness.size() == grid),
         "LocationPrior: an objectness of {}x{} cells for features of {}x{}", objectness.cols,
         objectness.rows, grid.width, grid.height);
  const bool own = options.features > 0 && !features.empty();
  const bool objects = options.objectness > 0 && !objectness.empty();
  const bool diffused = options.diffusion > 0 && !features.empty();
  if (!own && !objects && !diffused) return heat_map;

  const cv::Mat heat = Resize(heat_map, grid);
  cv::Mat sum = options.saliency * heat;
  double weights = options.saliency;
  if (own) {
    sum += options.features * FeatureProbability(features, heat, options.ridge, options.border);
    weights += options.features;
  }
  if (objects) {
    sum += options.objectness * objectness;
    weights += options.objectness;
  }
  const cv::Mat mean = weights > 0 ? cv::Mat(sum / weights) : heat;
  return diffused ? Diffuse(features, mean, options.diffusion) : mean;
}

}  // namespace gradcut
