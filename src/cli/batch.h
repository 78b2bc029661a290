#pragma once

#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/outputs.h"
#include "gradcut/io/image_io.h"
#include "gradcut/io/listing.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// What a batch command does about outputs that are there already.
enum class Existing { kSkip, kOverwrite, kError };

/// The flags that all batch commands share.
struct BatchFlags {
  std::vector<std::string> inputs;
  std::vector<Input> files;  ///< What `inputs` stand for, where the command knows that itself.
  std::string output;
  std::vector<std::string> save;
  int jobs = 0;  ///< Images at a time; 0: one a core.
  std::string shard;
  Existing existing = Existing::kSkip;
  bool durable = false;
  bool watch = false;  ///< Goes on with what arrives in the input folders.
  bool quiet = false;
  LogLevel log_level = LogLevel::kInfo;
  ImageReadOptions read;

  /// Whether the image comes from standard input ("-").
  bool streams() const;
  /// Whether what is made of the one image goes to a file that `output` names.
  bool names_file() const;
  LogLevel effective_log_level() const { return quiet ? LogLevel::kWarning : log_level; }
};

/// Adds the flags of every command that works on images: --jobs, --quiet, --log-level, and those
/// for reading images.
void AddWorkFlags(CLI::App& command, BatchFlags& flags);

/// Adds those, --output and --existing: the flags of every command that fills a folder.
void AddRunFlags(CLI::App& command, BatchFlags& flags);

/// Adds `--save`; `flags.save` holds its default.
void AddSaveFlag(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds);

/// Adds `--save`, `--shard`, `--durable` and those of `AddRunFlags`.
void AddOutputFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds);

/// Adds all of these and the inputs.
void AddBatchFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds);

/// Throws `UsageError` for flags that contradict each other. Quick: to be called before anything is
/// loaded.
void CheckBatchFlags(const BatchFlags& flags, const std::vector<OutputKind>& kinds);

/// What was made of one image.
struct Product {
  std::vector<OutputFile> files;
  nlohmann::json entry;  ///< Fields for the manifest: classes, area, confidence, ...
  std::vector<std::pair<std::string, double>> milliseconds;  ///< By stage.
};

/// A batch command: what it makes, and how to say so in run.json.
struct BatchJob {
  std::vector<OutputKind> outputs;  ///< The first one is `output` in the manifest.
  nlohmann::json recipe;            ///< What the user decided; see `RecipeToJson`.
  nlohmann::json made_by;           ///< What else decides the outputs: version, weights, device.
  /// What is called once before the first image, unless all outputs are there already; may be
  /// empty.
  std::function<void()> prepare = {};
  /// The other file that decides the outputs of an input, or an empty path; may be empty.
  std::function<std::filesystem::path(const std::filesystem::path& input)> companion = {};
  /// Further files that are written into the folder in the end, relative to it.
  std::vector<std::filesystem::path> side_files = {};
  /// Makes the outputs of one photo (RGB, or RGBA where the file has alpha); `input` is where it
  /// was read, "-" for standard input.
  std::function<Product(const cv::Mat& photo, const std::filesystem::path& input)> process;
};

/// What the job makes of one photo. `file` is where the photo comes from: its cut-out and overlay
/// keep the colour profile.
Product ProcessImage(const BatchJob& job, const cv::Mat& photo, std::span<const std::uint8_t> file,
                     const std::filesystem::path& input);

/// Runs the job over the inputs as the contract in README.md says: lists, checks, decodes,
/// processes `jobs` images at a time, writes files, manifest and run.json.
ExitStatus RunBatch(const BatchFlags& flags, const BatchJob& job);

/// The same for files and folders alone, not for standard input.
ExitStatus RunOnFiles(const BatchFlags& flags, const BatchJob& job);

}  // namespace gradcut
