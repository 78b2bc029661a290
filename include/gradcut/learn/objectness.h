#pragma once

#include "gradcut/core/feature_map.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// A linear head on a classifier's stride-16 activations that tells objects from background. It
/// sees each cell's activations and their mean over the 3 x 3 cells around
/// it (those inside the image).
struct ObjectnessHead {
  std::string architecture;  ///< Of the classifier it was learned with.
  cv::Mat weights;           ///< `CV_32FC1`, 1 x inputs, of the raw inputs.
  float bias = 0;
};

/// The head's inputs for a feature map: `CV_32FC1`, cells x (2 * channels).
cv::Mat ObjectnessInputs(const FeatureMap& features);

/// Probability of each cell to belong to an object: `CV_32FC1` in (0, 1), rows x cols of the
/// features. Throws `std::invalid_argument` for features of another network.
cv::Mat ObjectnessProbability(const ObjectnessHead& head, const FeatureMap& features);

/// What one image teaches.
struct ObjectnessSample {
  cv::Mat inputs;   ///< See `ObjectnessInputs`.
  cv::Mat targets;  ///< `CV_32FC1`, cells x 1: the share of the cell inside the mask, [0, 1].
};

/// Learns a head by logistic regression with fractional targets: Newton's method on the mean cross
/// entropy, each image weighing alike, plus `penalty` times the squared length of the standardised
/// weights. `read(i)` gives image i of `count`, always the same; it is called several times for
/// each, so that memory does not grow with their number. Throws `std::invalid_argument` without
/// images, or unless `penalty` >= 0.
ObjectnessHead LearnObjectness(std::size_t count,
                               const std::function<ObjectnessSample(std::size_t)>& read,
                               double penalty = 2e-3);

/// Shifts the head's bias until its mean probability over the cells of the images (each weighing
/// alike; `read` as above) is `share`, in (0, 1). How large objects are is a matter of the
/// collection; a head that is to be used on others, under one threshold, had better not know it.
/// Throws `std::invalid_argument` without images, or for another `share`.
void CalibrateBias(std::size_t count, const std::function<ObjectnessSample(std::size_t)>& read,
                   double share, ObjectnessHead& head);

/// As a safetensors file. Throws `Error` naming the file and the cause.
void WriteObjectness(const ObjectnessHead& head, const std::filesystem::path& path);
ObjectnessHead ReadObjectness(const std::filesystem::path& path);

}  // namespace gradcut
