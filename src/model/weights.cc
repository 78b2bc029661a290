#include "gradcut/model/weights.h"

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/io/safetensors.h"
#include "gradcut/io/torch_file.h"
#include "gradcut/model/classifier.h"
#include "model/architecture.h"

#include <fmt/ranges.h>

#include <cstdio>
#include <fstream>

namespace gradcut {
namespace {

const Architecture& Named(const std::string& name) {
  const Architecture* const architecture = FindArchitecture(name);
  Require(architecture != nullptr, "unknown architecture '{}', expected {}", name,
          fmt::join(ArchitectureNames(), ", "));
  return *architecture;
}

std::int64_t Elements(const std::vector<std::int64_t>& shape) {
  return TensorBytes(shape, /*element_bytes=*/1).value_or(0);
}

// Gradients never reach the statistics of a batch norm.
bool IsLearned(const std::string& name) {
  return !name.ends_with(".running_mean") && !name.ends_with(".running_var");
}

// A safetensors file has its header, a JSON object, behind eight bytes of length; a file that
// torch.save wrote has a part of a name or number there.
bool IsSafetensors(const std::filesystem::path& path) {
  std::array<char, 9> start = {};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  return start[8] == '{';
}

// timm's name of a parameter is that of its module, a dot, and "weight" or the like.
std::string OwnName(const std::string& name, const Architecture& architecture) {
  const std::size_t dot = name.rfind('.');
  const auto found = architecture.timm_modules.find(name.substr(0, dot));
  return found == architecture.timm_modules.end() ? name : found->second + name.substr(dot);
}

// The parameters under our names. timm has convolutions of the whole field where others have
// linear layers: the same numbers in the same order.
StoredTensors UnderOwnNames(const std::string& file, const StoredTensors& tensors,
                            const Architecture& architecture, const ParameterShapes& shapes) {
  StoredTensors renamed;
  for (const auto& [name, tensor] : tensors) {
    const std::string own = OwnName(name, architecture);
    const auto [entry, is_new] = renamed.emplace(own, tensor);
    Require(is_new, "{}: {} is there twice, also under timm's name", file, own);
    const auto expected = shapes.find(own);
    if (own != name && expected != shapes.end() &&
        Elements(expected->second) == Elements(tensor.shape))
      entry->second.shape = expected->second;
  }
  return renamed;
}

ImportReport Import(const std::string& file, const StoredTensors& tensors,
                    const Architecture& architecture, const std::filesystem::path& output) {
  const ParameterShapes shapes = OutlineOf(architecture).shapes;
  StoredTensors renamed = UnderOwnNames(file, tensors, architecture, shapes);
  BuildNetwork(architecture, file, renamed, at::TensorOptions(at::kFloat));
  // What the network does not take: counters of batch norms.
  std::erase_if(renamed, [&](const auto& tensor) { return !shapes.contains(tensor.first); });
  ImportReport report = {.tensors = static_cast<int>(renamed.size())};
  for (const auto& [name, tensor] : renamed) report.bytes += tensor.bytes.size();
  WriteSafetensors(output, renamed, {{"arch", architecture.name}});
  return report;
}

}  // namespace

ArchitectureInfo DescribeArchitecture(const std::string& name) {
  const Architecture& architecture = Named(name);
  const auto [network, shapes] = OutlineOf(architecture);
  ArchitectureInfo info = {.name = name,
                           .family = architecture.family,
                           .input_size = network->native_size(),
                           .class_count = network->class_count(),
                           .mean = network->normalisation().mean,
                           .std = network->normalisation().std,
                           .layers = network->layers()};
  for (const auto& [parameter, shape] : shapes)
    if (IsLearned(parameter)) info.parameters += Elements(shape);
  return info;
}

ArchitectureInfo DescribeClassifier(const Classifier& classifier) {
  const std::string& name = classifier.info().architecture;
  const Network& network = classifier.network();
  ArchitectureInfo info;
  if (FindArchitecture(name) != nullptr)
    info = DescribeArchitecture(name);
  else
    info.family = "a TorchScript program";
  info.name = name;
  info.input_size = network.native_size();
  info.class_count = network.class_count();
  info.mean = network.normalisation().mean;
  info.std = network.normalisation().std;
  info.layers = network.layers();
  return info;
}

ImportReport ImportWeights(const std::filesystem::path& source, const std::string& architecture,
                           const std::filesystem::path& output) {
  const Architecture& wanted = Named(architecture);
  if (IsSafetensors(source))
    return Import(Printable(source), SafetensorsFile::Open(source).tensors(), wanted, output);
  return Import(Printable(source), TorchFile::Open(source).tensors(), wanted, output);
}

}  // namespace gradcut
