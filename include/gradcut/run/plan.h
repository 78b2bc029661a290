#pragma once

#include "gradcut/dataset/listing.h"
#include "gradcut/run/outputs.h"

#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// One input and the files it leads to.
struct BatchItem {
  Input input;
  std::vector<std::filesystem::path> outputs = {};  ///< One a kind, in their order.
  bool replaced = false;  ///< It is another photo since this run made them.
};

/// The files that each input leads to in the output folder. Throws `UsageError` when two inputs
/// would write the same file, one would write a file where another needs a folder, or an output
/// would overwrite an input.
std::vector<BatchItem> PlanOutputs(std::vector<Input> inputs, const std::vector<OutputKind>& kinds,
                                   const std::filesystem::path& folder);

}  // namespace gradcut
