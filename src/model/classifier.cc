#include "gradcut/model/classifier.h"

#include "gradcut/core/error.h"
#include "gradcut/model/device.h"
#include "gradcut/model/model_folders.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/tensor/safetensors.h"
#include "model/architecture.h"
#include "model/headed_network.h"
#include "model/parameters.h"
#include "model/tensor_image.h"
#include "model/torchscript_network.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <opencv2/core/mat.hpp>
#include <string_view>

namespace gradcut {
namespace {

constexpr char kWeightsSuffix[] = ".safetensors";
constexpr char kProgramSuffix[] = ".pt";

bool IsWeightsPath(const std::string& model) {
  return model.ends_with(kWeightsSuffix) || model.ends_with(kProgramSuffix) ||
         model.find('/') != std::string::npos;
}

std::filesystem::path WeightsPath(const ClassifierOptions& options) {
  const std::string& model = options.model;
  if (IsWeightsPath(model)) {
    Require(std::filesystem::exists(model), "{}: no such weights file", model);
    return model;
  }
  const auto folders = FoldersOf(options);
  if (const auto found = FindWeights(model, folders)) return *found;
  std::vector<std::string> looked;
  for (const std::filesystem::path& folder : folders) looked.push_back(folder.string());
  Fail(
      "the weights {}{} are not there (looked in {}); `bash data/import_models.sh PROGRAM` "
      "brings those of EfficientNet-Lite 0 to 2, `gradcut models import` makes others, and "
      "GRADCUT_MODELS may name their folder",
      model, kWeightsSuffix, fmt::join(looked, ", "));
}

const Architecture& ArchitectureOf(const SafetensorsFile& file) {
  const auto name = file.metadata().find("arch");
  Require(name != file.metadata().end(),
          "{}: the file does not say which network it is for (no 'arch' in its metadata); `gradcut "
          "models import` writes it",
          file.path().string());
  const Architecture* const architecture = FindArchitecture(name->second);
  Require(architecture != nullptr, "{}: is for the unknown network '{}'", file.path().string(),
          name->second);
  return *architecture;
}

// What torch.save writes: a zip archive, or a pickle of protocol 2 or more.
bool LooksLikeTorch(const std::filesystem::path& file) {
  std::array<char, 9> start = {};
  std::ifstream(file, std::ios::binary).read(start.data(), start.size());
  const std::string_view text(start.data(), start.size());
  return text.starts_with("PK\x03\x04") || (text.front() == '\x80' && text.back() != '{');
}

std::shared_ptr<const Classifier> LoadWeights(const std::filesystem::path& path,
                                              const std::string& device) {
  Require(
      !LooksLikeTorch(path),
      "{}: is a file of torch.save, expected safetensors: `gradcut models import` makes them of "
      "it",
      path.string());
  const SafetensorsFile file = SafetensorsFile::Open(path);
  const Architecture& architecture = ArchitectureOf(file);
  std::unique_ptr<Network> network =
      BuildNetwork(architecture, path.string(), file.tensors(),
                   at::TensorOptions(at::Device(device)).dtype(at::kFloat));
  CheckNumbers(path.string(), file.tensors());
  const ClassifierInfo info = {.architecture = architecture.name,
                               .file = path,
                               .sha256 = Sha256(file.bytes()),
                               .device = device,
                               .input_size = network->native_size()};
  return std::make_shared<const Classifier>(std::move(network), ImageNetClassNames(), info);
}

// The names of a program's classes: given, or ImageNet's.
ClassNames NamesOf(const TorchScriptSettings& settings, int class_count,
                   const std::filesystem::path& file) {
  if (settings.classes.empty() && class_count == ImageNetClassNames().size())
    return ImageNetClassNames();
  if (settings.classes.empty()) return NumberedClassNames(class_count);
  Require(static_cast<int>(settings.classes.size()) == class_count,
          "{}: {} classes are named, the program has {}", file.string(), settings.classes.size(),
          class_count);
  std::vector<std::vector<std::string>> names;
  for (const std::string& name : settings.classes) names.push_back({name});
  return ClassNames(names);
}

std::shared_ptr<const Classifier> LoadProgram(const std::filesystem::path& path,
                                              const std::string& device) {
  const std::filesystem::path beside = std::filesystem::path(path).replace_extension(".toml");
  const TorchScriptSettings settings = ReadTorchScriptSettings(beside);
  std::unique_ptr<Network> network = LoadTorchScript(path, settings, at::Device(device));
  ClassNames names = NamesOf(settings, network->class_count(), beside);
  // The settings decide the results as much as the program does.
  std::vector<std::uint8_t> bytes = ReadFile(path);
  const std::vector<std::uint8_t> text = ReadFile(beside);
  bytes.insert(bytes.end(), text.begin(), text.end());
  const ClassifierInfo info = {.architecture = "torchscript",
                               .file = path,
                               .sha256 = Sha256(std::as_bytes(std::span(bytes))),
                               .device = device,
                               .input_size = network->native_size()};
  return std::make_shared<const Classifier>(std::move(network), std::move(names), info);
}

}  // namespace

std::vector<std::filesystem::path> FoldersOf(const ClassifierOptions& options) {
  return options.folders.empty() ? ModelFolders() : options.folders;
}

void CheckClassifierNames(const ClassifierOptions& options) {
  CheckDeviceName(options.device);
  const std::vector<std::string> known = ArchitectureNames();
  Require(IsWeightsPath(options.model) ||
              std::find(known.begin(), known.end(), options.model) != known.end(),
          "unknown model '{}': expected {} or the path of a {} or {} file{}", options.model,
          fmt::join(known, ", "), kWeightsSuffix, kProgramSuffix,
          options.model.ends_with(".pth") ? "; `gradcut models import` makes one of a .pth" : "");
}

std::shared_ptr<const Classifier> Classifier::Load(const ClassifierOptions& options) {
  CheckClassifierNames(options);
  // Before any other use of LibTorch: see ProbeDevices.
  const std::string device = ResolveDevice(options.device);
  UseOneThread();
  const std::filesystem::path file = WeightsPath(options);
  return file.extension() == kProgramSuffix ? LoadProgram(file, device) : LoadWeights(file, device);
}

std::shared_ptr<const Classifier> Classifier::WithHead(
    const std::shared_ptr<const Classifier>& classifier, const LinearHead& head) {
  const Network& network = classifier->network();
  ClassifierInfo info = classifier->info();
  Require(head.architecture == info.architecture,
          "the head was learned with '{}', not '{}': make one with gradcut fit",
          Printable(head.architecture), Printable(info.architecture));
  const int channels = network.layers().empty() ? 0 : network.layers().back().channels;
  Require(head.weights.cols == channels,
          "the head has {} inputs, expected {} for this '{}': make one with gradcut fit",
          head.weights.cols, channels, Printable(info.architecture));
  std::string identity = info.sha256;
  std::vector<std::vector<std::string>> names;
  for (const std::string& name : head.classes) {
    names.push_back({name});
    identity += '\n' + name;
  }
  for (const cv::Mat& numbers : {head.weights, head.bias})
    identity.append(numbers.ptr<char>(), numbers.total() * numbers.elemSize());
  info.sha256 = Sha256(std::as_bytes(std::span(identity)));
  const std::shared_ptr<const Network> base(classifier, &network);
  return std::make_shared<Classifier>(PutHeadOn(base, head), ClassNames(names), info);
}

Classifier::Classifier(std::unique_ptr<Network> network, ClassNames names, ClassifierInfo info)
    : network_(std::move(network)), names_(std::move(names)), info_(std::move(info)) {
  if (names_.size() != network_->class_count())
    throw std::invalid_argument(
        fmt::format("Classifier: {} names for {} classes", names_.size(), network_->class_count()));
}

Classifier::~Classifier() = default;

std::vector<float> Classifier::Logits(const cv::Mat& image) const {
  const at::NoGradGuard no_grad;
  const int side = network_->native_size();
  std::map<std::string, at::Tensor> keep;
  const at::Tensor logits =
      network_
          ->Forward(
              ImageToTensor(image, {side, side}, network_->normalisation()).to(network_->device()),
              keep, {})
          .to(at::kCPU)
          .contiguous();
  const float* const values = logits.data_ptr<float>();
  return {values, values + logits.numel()};
}

std::vector<std::string> ArchitectureNames() {
  std::vector<std::string> names;
  for (const Architecture& architecture : Architectures()) names.push_back(architecture.name);
  return names;
}

}  // namespace gradcut
