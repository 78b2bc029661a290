#pragma once

#include "cli/flags/batch_flags.h"
#include "cli/torch_body.h"
#include "gradcut/dataset/image_labels.h"
#include "gradcut/learn/linear_head.h"
#include "gradcut/model/classifier.h"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace gradcut {

/// What the user wrote.
struct FitFlags {
  ImageLabelSource labels;
  std::filesystem::path extra, extra_images, output;
  ClassifierOptions classifier;
  HeadOptions head;
  int size = 320;
  BatchFlags run;
};

/// Learns a linear head.
extern TorchBody<FitFlags> fit_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddFitCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
