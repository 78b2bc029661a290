#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/model_folders.h"
#include "gradcut/model/weights.h"

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// A layer whose activations a head sees.
struct HeadLayer {
  std::string name;
  int channels = 0;
};

/// The layers that a head for a network of these layers is learned from: the last one of each stage
/// (layers that follow each other with the same stride and channels) whose stride is half, once or
/// twice that of the features, but for a last stage that only widens before the pooling. Empty for
/// none.
std::vector<HeadLayer> HeadLayers(const std::vector<NetworkLayer>& layers);

/// Tells objects from background by a classifier's activations. Safe to use from several threads
/// at once.
class ObjectnessHead {
 public:
  virtual ~ObjectnessHead() = default;

  /// Of the classifier it was learned with.
  const std::string& architecture() const { return architecture_; }
  /// In the order in which `Probability` wants them. Empty for a linear head (the kind that
  /// versions before 0.2 learned), which sees the features alone.
  const std::vector<HeadLayer>& layers() const { return layers_; }
  /// Of the file that it was read from; empty for one that was not.
  const std::string& sha256() const { return sha256_; }

  /// Throws `Error` unless the classifier is the one it was learned with and has its layers.
  virtual void CheckFits(const Classifier& classifier) const;

  /// Probability of each cell of the `features` to belong to an object: `CV_32FC1` in (0, 1), their
  /// rows x cols. `layers` are the activations of `layers()` in the same pass. Throws
  /// `std::invalid_argument` for activations of another network.
  virtual cv::Mat Probability(const FeatureMap& features,
                              const std::vector<FeatureMap>& layers) const = 0;

  /// As a safetensors file, whole or not at all; the same bytes for the same head. Throws `Error`
  /// naming the file and the cause.
  virtual void Write(const std::filesystem::path& path) const = 0;

 protected:
  ObjectnessHead(std::string architecture, std::vector<HeadLayer> layers)
      : architecture_(std::move(architecture)), layers_(std::move(layers)) {}

 private:
  friend std::shared_ptr<const ObjectnessHead> ReadObjectness(const std::filesystem::path& path);

  const std::string architecture_;
  const std::vector<HeadLayer> layers_;
  std::string sha256_;
};

/// The names of these layers; of those of a head, none for no head.
std::vector<std::string> LayerNames(const std::vector<HeadLayer>& layers);
std::vector<std::string> LayerNames(const ObjectnessHead* head);

/// Throws `Error` naming the file and the cause.
std::shared_ptr<const ObjectnessHead> ReadObjectness(const std::filesystem::path& path);

/// Throws `UsageError` for a file that is there and is something else than such a head: one that is
/// written must not replace it.
void CheckReplacesObjectness(const std::filesystem::path& path);

/// The head that comes with gradcut for a classifier: `objectness/ARCHITECTURE.safetensors` in the
/// first of the folders that has it; nullptr if none has. Throws `Error` naming a file that is
/// damaged.
std::shared_ptr<const ObjectnessHead> DefaultObjectness(
    const ClassifierInfo& info, const std::vector<std::filesystem::path>& folders = ModelFolders());

}  // namespace gradcut
