#include "parts/parts.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

namespace gradcut {
namespace {

// Beside the program, or where `cmake --install` puts it.
std::filesystem::path FindPart(const char* file) {
  const std::filesystem::path folder =
      std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const std::filesystem::path beside = folder / "lib/gradcut" / file;
  const std::filesystem::path installed = folder.parent_path() / "lib/gradcut" / file;
  return std::filesystem::exists(beside) ? beside : installed;
}

// No `Error`: nothing that was given to the program is wrong.
[[noreturn]] void FailToLoad(const std::filesystem::path& file) {
  const char* const cause = dlerror();
  throw std::runtime_error(
      fmt::format("a part of the program cannot be loaded; install gradcut anew ({}: {})",
                  file.string(), cause == nullptr ? "unknown cause" : cause));
}

template <class Part>
const Part* LoadPart() {
  const std::filesystem::path file = FindPart(Part::kFile);
  // Its own libraries come first: OpenCV brings the reference BLAS, LibTorch has a much faster one.
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (library == nullptr) FailToLoad(file);
  using Entry = const Part* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, kPartEntry));
  if (entry == nullptr) FailToLoad(file);
  return entry();
}

// Never unloaded: objects made there may live to the end.
const TorchPart& Torch() {
  static const TorchPart* const part = LoadPart<TorchPart>();
  return *part;
}

const CodecsPart& Codecs() {
  static const CodecsPart* const part = LoadPart<CodecsPart>();
  return *part;
}

}  // namespace

void CheckClassifierNames(const ClassifierOptions& options) {
  Torch().check_classifier_names(options);
}

std::shared_ptr<const Classifier> Classifier::Load(const ClassifierOptions& options) {
  return Torch().load(options);
}

std::shared_ptr<const Classifier> Classifier::WithHead(std::shared_ptr<const Classifier> classifier,
                                                       const LinearHead& head) {
  return Torch().with_head(std::move(classifier), head);
}

std::vector<float> Classifier::Logits(const cv::Mat& image) const {
  return (this->*Torch().logits)(image);
}

void UseSingleThreadedKernels() { Torch().use_single_threaded_kernels(); }

std::vector<std::string> ArchitectureNames() { return Torch().architecture_names(); }

ArchitectureInfo DescribeArchitecture(const std::string& name) {
  return Torch().describe_architecture(name);
}

ImportReport ImportWeights(const std::filesystem::path& source, const std::string& architecture,
                           const std::filesystem::path& output) {
  return Torch().import_weights(source, architecture, output);
}

const DeviceReport& ProbeDevices() { return Torch().probe_devices(); }

std::string ResolveDevice(const std::string& wanted) { return Torch().resolve_device(wanted); }

void CheckSaliencyOptions(const SaliencyOptions& options, const Classifier& classifier) {
  Torch().check_saliency_options(options, classifier);
}

int FeatureChannels(const Classifier& classifier) { return Torch().feature_channels(classifier); }

Saliency ComputeSaliency(const Classifier& classifier, const cv::Mat& image,
                         const std::vector<int>& classes, const SaliencyOptions& options) {
  return Torch().compute_saliency(classifier, image, classes, options);
}

AdversarialExample FastGradientSign(const Classifier& classifier, const cv::Mat& image,
                                    const std::vector<int>& classes, int epsilon) {
  return Torch().fast_gradient_sign(classifier, image, classes, epsilon);
}

int LastChannels(const Classifier& classifier) { return Torch().last_channels(classifier); }

Evidence GatherEvidence(const Classifier& classifier, const cv::Mat& image,
                        const std::vector<EvidenceTarget>& targets, int size) {
  return Torch().gather_evidence(classifier, image, targets, size);
}

DecodedImage DecodeWithOpenCv(Bytes bytes, const std::string& name,
                              const ImageReadOptions& options) {
  return Codecs().decode(bytes, name, options);
}

}  // namespace gradcut
