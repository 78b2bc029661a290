#include "cli/batch.h"

#include "cli/console.h"
#include "cli/manifest.h"
#include "cli/run_folder.h"
#include "gradcut/core/stop.h"
#include "gradcut/io/file.h"
#include "gradcut/io/listing.h"
#include "gradcut/model/classifier.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace gradcut {
namespace {

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// What became of one input.
struct Outcome {
  nlohmann::json entry;
  std::string failure;  // Empty unless it failed.
  bool skipped = false;
};

struct Totals {
  std::size_t ok = 0, skipped = 0, failed = 0;
  std::map<std::string, double> milliseconds;  // By stage.

  std::size_t done() const { return ok + skipped + failed; }

  void Add(const Outcome& outcome) {
    ++(outcome.skipped ? skipped : outcome.failure.empty() ? ok : failed);
    if (outcome.skipped || !outcome.failure.empty()) return;
    for (const auto& [stage, value] : outcome.entry.at("milliseconds").items())
      milliseconds[stage] += value.get<double>();
  }
};

LogLevel ParseLogLevel(const BatchFlags& flags) {
  static const std::map<std::string, LogLevel> kLevels = {{"error", LogLevel::kError},
                                                          {"warning", LogLevel::kWarning},
                                                          {"info", LogLevel::kInfo},
                                                          {"debug", LogLevel::kDebug}};
  return flags.quiet ? LogLevel::kWarning : kLevels.at(flags.log_level);
}

// Everything that a run over a folder shares between its images.
class BatchRun {
 public:
  BatchRun(const BatchFlags& flags, const BatchJob& job)
      : flags_(flags),
        job_(job),
        console_(ParseLogLevel(flags)),
        shard_(ParseShard(flags.shard)),
        folder_(flags.output, shard_) {}

  ExitStatus Run() {
    const Listing listing = ListInputs(flags_.inputs, flags_.output);
    for (const std::string& problem : listing.problems) console_.Error(problem);
    // All inputs are planned, not this shard's alone: a collision is one whichever shard meets it.
    items_ = folder_.Plan(listing.inputs, job_.outputs);
    KeepShard();
    folder_.Admit(Identity(), items_, flags_.existing);
    MakeFolder();
    ManifestWriter manifest(folder_.manifest_file());
    WriteRunFile();
    Process(manifest);
    WriteRunFile();
    manifest.Finish();
    return Close(listing.problems.size());
  }

 private:
  void KeepShard() {
    std::vector<BatchItem> kept;
    for (std::size_t i = shard_.index; i < items_.size(); i += shard_.count)
      kept.push_back(std::move(items_[i]));
    items_ = std::move(kept);
  }

  void MakeFolder() const {
    std::error_code error;
    std::filesystem::create_directories(flags_.output, error);
    Require(!error && std::filesystem::is_directory(flags_.output),
            "{}: cannot make the output folder: {}", Printable(flags_.output),
            error ? error.message() : "it is a file");
  }

  // What must be the same for outputs to belong together.
  nlohmann::json Identity() const { return {{"recipe", job_.recipe}, {"made_by", job_.made_by}}; }

