#include "cli/flags/batch_flags.h"

#include "cli/flags/option_flag.h"
#include "gradcut/core/in_order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gradcut {
namespace {

void AddReadFlags(CLI::App& command, ImageReadOptions& options) {
  OptionList list;
  Describe(options, list);
  for (const Option& option : list.options()) {
    AddOptionFlag(command, option, option.set)->group(kMoreFlags);
  }
}

}  // namespace

void AddWorkFlags(CLI::App& command, BatchFlags& flags) {
  command.add_option("--jobs", flags.jobs, "images at a time; 0: one a core (default 0)")
      ->option_text("N")
      ->check(CLI::Range(0, kMaxJobs));
  command.add_flag("-q,--quiet", flags.quiet, "print warnings and errors only");
  AddChoice<LogLevel>(command, "--log-level", flags.log_level,
                      {{"error", LogLevel::kError},
                       {"warning", LogLevel::kWarning},
                       {"info", LogLevel::kInfo},
                       {"debug", LogLevel::kDebug}},
                      "what to print on stderr")
      ->option_text("LEVEL")
      ->group(kMoreFlags);
  AddReadFlags(command, flags.batch.read);
}

void AddRunFlags(CLI::App& command, BatchFlags& flags) {
  command.add_option("-o,--output", flags.batch.output, "folder for the results; made if missing")
      ->option_text("DIR");
  AddChoice<Existing>(
      command, "--existing", flags.batch.existing,
      {{"skip", Existing::kSkip}, {"overwrite", Existing::kOverwrite}, {"error", Existing::kError}},
      "what to do about results that are there (with skip, a stopped run goes on)")
      ->option_text("WHAT");
  AddWorkFlags(command, flags);
}

void AddSaveFlag(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  const std::vector<std::string> names = OutputNames(kinds);
  WithChoices(command.add_option("--save", flags.save,
                                 fmt::format("what to write, separated by commas: {} (default {})",
                                             fmt::join(names, ", "), fmt::join(flags.save, ","))),
              names)
      ->option_text("KINDS")
      ->allow_extra_args(false);
}

void AddShardFlag(CLI::App& command, std::optional<Shard>& shard, const std::string& help) {
  command
      .add_option_function<std::string>(
          "--shard", [&shard](const std::string& text) { shard = ParseShard(text); }, help)
      ->option_text("I/N")
      ->group(kMoreFlags);
}

void AddFolderFlags(CLI::App& command, BatchFlags& flags) {
  AddShardFlag(command, flags.batch.shard,
               "do only share I of N of the inputs, I from 0, by a hash of their names");
  command.add_flag("--durable", flags.batch.durable, "flush each file to the disk before going on")
      ->group(kMoreFlags);
  AddRunFlags(command, flags);
  command.get_option("--output")
      ->description(
          "folder for the results, made if missing; FILE.tar for all of them; or a file for one "
          "kind of one image");
}

void AddOutputFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  AddSaveFlag(command, flags, kinds);
  AddFolderFlags(command, flags);
}

void AddBatchFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  command
      .add_option("INPUT", flags.batch.inputs,
                  "image, folder (searched recursively), FILE.tar, @list.txt (one path a line), or "
                  "- (image "
                  "on stdin, result on stdout)")
      ->option_text("...")
      ->required();
  command.add_flag("--watch", flags.batch.watch,
                   "go on with images as they arrive in the input folders, until Ctrl-C");
  AddOutputFlags(command, flags, kinds);
}

}  // namespace gradcut
