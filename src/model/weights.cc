#include "gradcut/model/weights.h"

#include "gradcut/core/error.h"
#include "gradcut/model/classifier.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "gradcut/tensor/torch_file.h"
#include "model/architecture.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

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

// What stands in front of the names of parameters where a module holds the network: "module." of
// DataParallel, "model." of Lightning, "_orig_mod." of torch.compile, or several of them. The one
// under which most of the network's parameters are; "" if there is none.
std::string PrefixOf(const std::string& file, const StoredTensors& tensors,
                     const Architecture& architecture, const ParameterShapes& shapes) {
  std::map<std::string, std::size_t> found;  // How many parameters are under each.
  for (const auto& [name, tensor] : tensors) {
    std::size_t start = 0;
    do {
      if (shapes.contains(OwnName(name.substr(start), architecture)))
        ++found[name.substr(0, start)];
      start = name.find('.', start) + 1;
    } while (start != 0);
  }
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto best = std::max_element(found.begin(), found.end(), fewer);
  if (best == found.end() || 2 * best->second <= shapes.size() || best->first.empty()) return "";
  const auto other = std::max_element(std::next(best), found.end(), fewer);
  Require(other == found.end() || other->second < best->second,
          "{}: holds several networks, under '{}' and '{}': save the one to use by itself", file,
          best->first, other == found.end() ? "" : other->first);
  return best->first;
}

// The parameters under our names, what stood in front of these, and the names of the tensors that
// are elsewhere. timm has convolutions of the whole field where others have linear layers: the same
// numbers in the same order.
struct Renamed {
  StoredTensors tensors;
  std::set<std::string> prefixes;
  std::vector<std::string> left_out;
};

// A part of the network may stand under another prefix, as the head of mmpretrain's networks does:
// parameters that are missing and are in one other place are taken from there.
Renamed WithPartsElsewhere(const StoredTensors& tensors, const ParameterShapes& shapes,
                           Renamed renamed) {
  for (const auto& [own, shape] : shapes) {
    if (renamed.tensors.contains(own)) continue;
    const auto ends = [end = "." + own](const std::string& name) { return name.ends_with(end); };
    const auto found = std::find_if(renamed.left_out.begin(), renamed.left_out.end(), ends);
    if (found == renamed.left_out.end() ||
        std::any_of(std::next(found), renamed.left_out.end(), ends))
      continue;
    renamed.tensors.emplace(own, tensors.at(*found));
    renamed.prefixes.insert(found->substr(0, found->size() - own.size()));
    renamed.left_out.erase(found);
  }
  return renamed;
}

Renamed UnderOwnNames(const std::string& file, const StoredTensors& tensors,
                      const std::string& prefix, const Architecture& architecture,
                      const ParameterShapes& shapes) {
  Renamed renamed;
  for (const auto& [name, tensor] : tensors) {
    if (!name.starts_with(prefix)) {
      renamed.left_out.push_back(name);
      continue;
    }
    const std::string plain = name.substr(prefix.size());
    const std::string own = OwnName(plain, architecture);
    const auto [entry, is_new] = renamed.tensors.emplace(own, tensor);
    Require(is_new, "{}: {} is there twice, also under timm's name", file, own);
    const auto expected = shapes.find(own);
    if (own != plain && expected != shapes.end() &&
        Elements(expected->second) == Elements(tensor.shape))
      entry->second.shape = expected->second;
  }
  if (!prefix.empty()) renamed.prefixes.insert(prefix);
  return WithPartsElsewhere(tensors, shapes, std::move(renamed));
}

void CheckFit(const Architecture& architecture, const std::string& file,
              const StoredTensors& tensors) {
  try {
    BuildNetwork(architecture, file, tensors, at::TensorOptions(at::kFloat));
  } catch (const Error& error) {
    Fail(
        "{}; expected model.state_dict() of the whole network that --arch names, with "
        "torchvision's or timm's names; one for other classes than ImageNet's can come as "
        "TorchScript (--model FILE.pt)",
        error.what());
  }
}

ImportReport Import(const std::string& file, const StoredTensors& tensors,
                    const Architecture& architecture, const std::filesystem::path& output) {
  const ParameterShapes shapes = OutlineOf(architecture).shapes;
  const std::string prefix = PrefixOf(file, tensors, architecture, shapes);
  Renamed renamed = UnderOwnNames(file, tensors, prefix, architecture, shapes);
  CheckFit(architecture, file, renamed.tensors);
  CheckNumbers(file, renamed.tensors);
  // What the network does not take: counters of batch norms.
  std::erase_if(renamed.tensors,
                [&](const auto& tensor) { return !shapes.contains(tensor.first); });
  ImportReport report = {.tensors = static_cast<int>(renamed.tensors.size()),
                         .prefixes = {renamed.prefixes.begin(), renamed.prefixes.end()},
                         .left_out = std::move(renamed.left_out)};
  for (const auto& [name, tensor] : renamed.tensors) report.bytes += tensor.bytes.size();
  WriteSafetensors(output, renamed.tensors, {{"arch", architecture.name}});
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
  const TorchFile file = TorchFile::Open(source);
  ImportReport report = Import(Printable(source), file.tensors(), wanted, output);
  report.entry = file.entry();
  return report;
}

}  // namespace gradcut
