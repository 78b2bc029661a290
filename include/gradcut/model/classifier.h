#pragma once

#include "gradcut/core/saliency.h"
#include "gradcut/learn/linear_head.h"
#include "gradcut/model/class_names.h"

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

class Network;

/// Which classifier, and where it runs.
struct ClassifierOptions {
  /// A name out of `ArchitectureNames()`, looked up in `folders`, or the path of a safetensors file
  /// whose metadata names its architecture, or of a TorchScript program (.pt) with its settings in
  /// a .toml file beside it (src/model/torchscript_settings.h).
  std::string model = "efficientnet-lite0";
  /// "auto" (a GPU if there is a usable one), "cpu", "cuda" or "cuda:N".
  std::string device = "auto";
  /// Where weights are looked up by name, and default objectness heads in the sub-folder
  /// `objectness`. None: `ModelFolders()`.
  std::vector<std::filesystem::path> folders = {};
};

/// Where weights and heads are looked up: its folders, or `ModelFolders()`.
std::vector<std::filesystem::path> FoldersOf(const ClassifierOptions& options);

/// Throws `Error` for a model or device that cannot exist, whatever this machine has: a misspelt
/// name. Touches neither files nor devices.
void CheckClassifierNames(const ClassifierOptions& options);

/// What `Classifier::Load` found.
struct ClassifierInfo {
  std::string architecture;    ///< "efficientnet-lite0", ...
  std::filesystem::path file;  ///< The weights.
  std::string sha256;          ///< Of the weights file; of a program and its settings together.
  std::string device;          ///< What really runs it: "cpu" or "cuda:N".
  int input_size = 0;          ///< Side of the square input the network was trained at, pixels.
};

/// An image classifier with frozen weights. Holds no state between calls: one object may serve
/// several threads. LibTorch's kernels run on the thread that calls, which keeps that setting: one
/// image a core is faster than several cores an image.
class Classifier {
 public:
  /// Throws `Error` naming file or device when the weights are missing, damaged or of another
  /// network, or the device cannot be used.
  static std::shared_ptr<const Classifier> Load(const ClassifierOptions& options);

  /// The same network with the classes of a head in place of its own. The weights' checksum becomes
  /// that of both. Throws `Error` when the head was learned with another classifier.
  static std::shared_ptr<const Classifier> WithHead(
      const std::shared_ptr<const Classifier>& classifier, const LinearHead& head);

  /// For networks made elsewhere (tests).
  Classifier(std::unique_ptr<Network> network, ClassNames names, ClassifierInfo info);
  ~Classifier();

  const ClassifierInfo& info() const { return info_; }
  const ClassNames& class_names() const { return names_; }

  /// Logits of an RGB image (`CV_8UC3`), resized to the native size without keeping its aspect.
  std::vector<float> Logits(const cv::Mat& image) const;

  /// The computation itself, for `saliency`.
  const Network& network() const { return *network_; }

 private:
  std::unique_ptr<Network> network_;
  ClassNames names_;
  ClassifierInfo info_;
};

/// The names of the architectures that can be loaded.
std::vector<std::string> ArchitectureNames();

}  // namespace gradcut
