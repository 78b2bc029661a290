#include "parts/parts.h"

extern "C" __attribute__((visibility("default"))) const gradcut::TorchPart* GradcutPart() {
  using namespace gradcut;
  static constexpr TorchPart kPart = {
      .check_classifier_names = &CheckClassifierNames,
      .load = &Classifier::Load,
      .with_head = &Classifier::WithHead,
      .logits = &Classifier::Logits,
      .use_single_threaded_kernels = &UseSingleThreadedKernels,
      .architecture_names = &ArchitectureNames,
      .describe_architecture = &DescribeArchitecture,
      .import_weights = &ImportWeights,
      .probe_devices = &ProbeDevices,
      .resolve_device = &ResolveDevice,
      .check_saliency_options = &CheckSaliencyOptions,
      .feature_channels = &FeatureChannels,
      .compute_saliency = &ComputeSaliency,
      .fast_gradient_sign = &FastGradientSign,
      .last_channels = &LastChannels,
      .gather_evidence = &GatherEvidence,
  };
  return &kPart;
}
