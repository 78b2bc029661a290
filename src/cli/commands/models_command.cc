#include "cli/commands/models_command.h"

#include "gradcut/core/error.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/device.h"
#include "gradcut/model/model_folders.h"
#include "gradcut/model/weights.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"

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

bool IsNetwork(const std::string& name) {
  const std::vector<std::string> known = ArchitectureNames();
  return std::find(known.begin(), known.end(), name) != known.end();
}

void CheckName(const std::string& name) {
  if (!IsNetwork(name))
    throw UsageError(fmt::format("--arch: unknown network '{}': expected {}", Printable(name),
                                 fmt::join(ArchitectureNames(), ", ")));
}

void PrintInfo(const ArchitectureInfo& info, const std::string& weights) {
  fmt::print("{}: {}\n", info.name, info.family);
  fmt::print("weights: {}\n", weights);
  if (info.parameters > 0) fmt::print("parameters: {}\n", info.parameters);
  fmt::print("classes: {}\n", info.class_count);
  fmt::print("input: RGB, {}x{}, minus {}, divided by {}\n", info.input_size, info.input_size,
             info.mean, info.std);
  fmt::print("layers, with channels and input pixels a cell:{}\n",
             info.layers.empty() ? " none" : "");
  for (const NetworkLayer& layer : info.layers)
    fmt::print("  {:<12} {:>5} {:>3}\n", layer.name, layer.channels, layer.stride);
}

ExitStatus Info(const std::string& model) {
  if (IsNetwork(model)) {
    const auto file = FindWeights(model);
    PrintInfo(DescribeArchitecture(model),
              file ? file->string() : "none; `gradcut models import` makes them");
    return kExitDone;
  }
  Recipe recipe;
  recipe.classifier = {.model = model, .device = "cpu"};
  AsUsage("MODEL", [&] { CheckClassifierNames(recipe.classifier); });
  PrintInfo(DescribeClassifier(*LoadClassifier(recipe)), model);
  return kExitDone;
}

// What there is to ask for, without loading weights for ImageNet's.
ClassNames NamesFor(const ModelsFlags& flags) {
  if (flags.head != "none") {
    std::vector<std::vector<std::string>> names;
    for (const std::string& name : ReadHead(flags.head).classes) names.push_back({name});
    return ClassNames(std::move(names));
  }
  if (IsNetwork(flags.model)) return ImageNetClassNames();
  Recipe recipe;
  recipe.classifier = {.model = flags.model, .device = "cpu"};
  return LoadClassifier(recipe)->class_names();
}

// The groups and classes that hold the pattern anywhere in a name or id; without any, and for
// indices, what it means for `--class`.
ExitStatus Classes(const ModelsFlags& flags) {
  const ClassNames names = NamesFor(flags);
  Recipe recipe;
  recipe.class_map = flags.class_map;
  const ClassGroups groups = GroupsFor(recipe, names);
  const std::string wanted = FoldedName(flags.pattern);
  const auto holds = [&wanted](const std::string& name) {
    return FoldedName(name).find(wanted) != std::string::npos;
  };
  std::string lines;
  std::vector<int> shown;
  const bool is_index = !wanted.empty() && wanted.find_first_not_of("0123456789-, ") == wanted.npos;
  for (const auto& [name, indices] : groups)
    if (!is_index && holds(name))
      lines += fmt::format("group  {}: {}\n", Printable(name), GroupText(indices));
  for (int i = 0; i < names.size() && !is_index; ++i)
    if (holds(names.Id(i)) || holds(fmt::format("{}", fmt::join(names.Synonyms(i), ", "))))
      shown.push_back(i);
  if (lines.empty() && shown.empty())
    shown = AsUsage("", [&] { return ClassesMeant(flags.pattern, groups, names); });
  for (const int i : shown)
    lines += fmt::format("{:>5}  {}{}{}\n", i, names.Id(i), names.Id(i).empty() ? "" : "  ",
                         Printable(fmt::format("{}", fmt::join(names.Synonyms(i), ", "))));
  fmt::print("{}", lines);
  return kExitDone;
}

ExitStatus Import(const ModelsFlags& flags) {
  CheckName(flags.architecture);
  CheckOutputOfKind(flags.output, ".safetensors", {flags.source});
  const ImportReport report = ImportWeights(flags.source, flags.architecture, flags.output);
  // What has neither an ending nor a slash would be the name of a network.
  const bool is_name =
      flags.output.find('/') == std::string::npos && !flags.output.ends_with(".safetensors");
  fmt::print("{}: {}, {} tensors, {} bytes; use it with --model {}{}\n", flags.output,
             flags.architecture, report.tensors, report.bytes, is_name ? "./" : "", flags.output);
  std::vector<std::string> said;
  if (!report.entry.empty()) said.push_back(fmt::format("taken from the entry '{}'", report.entry));
  if (!report.prefixes.empty())
    said.push_back(
        fmt::format("'{}' in front of the names is left out", fmt::join(report.prefixes, "', '")));
  if (!report.left_out.empty())
    said.push_back(fmt::format("left out: {} of other things, such as '{}'", report.left_out.size(),
                               report.left_out.front()));
  if (!said.empty()) fmt::print("{}\n", Printable(fmt::format("{}", fmt::join(said, "; "))));
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
  for (const std::string& model : models)
    AsUsage("MODEL", [&] { CheckClassifierNames({.model = model, .device = "cpu"}); });
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

}  // namespace

ExitStatus RunModelsCommand(const ModelsFlags& flags) {
  switch (flags.action) {
    case ModelsAction::kList:
      return List();
    case ModelsAction::kInfo:
      return Info(flags.names.front());
    case ModelsAction::kClasses:
      return Classes(flags);
    case ModelsAction::kImport:
      return Import(flags);
    case ModelsAction::kCheck:
      return Check(flags.names);
  }
  throw std::logic_error("not an action of gradcut models");
}

}  // namespace gradcut
