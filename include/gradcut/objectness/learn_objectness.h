#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/core/run_control.h"
#include "gradcut/objectness/objectness_head.h"
#include "gradcut/objectness/objectness_options.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What one photo teaches.
struct ObjectnessSample {
  FeatureMap inputs;  ///< See `JoinLayers`.
  cv::Mat targets;    ///< `CV_32FC1`, rows x cols of the inputs: share of the cell in the mask.
};

/// The layers on the grid of the features, their channels one after the other: what a head is
/// learned from.
FeatureMap JoinLayers(const FeatureMap& features, const std::vector<FeatureMap>& layers);

/// The photos, as far as they are in memory.
struct ObjectnessSamples {
  std::vector<cv::Size> grids;      ///< By photo.
  std::vector<double> confidences;  ///< By photo: how far its mask can be trusted, for ranking.
  /// Share of the photo that its mask covers. Nearly empty and nearly full masks teach nothing.
  std::vector<double> areas;
  /// How many of the masks a person has corrected or accepted; the head keeps the number.
  int corrected = 0;
  /// The rest of photo i, always the same. Called for each photo several times, from several
  /// threads at once.
  std::function<ObjectnessSample(std::size_t)> read;
};

/// Learns small convolutional nets from masks (see `ObjectnessNet` in src/objectness): the mean
/// binary cross-entropy of the cells plus the soft IoU (Rahman and Wang 2016), by AdamW on a
/// one-cycle schedule (Smith and Topin 2018), photos mirrored at random. Then one bias is set so
/// that the mean probability over all cells is `options.share`: how large objects are is a matter
/// of the collection, and a head that is used on others, under one threshold, had better not know
/// it.
///
/// The same samples, options and kind of machine give the same weights whatever `control.jobs`;
/// nullptr if a stop was requested. Throws `Error` if no photo's mask teaches anything or options
/// are out of range, and `std::invalid_argument` for samples of other shapes than said.
std::shared_ptr<const ObjectnessHead> LearnObjectness(const ObjectnessSamples& samples,
                                                      const std::string& architecture,
                                                      const std::vector<HeadLayer>& layers,
                                                      const ObjectnessOptions& options,
                                                      const RunControl& control = {});

}  // namespace gradcut
