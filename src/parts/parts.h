#pragma once

#include "gradcut/model/classifier.h"
#include "gradcut/model/device.h"
#include "gradcut/model/weights.h"
#include "gradcut/saliency/adversarial.h"
#include "gradcut/saliency/evidence.h"
#include "gradcut/saliency/saliency.h"
#include "io/codec.h"

namespace gradcut {

// The program starts without what it may not need: LibTorch takes 0.2 s to load, OpenCV's codecs
// with the hundred libraries behind them 0.05 s. Each lies in a part of its own, a shared library
// beside the program, which is loaded at its first use. A part exports one function, which returns
// the table of what is in it; the forwarding functions of the same names, in the program, call
// through that table. The module libraries know nothing of this, and other programs link them
// whole.

// Everything that runs LibTorch.
struct TorchPart {
  static constexpr char kFile[] = "gradcut_torch.so";

  decltype(&CheckClassifierNames) check_classifier_names;
  decltype(&Classifier::Load) load;
  decltype(&Classifier::WithHead) with_head;
  decltype(&Classifier::Logits) logits;
  decltype(&UseSingleThreadedKernels) use_single_threaded_kernels;
  decltype(&ArchitectureNames) architecture_names;
  decltype(&DescribeArchitecture) describe_architecture;
  decltype(&ImportWeights) import_weights;
  decltype(&ProbeDevices) probe_devices;
  decltype(&ResolveDevice) resolve_device;
  void (*check_saliency_options)(const SaliencyOptions&, const Classifier&);
  decltype(&FeatureChannels) feature_channels;
  decltype(&ComputeSaliency) compute_saliency;
  decltype(&FastGradientSign) fast_gradient_sign;
  decltype(&LastChannels) last_channels;
  decltype(&GatherEvidence) gather_evidence;
};

// The decoders of rare formats.
struct CodecsPart {
  static constexpr char kFile[] = "gradcut_codecs.so";

  decltype(&DecodeWithOpenCv) decode;
};

// The name of the function that a part exports: `const Part* GradcutPart()`.
inline constexpr char kPartEntry[] = "GradcutPart";

}  // namespace gradcut
