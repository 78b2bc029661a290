#include "cli/models_flags.h"
#include "cli/output_paths.h"
#include "gradcut/core/error.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/device.h"
#include "gradcut/model/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <opencv2/core/mat.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradcut {
namespace {

ExitStatus List() {
  fmt::print("{:<20} {:>5} {:>10}  {:<40} weights\n", "name", "input", "parameters", "family");
  for (const std::string& name : ArchitectureNames()) {
    const ArchitectureInfo info = DescribeArchitecture(name);
    const auto file = FindWeights(name);
    fmt::print("{:<20} {:>5} {:>10}  {:<40} {}\n", name, info.input_size, info.parameters,
               info.family, file ? file->string() : "-");
  }
  return kExitDone;
}

void CheckName(const std::string& name) {
  const std::vector<std::string> known = ArchitectureNames();
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw UsageError(
        fmt::format("unknown network '{}': expected {}", name, fmt::join(known, ", ")));
}

ExitStatus Info(const std::string& name) {
  CheckName(name);
  const ArchitectureInfo info = DescribeArchitecture(name);
  const auto file = FindWeights(name);
  fmt::print("{}: {}\n", name, info.family);
  fmt::print("weights: {}\n", file ? file->string() : "none; `gradcut models import` makes them");
  fmt::print("parameters: {}\n", info.parameters);
  fmt::print("classes: {}\n", info.class_count);
  fmt::print("input: RGB, {}x{}, minus {}, divided by {}\n", info.input_size, info.input_size,
             info.mean, info.std);
  fmt::print("layers, with channels and input pixels a cell:\n");
  for (const NetworkLayer& layer : info.layers)
    fmt::print("  {:<12} {:>5} {:>3}\n", layer.name, layer.channels, layer.stride);
  return kExitDone;
}

ExitStatus Import(const ModelsFlags& flags) {
  CheckName(flags.architecture);
  CheckOutputFile(flags.output, {flags.source});
  const ImportReport report = ImportWeights(flags.source, flags.architecture, flags.output);
  fmt::print("{}: {}, {} tensors, {} bytes; use it with --model {}\n", flags.output,
             flags.architecture, report.tensors, report.bytes, flags.output);
  return kExitDone;
}

// Weights may fit the network and be nonsense: a grey picture must get finite scores.
void CheckScores(const Classifier& classifier, const std::string& model) {
  constexpr int kSide = 64;
  const cv::Mat grey(kSide, kSide, CV_8UC3, cv::Scalar::all(128));
  for (const float logit : classifier.Logits(grey))
    Require(std::isfinite(logit), "{}: its scores are not finite; the weights are damaged", model);
}

ExitStatus Check(const std::vector<std::string>& models) {
  ExitStatus status = kExitDone;
  for (const std::string& model : models) {
    try {
      const auto classifier = Classifier::Load({.model = model, .device = "cpu"});
      CheckScores(*classifier, model);
      const ClassifierInfo& info = classifier->info();
      fmt::print("ok      {}: {}, {} classes, sha256 {}\n", info.file.string(), info.architecture,
                 classifier->class_names().size(), info.sha256);
    } catch (const Error& error) {
      fmt::print("failed  {}\n", error.what());
      status = kExitFailed;
    }
  }
  return status;
}

ExitStatus Run(const ModelsFlags& flags) {
  switch (flags.action) {
    case ModelsAction::kList:
      return List();
    case ModelsAction::kInfo:
      return Info(flags.names.front());
    case ModelsAction::kImport:
      return Import(flags);
    case ModelsAction::kCheck:
      return Check(flags.names);
  }
  throw std::logic_error("not an action of gradcut models");
}

[[maybe_unused]] const bool kDefined = models_body.Define(Run);

}  // namespace
}  // namespace gradcut
