#pragma once

#include "gradcut/dataset/listing.h"
#include "gradcut/run/outputs.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One share of the inputs: those whose position modulo `count` is `index`.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;
};

/// Reads "I/N" (I from 0). Throws `UsageError`.
Shard ParseShard(const std::string& text);

/// One input and the files it leads to.
struct BatchItem {
  std::filesystem::path input;
  std::filesystem::path relative;                   ///< See `Input`.
  std::vector<std::filesystem::path> outputs = {};  ///< One a kind, in their order.
  bool replaced = false;  ///< It is another photo since this run made them.
};

/// The files that each input leads to in the output folder. Throws `UsageError` when two inputs
/// would write the same file, one would write a file where another needs a folder, or an output
/// would overwrite an input.
std::vector<BatchItem> PlanOutputs(std::span<const Input> inputs,
                                   const std::vector<OutputKind>& kinds,
                                   const std::filesystem::path& folder);

/// The items that belong to a shard.
std::vector<BatchItem> ShareOf(std::span<const BatchItem> items, const Shard& shard);

}  // namespace gradcut
