#pragma once

#include "cli/batch.h"
#include "gradcut/io/listing.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One share of the inputs: those whose position modulo `count` is `index`.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;
};

/// Reads "I/N" (I from 0); an empty text is the whole. Throws `UsageError`.
Shard ParseShard(const std::string& text);

/// One input and the files it leads to.
struct BatchItem {
  std::filesystem::path input;
  std::vector<std::filesystem::path>
      outputs;  ///< In the order of `BatchJob::outputs`, in the folder.
};

/// The output folder of a run: its run.json, its manifest, and what may be written into it.
class RunFolder {
 public:
  RunFolder(std::filesystem::path folder, const Shard& shard);

  std::filesystem::path run_file() const { return folder_ / ("run" + suffix_ + ".json"); }
  std::filesystem::path manifest_file() const {
    return folder_ / ("manifest" + suffix_ + ".jsonl");
  }

  /// The files of each input. Throws `UsageError` when two inputs would write the same file, or one
  /// would overwrite an input.
  std::vector<BatchItem> Plan(std::span<const Input> inputs,
                              const std::vector<OutputKind>& kinds) const;

  /// Makes sure that what is in the folder and what a run of this identity (see run.json: `recipe`
  /// and `made_by`) will add belong together. With `kSkip`, another identity or files of unknown
  /// origin are a `UsageError`; with `kError`, any output that is there is one; with `kOverwrite`,
  /// outputs of another identity are removed first, so that a run that is interrupted and goes on
  /// later never mixes the two.
  void Admit(const nlohmann::json& identity, std::span<const BatchItem> items,
             Existing existing) const;

 private:
  std::filesystem::path folder_;
  std::string suffix_;  ///< Tells the files of one shard from another's.
};

}  // namespace gradcut
