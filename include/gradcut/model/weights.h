#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

class Classifier;

/// A named place in a network whose activations and gradients can be asked for.
struct NetworkLayer {
  std::string name;
  int channels = 0;
  int stride = 0;  ///< Input pixels a cell, in each direction.
};

/// What is known of a network without its weights.
struct ArchitectureInfo {
  std::string name;
  std::string family;  ///< With its paper.
  int input_size = 0;  ///< Side of the square input it is trained at, pixels.
  int class_count = 0;
  std::int64_t parameters = 0;       ///< Learned numbers; statistics of batch norms not counted.
  std::array<float, 3> mean = {};    ///< Of red, green, blue in 0-255, subtracted from the input,
  std::array<float, 3> std = {};     ///< which is then divided by this.
  std::vector<NetworkLayer> layers;  ///< From the input to the head.
};

/// Throws `Error` with the known names if there is no such architecture.
ArchitectureInfo DescribeArchitecture(const std::string& name);

/// The same of a classifier that was loaded: of a TorchScript program too, whose parameters are not
/// counted.
ArchitectureInfo DescribeClassifier(const Classifier& classifier);

/// What `ImportWeights` wrote.
struct ImportReport {
  int tensors = 0;
  std::uint64_t bytes = 0;
  std::string entry = {};                  ///< Where in the file they were; see `TorchFile::entry`.
  std::vector<std::string> prefixes = {};  ///< What stood in front of their names, as "module.".
  std::vector<std::string> left_out = {};  ///< Tensors that stood elsewhere.
};

/// Turns a file of weights into the safetensors file that `Classifier` loads: a state dict that
/// `torch.save` wrote (either format; nothing in it is run) with torchvision's parameter names, or
/// a safetensors file of timm or gradcut. The dict may be an entry of the file, and a prefix that
/// all names of the network's parameters have is left out. Throws `Error` naming the file and what
/// is wrong, parameters that are missing, of another shape or type, or not expected among it;
/// `output` is written whole or not at all.
ImportReport ImportWeights(const std::filesystem::path& source, const std::string& architecture,
                           const std::filesystem::path& output);

}  // namespace gradcut
