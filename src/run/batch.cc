#include "gradcut/run/batch.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/tar_reader.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"
#include "run/folder_run.h"
#include "run/one_image.h"
#include "run/tar_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gradcut {
namespace {

// What else could write a file that ends so: another format of cut-outs.
std::string FormatFor(OutputKind kind, const std::string& extension) {
  if (!IsCutout(kind)) return "";
  for (const auto& [ending, format] :
       {std::pair(".png", "png"), {".webp", "webp"}, {".jpg", "jpeg"}})
    if (extension == ending) return fmt::format(", or give --format {}", format);
  return "";
}

// For `names_file`.
void CheckOneFile(const BatchOptions& options, const std::vector<OutputKind>& kinds) {
  const std::string name = Printable(options.output);
  if (kinds.size() > 1)
    throw UsageError(fmt::format(
        "-o {}: a file holds one result; name one kind with --save, or a folder", name));
  const std::string extension = OutputExtension(kinds.front());
  if (const std::string given = LowerExtension(options.output); given != extension)
    throw UsageError(
        fmt::format("-o {}: {} is written as {}; name a file that ends so, or a folder{}", name,
                    OutputName(kinds.front()), extension, FormatFor(kinds.front(), given)));
  if (options.watch || options.shard)
    throw UsageError(fmt::format("-o {}: --watch and --shard need a folder", name));
  CheckOutputFile(options.output, {options.inputs.front()});
  std::error_code ignored;
  if (options.existing != Existing::kOverwrite && std::filesystem::exists(options.output, ignored))
    throw UsageError(fmt::format("-o {}: exists; give --existing overwrite to replace it", name));
}

}  // namespace

bool BatchOptions::streams() const {
  return std::find(inputs.begin(), inputs.end(), "-") != inputs.end();
}

bool BatchOptions::names_tar() const {
  std::error_code ignored;
  return IsTarName(output) && !std::filesystem::is_directory(output, ignored);
}

bool BatchOptions::names_file() const {
  std::error_code ignored;
  if (inputs.size() != 1 || inputs.front() == "-" || inputs.front().starts_with('@') ||
      std::filesystem::is_directory(inputs.front(), ignored))
    return false;
  return EndsLikeOutput(output) && !std::filesystem::is_directory(output, ignored);
}

void CheckBatch(const BatchOptions& options, const std::vector<OutputKind>& kinds) {
  if (options.watch && (options.streams() || options.shard || options.existing != Existing::kSkip))
    throw UsageError("--watch: goes without standard input, --shard and --existing");
  for (const std::string& input : options.inputs)
    if (std::error_code ignored; options.watch && !std::filesystem::is_directory(input, ignored))
      throw UsageError(fmt::format("--watch: {} is not a folder", Printable(input)));
  if (options.names_tar()) {
    if (options.watch) throw UsageError("--watch: needs a folder, not a tar archive");
    if (options.streams() && options.inputs.size() > 1)
      throw UsageError("-: goes alone, without other inputs");
    return CheckOutputFile(options.output, {options.inputs.begin(), options.inputs.end()});
  }
  if (!options.streams()) {
    const bool too_late =
        std::find(options.inputs.begin(), options.inputs.end(), "-o") != options.inputs.end();
    if (options.output.empty())
      throw UsageError(too_late
                           ? "-o DIR is required; what is behind -- are inputs, so write it before"
                           : "-o DIR is required: the folder for the results");
    if (options.names_file())
      CheckOneFile(options, kinds);
    else
      CheckOutputFolder(options.output);
    return;
  }
  if (options.inputs.size() > 1) throw UsageError("-: goes alone, without other inputs");
  if (!options.output.empty()) throw UsageError("-: the result goes to stdout; leave -o out");
  if (options.shard) throw UsageError("-: --shard needs a folder");
  if (kinds.size() > 1) throw UsageError("-: one result fits on stdout; name one kind with --save");
}

BatchSummary RunBatch(const BatchOptions& options, const BatchJob& job, const RunControl& control) {
  CheckBatch(options, job.outputs);
  if (options.names_tar()) {
    if (!job.side_files.empty())
      throw UsageError(fmt::format("-o {}: {} needs a folder", Printable(options.output),
                                   Printable(job.side_files.front())));
    if (options.streams() && (job.companion || job.digest))
      throw UsageError("-: an archive on standard input goes without what belongs to its photos");
    return RunIntoTar(options, job, control);
  }
  return options.streams() || options.names_file() ? RunOnOneImage(options, job, control)
                                                   : RunInFolder(options, job, control);
}

}  // namespace gradcut
