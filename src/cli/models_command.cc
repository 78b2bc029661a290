#include "cli/commands.h"
#include "cli/examples.h"
#include "gradcut/core/error.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/device.h"
#include "gradcut/model/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <opencv2/core/mat.hpp>
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

struct ImportFlags {
  std::string source;
  std::string architecture;
  std::string output;
};

ExitStatus Import(const ImportFlags& flags) {
  CheckName(flags.architecture);
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

void AddImport(CLI::App& models, ExitStatus& status) {
  const auto flags = std::make_shared<ImportFlags>();
  CLI::App& command = *models.add_subcommand(
      "import",
      "make a weights file of torchvision's .pth or timm's .safetensors; nothing in it is run");
  command.add_option("FILE", flags->source, "what torch.save or timm wrote")->required();
  command.add_option("--arch", flags->architecture, "the network (`gradcut models list`)")
      ->option_text("NAME")
      ->required();
  command.add_option("-o,--output", flags->output, "the .safetensors file to write, for --model")
      ->option_text("FILE")
      ->required();
  command.callback([flags, &status] { status = Import(*flags); });
}

}  // namespace

void AddModelsCommand(CLI::App& app, ExitStatus& status) {
  CLI::App& models = *app.add_subcommand("models", "list, describe, import and check classifiers");
  models.require_subcommand(1);
  models.add_subcommand("list", "every network, and where its weights are")->callback([&status] {
    status = List();
  });

  const auto name = std::make_shared<std::string>();
  CLI::App& info = *models.add_subcommand("info", "one network: input and layers");
  info.add_option("NAME", *name, "the network (`gradcut models list`)")->required();
  info.callback([name, &status] { status = Info(*name); });

  AddImport(models, status);

  const auto checked = std::make_shared<std::vector<std::string>>();
  CLI::App& check = *models.add_subcommand("check", "whether weights load and give finite scores");
  check.add_option("MODEL", *checked, "names out of `gradcut models list`, or files")
      ->option_text("...")
      ->required();
  check.callback([checked, &status] { status = Check(*checked); });
  // Last: subcommands would inherit them.
  AddExamples(models, {"gradcut models list", "gradcut models info vgg19",
                       "gradcut models import vgg19-dcbb9e9d.pth --arch vgg19 -o vgg19.safetensors",
                       "gradcut models check efficientnet-lite0"});
}

}  // namespace gradcut