  void WriteRunFile() const {
    nlohmann::json run = Identity();
    run["save"] = nlohmann::json::array();
    for (const OutputKind kind : job_.outputs) run["save"].push_back(OutputName(kind));
    run["jobs"] = Jobs();
    run["finished"] = totals_.done() == items_.size();
    run["totals"] = {{"inputs", items_.size()},
                     {"ok", totals_.ok},
                     {"skipped", totals_.skipped},
                     {"failed", totals_.failed},
                     {"seconds", MillisecondsSince(start_) / 1000},
                     {"milliseconds", totals_.milliseconds}};
    WriteFileAtomically(folder_.run_file(),
                        run.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }

  int Jobs() const {
    return flags_.jobs > 0 ? flags_.jobs : oneapi::tbb::info::default_concurrency();
  }

  // Images are worked on in parallel; manifest and progress see them in their order.
  void Process(ManifestWriter& manifest) {
    using oneapi::tbb::filter_mode;
    using oneapi::tbb::make_filter;
    std::size_t next = 0;
    const auto take = [&](oneapi::tbb::flow_control& control) -> std::size_t {
      if (next == items_.size() || StopRequested()) {
        control.stop();
        return 0;
      }
      return next++;
    };
    const auto work = [&](std::size_t index) { return ProcessItem(items_[index], manifest); };
    const auto record = [&](const Outcome& outcome) { Record(outcome, manifest); };
    const auto tokens = static_cast<std::size_t>(4 * Jobs());
    oneapi::tbb::task_arena arena(Jobs());
    arena.execute([&] {
      oneapi::tbb::parallel_pipeline(
          tokens, make_filter<void, std::size_t>(filter_mode::serial_in_order, take) &
                      make_filter<std::size_t, Outcome>(filter_mode::parallel, work) &
                      make_filter<Outcome, void>(filter_mode::serial_in_order, record));
    });
  }

  Outcome ProcessItem(const BatchItem& item, const ManifestWriter& manifest) const {
    thread_local const bool ready = (UseSingleThreadedKernels(), true);
    static_cast<void>(ready);
    const nlohmann::json head = {
        {"path", item.input.string()},
        {"output", item.outputs.front().lexically_relative(flags_.output).string()}};
    if (IsDone(item)) {
      nlohmann::json entry = manifest.Earlier(item.input.string());
      if (!entry.is_object()) entry = nlohmann::json::object();
      entry.update(head);
      entry["status"] = "skipped";
      return {entry, "", /*skipped=*/true};
    }
    try {
      nlohmann::json entry = MakeOutputs(item);
      entry.update(head);
      entry["status"] = "ok";
      return {entry, ""};
    } catch (const Error& error) {
      return Failed(head, error.what());
    } catch (const std::exception& error) {
      return Failed(head, fmt::format("{}: {}", Printable(item.input), error.what()));
    }
  }

  static Outcome Failed(nlohmann::json entry, const std::string& cause) {
    entry["status"] = "failed";
    entry["error"] = cause;
    return {entry, cause};
  }

  bool IsDone(const BatchItem& item) const {
    if (flags_.existing != Existing::kSkip) return false;
    for (const std::filesystem::path& output : item.outputs) {
      std::error_code ignored;
      if (!std::filesystem::exists(output, ignored)) return false;
    }
    return true;
  }

  nlohmann::json MakeOutputs(const BatchItem& item) const {
    const Clock::time_point start = Clock::now();
    const cv::Mat image = ReadImage(item.input, flags_.read);
    const double decode = MillisecondsSince(start);
    Product product = job_.process(image);
    const Clock::time_point write_start = Clock::now();
    for (std::size_t i = 0; i < product.files.size(); ++i)
      WriteFileAtomically(item.outputs[i], product.files[i].bytes,
                          flags_.durable ? Durability::kDurable : Durability::kFast);
    nlohmann::json entry = std::move(product.entry);
    entry["width"] = image.cols;
    entry["height"] = image.rows;
    entry["milliseconds"]["decode"] = decode;
    for (const auto& [stage, value] : product.milliseconds) entry["milliseconds"][stage] = value;
    entry["milliseconds"]["write"] = MillisecondsSince(write_start);
    return entry;
  }

  void Record(const Outcome& outcome, ManifestWriter& manifest) {
    totals_.Add(outcome);
    if (!outcome.failure.empty()) console_.Error(outcome.failure);
    if (outcome.entry.contains("note") && !outcome.skipped)
      console_.Warning(fmt::format("{}: {}", outcome.entry["path"].get<std::string>(),
                                   outcome.entry["note"].get<std::string>()));
    manifest.Write(outcome.entry);
    console_.Progress(totals_.done(), items_.size(), totals_.failed);
  }

  ExitStatus Close(std::size_t problems) {
    const bool interrupted = totals_.done() < items_.size();
    console_.Info(fmt::format("{}{} done, {} skipped, {} failed in {:.1f} s: {}",
                              interrupted ? "interrupted: " : "", totals_.ok, totals_.skipped,
                              totals_.failed, MillisecondsSince(start_) / 1000,
                              Printable(flags_.output)));
    if (interrupted) console_.Info("run the same command again to go on");
    if (interrupted) return kExitInterrupted;
    return totals_.failed + problems > 0 ? kExitFailed : kExitDone;
  }

  const BatchFlags& flags_;
  const BatchJob& job_;
  Console console_;
  const Shard shard_;
  const RunFolder folder_;
  std::vector<BatchItem> items_;
  Totals totals_;
  const Clock::time_point start_ = Clock::now();
};

// Image on stdin, the first output on stdout.
ExitStatus RunOnStreams(const BatchFlags& flags, const BatchJob& job) {
  UseSingleThreadedKernels();
  const Product product = job.process(DecodeImage(ReadStdin(), "standard input", flags.read));
  Console console(ParseLogLevel(flags));
  if (product.entry.contains("note"))
    console.Warning("standard input: " + product.entry["note"].get<std::string>());
  WriteStdout(product.files.front().bytes);
  return kExitDone;
}

}  // namespace

void AddBatchFlags(CLI::App& command, BatchFlags& flags, const std::vector<OutputKind>& kinds) {
  std::vector<std::string_view> names;
  for (const OutputKind kind : kinds) names.push_back(OutputName(kind));
  command
      .add_option(
          "INPUT", flags.inputs,
          "image, folder (searched recursively), @list.txt (one path a line), or - (image on "
          "stdin, result on stdout)")
      ->required();
  command.add_option("-o,--output", flags.output, "folder for the results; made if missing")
      ->option_text("DIR");
  command
      .add_option("--save", flags.save,
                  fmt::format("what to write, separated by commas: {}", fmt::join(names, ", ")))
      ->option_text("KINDS")
      ->allow_extra_args(false)
      ->capture_default_str();
  command.add_option("--jobs", flags.jobs, "images at a time; 0: one a core")
      ->option_text("N")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command.add_option("--shard", flags.shard, "do only share I of N of the inputs, I from 0")
      ->option_text("I/N");
  const std::map<std::string, Existing> existing = {
      {"skip", Existing::kSkip}, {"overwrite", Existing::kOverwrite}, {"error", Existing::kError}};
  command
      .add_option("--existing", flags.existing,
                  "outputs that are there: skip (default; a stopped run goes on), overwrite, error")
      ->option_text("WHAT")
      ->transform(CLI::Transformer(existing).description(""))
      ->check(
          CLI::IsMember({Existing::kSkip, Existing::kOverwrite, Existing::kError}).description(""));
  command.add_flag("--durable", flags.durable, "flush each file to the disk before going on");
  command.add_flag("-q,--quiet", flags.quiet, "print warnings and errors only");
  command.add_option("--log-level", flags.log_level, "error, warning, info or debug")
      ->option_text("LEVEL")
      ->check(CLI::IsMember({"error", "warning", "info", "debug"}).description(""))
      ->capture_default_str();
  command
      .add_option("--io.max_megapixels", flags.read.max_megapixels,
                  "larger images are refused before they are decoded, 10^6 pixels")
      ->option_text("VALUE")
      ->check(CLI::Range(0.000001, 1e6).description(""))
      ->capture_default_str();
}

ExitStatus RunBatch(const BatchFlags& flags, const BatchJob& job) {
  const bool streams =
      std::find(flags.inputs.begin(), flags.inputs.end(), "-") != flags.inputs.end();
  if (streams && flags.inputs.size() > 1) throw UsageError("-: goes alone, without other inputs");
  if (streams && job.outputs.size() > 1)
    throw UsageError("-: one result fits on stdout; name one kind with --save");
  if (streams) return RunOnStreams(flags, job);
  if (flags.output.empty()) throw UsageError("-o DIR is required");
  return BatchRun(flags, job).Run();
}

}  // namespace gradcut
