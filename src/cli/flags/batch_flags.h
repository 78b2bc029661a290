#pragma once

#include "cli/console.h"
#include "gradcut/run/batch.h"
#include "gradcut/run/outputs.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// The flags that all commands share that work on images.
struct BatchFlags {
  BatchOptions batch;
  std::vector<std::string> save;  ///< As `--save` has it.
  int jobs = 0;                   ///< Images at a time; 0: one a core.
  bool quiet = false;
  LogLevel log_level = LogLevel::kInfo;

  LogLevel effective_log_level() const { return quiet ? LogLevel::kWarning : log_level; }
};

/// Adds the flags of every command that works on images: --jobs, --quiet, --log-level, and those
/// for reading images.
void AddWorkFlags(CLI::App& command, BatchFlags& flags);

/// Adds those, --output and --existing: the flags of every command that fills a folder.
void AddRunFlags(CLI::App& command, BatchFlags& flags);

/// Adds `--save`; `flags.save` holds its default.
void AddSaveFlag(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds);

/// Adds `--shard`.
void AddShardFlag(CLI::App& command, std::optional<Shard>& shard, const std::string& help);

/// Adds `--shard`, `--durable` and those of `AddRunFlags`.
void AddFolderFlags(CLI::App& command, BatchFlags& flags);

/// Adds `--save` and those.
void AddOutputFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds);

/// Adds all of these and the inputs.
void AddBatchFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds);

}  // namespace gradcut
