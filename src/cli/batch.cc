#include "cli/batch.h"

#include "cli/option_flag.h"
#include "cli/output_paths.h"
#include "cli/plan.h"
#include "cli/run_record.h"
#include "cli/run_totals.h"
#include "gradcut/io/file.h"
#include "gradcut/io/icc.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace gradcut {
namespace {

void AddReadFlags(CLI::App& command, ImageReadOptions& options) {
  OptionList list;
  Describe(options, list);
  for (const Option& option : list.options()) {
    const auto assign = [option](const std::string& text) {
      try {
        option.set(text);
      } catch (const Error& error) {
        throw UsageError(BlameFlag(option.key, error.what()));
      }
    };
    AddOptionFlag(command, option, assign);
  }
}

// One image, the first output of it and nothing else: from stdin to stdout, or to a file.
ExitStatus RunOnOne(const BatchFlags& flags, const BatchJob& job) {
  Console console(flags.effective_log_level());
  const std::string& input = flags.inputs.front();
  const std::string name = flags.streams() ? "standard input" : Printable(input);
  const std::vector<std::uint8_t> file = flags.streams() ? ReadStdin() : ReadFile(input);
  const Product product = ProcessImage(job, DecodeWithAlpha(file, name, flags.read), file, input);
  console.Info(fmt::format("{}, with {}", name, EngineOf(job.made_by)));
  if (const std::string note = NoteOf(product.entry); !note.empty())
    console.Warning(fmt::format("{}: {}", name, note));
  if (flags.streams())
    WriteStdout(product.files.front().bytes);
  else
    WriteFileAtomically(flags.output, product.files.front().bytes,
                        flags.durable ? Durability::kDurable : Durability::kFast);
  return kExitDone;
}

// For `names_file`.
void CheckOneFile(const BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  const std::string name = Printable(flags.output);
  if (kinds.size() > 1)
    throw UsageError(fmt::format(
        "-o {}: a file holds one result; name one kind with --save, or a folder", name));
  const std::string extension = OutputExtension(kinds.front());
  if (LowerExtension(flags.output) != extension)
    throw UsageError(
        fmt::format("-o {}: {} is written as {}; name a file that ends so, or a folder", name,
                    OutputName(kinds.front()), extension));
  if (flags.watch || !flags.shard.empty())
    throw UsageError(fmt::format("-o {}: --watch and --shard need a folder", name));
  CheckOutputFile(flags.output, {flags.inputs.front()});
  std::error_code ignored;
  if (flags.existing != Existing::kOverwrite && std::filesystem::exists(flags.output, ignored))
    throw UsageError(fmt::format("-o {}: exists; give --existing overwrite to replace it", name));
}

}  // namespace

bool BatchFlags::streams() const {
  return std::find(inputs.begin(), inputs.end(), "-") != inputs.end();
}

bool BatchFlags::names_file() const {
  std::error_code ignored;
  if (inputs.size() != 1 || inputs.front() == "-" || inputs.front().starts_with('@') ||
      std::filesystem::is_directory(inputs.front(), ignored))
    return false;
  return EndsLikeOutput(output) && !std::filesystem::is_directory(output, ignored);
}

void AddWorkFlags(CLI::App& command, BatchFlags& flags) {
  command.add_option("--jobs", flags.jobs, "images at a time; 0: one a core (default 0)")
      ->option_text("N")
      ->check(CLI::Range(0, 1024));
  command.add_flag("-q,--quiet", flags.quiet, "print warnings and errors only");
  AddChoice<LogLevel>(command, "--log-level", flags.log_level,
                      {{"error", LogLevel::kError},
                       {"warning", LogLevel::kWarning},
                       {"info", LogLevel::kInfo},
                       {"debug", LogLevel::kDebug}},
                      "what to print on stderr")
      ->option_text("LEVEL");
  AddReadFlags(command, flags.read);
}

void AddRunFlags(CLI::App& command, BatchFlags& flags) {
  command.add_option("-o,--output", flags.output, "folder for the results; made if missing")
      ->option_text("DIR");
  AddChoice<Existing>(
      command, "--existing", flags.existing,
      {{"skip", Existing::kSkip}, {"overwrite", Existing::kOverwrite}, {"error", Existing::kError}},
      "what to do about results that are there (with skip, a stopped run goes on)")
      ->option_text("WHAT");
  AddWorkFlags(command, flags);
}

void AddSaveFlag(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  std::vector<std::string_view> names;
  for (const OutputKind kind : kinds) names.push_back(OutputName(kind));
  command
      .add_option("--save", flags.save,
                  fmt::format("what to write, separated by commas: {} (default {})",
                              fmt::join(names, ", "), fmt::join(flags.save, ",")))
      ->option_text("KINDS")
      ->allow_extra_args(false);
}

void AddOutputFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  AddSaveFlag(command, flags, kinds);
  command.add_option("--shard", flags.shard, "do only share I of N of the inputs, I from 0")
      ->option_text("I/N");
  command.add_flag("--durable", flags.durable, "flush each file to the disk before going on");
  AddRunFlags(command, flags);
  command.get_option("--output")
      ->description("folder for the results, made if missing; or a file for one kind of one image");
}

void AddBatchFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  command
      .add_option(
          "INPUT", flags.inputs,
          "image, folder (searched recursively), @list.txt (one path a line), or - (image on "
          "stdin, result on stdout)")
      ->option_text("...")
      ->required();
  command.add_flag("--watch", flags.watch,
                   "go on with images as they arrive in the input folders, until Ctrl-C");
  AddOutputFlags(command, flags, kinds);
}

void CheckBatchFlags(const BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  ParseShard(flags.shard);
  if (flags.watch && (flags.streams() || !flags.shard.empty() || flags.existing != Existing::kSkip))
    throw UsageError("--watch: goes without standard input, --shard and --existing");
  if (!flags.streams()) {
    const bool too_late =
        std::find(flags.inputs.begin(), flags.inputs.end(), "-o") != flags.inputs.end();
    if (flags.output.empty())
      throw UsageError(too_late
                           ? "-o DIR is required; what is behind -- are inputs, so write it before"
                           : "-o DIR is required: the folder for the results");
    if (flags.names_file())
      CheckOneFile(flags, kinds);
    else
      CheckOutputFolder(flags.output);
    return;
  }
  if (flags.inputs.size() > 1) throw UsageError("-: goes alone, without other inputs");
  if (!flags.output.empty()) throw UsageError("-: the result goes to stdout; leave -o out");
  if (kinds.size() > 1) throw UsageError("-: one result fits on stdout; name one kind with --save");
}

Product ProcessImage(const BatchJob& job, const cv::Mat& photo, std::span<const std::uint8_t> file,
                     const std::filesystem::path& input) {
  Product product = job.process(photo, input);
  std::optional<std::vector<std::uint8_t>> profile;  // Read once, for who keeps it.
  for (OutputFile& output : product.files) {
    if (output.kind != OutputKind::kCutout && output.kind != OutputKind::kOverlay) continue;
    if (!profile) profile = IccProfileOf(file);
    output.bytes = WithIccProfile(std::move(output.bytes), *profile);
  }
  return product;
}

ExitStatus RunBatch(const BatchFlags& flags, const BatchJob& job) {
  return flags.streams() || flags.names_file() ? RunOnOne(flags, job) : RunOnFiles(flags, job);
}

}  // namespace gradcut
