#include "cli/commands/eval_command.h"

#include "cli/console.h"
#include "cli/flags/examples.h"
#include "cli/flags/option_flag.h"
#include "cli/flags/truth_flags.h"
#include "cli/stop_signals.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/metrics/instance_report.h"
#include "gradcut/metrics/report.h"
#include "gradcut/render/evaluation_page.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/core.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <memory>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What a score is of: the two of `Protocol`, and objects one by one.
enum class Scored { kBinary, kVoc, kInstances };

struct EvalCommand {
  EvaluateOptions options;
  Scored scored = Scored::kBinary;
  bool heat_maps = false;
  int jobs = 0;
  fs::path classes;  // One name a line; the line is the index.
  fs::path against;
  int worst = 0;
  fs::path json;
  fs::path csv;
  fs::path html;
};

// Images of one size after another need the same memory again; giving it back to the system and
// asking for it anew takes a quarter of the time.
void KeepFreedMemory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // The most that every glibc accepts.
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

EvaluateReport Score(EvaluateOptions options, const fs::path& against, const RunControl& control) {
  EvaluateReport report = Evaluate(options, control);
  if (against.empty()) return report;
  options.pairing.predictions = against;
  const EvaluateReport other = Evaluate(options, control);
  report.against = Compare(report, other, options.bootstrap);
  report.against->other = against;
  report.interrupted |= other.interrupted;
  return report;
}

// Each line once: what is wrong with the truth is found with both predictions.
std::vector<std::string> AllFailures(const EvaluateReport& report) {
  std::vector<std::string> failures = report.failures;
  if (!report.against) return failures;
  for (const std::string& failure : report.against->failures)
    if (std::find(failures.begin(), failures.end(), failure) == failures.end())
      failures.push_back(failure);
  return failures;
}

void CheckOutputs(const EvalCommand& command) {
  for (const fs::path& file : {command.json, command.csv, command.html}) CheckOutputFile(file);
}

ExitStatus End(const std::vector<std::string>& failures, const std::vector<std::string>& warnings) {
  Console console(LogLevel::kInfo);
  for (const std::string& failure : failures) console.Error(failure);
  for (const std::string& warning : warnings) console.Warning(warning);
  return failures.empty() ? kExitDone : kExitFailed;
}

// Scores objects one by one. Most flags are about files with a mask each, which there are none of.
ExitStatus RunOnInstances(const EvalCommand& command, const CLI::App& given) {
  for (const CLI::Option* const option : given.get_options()) {
    const std::string name = option->get_name();
    const bool known = name == "PRED" || name == "GT" || name == "--protocol" || name == "--json" ||
                       name == "--csv" || name == "--worst" || name == "--seed" || name == "--jobs";
    if (!known && option->count() > 0)
      throw UsageError(fmt::format("--protocol instances: goes without {}", name));
  }
  CheckOutputs(command);
  const InstanceReport report =
      EvaluateInstances({.predictions = command.options.pairing.predictions,
                         .truth = command.options.pairing.truth,
                         .bootstrap = command.options.bootstrap});
  const ExitStatus status = End(report.failures, report.warnings);
  if (!command.json.empty()) WriteFileAtomically(command.json, ToJson(report));
  if (!command.csv.empty()) WriteFileAtomically(command.csv, ToCsv(report));
  fmt::print("{}", ToTable(report, command.worst));
  return status;
}

ExitStatus Run(const EvalCommand& command) {
  if (command.heat_maps && command.options.protocol == Protocol::kVoc)
    throw UsageError("--heatmap goes with --protocol binary only");
  CheckOutputs(command);
  KeepFreedMemory();
  EvaluateOptions options = command.options;
  options.prediction.values = options.truth.values;
  options.pairing.kind = command.heat_maps ? PredictionKind::kHeatMaps : PredictionKind::kMasks;
  if (!command.classes.empty()) options.classes = ReadLines(command.classes);

  const EvaluateReport report =
      Score(options, command.against, {.jobs = command.jobs, .stop = StopToken()});
  const ExitStatus status = End(AllFailures(report), report.warnings);
  if (!command.json.empty()) WriteFileAtomically(command.json, ToJson(report));
  if (!command.csv.empty()) WriteFileAtomically(command.csv, ToCsv(report));
  if (!command.html.empty()) WriteFileAtomically(command.html, ToHtml(report, options));
  fmt::print("{}", ToTable(report, command.worst));
  return report.interrupted ? kExitInterrupted : status;
}

}  // namespace

void AddEvalCommand(CLI::App& app, ExitStatus& status) {
  const auto command = std::make_shared<EvalCommand>();
  EvaluateOptions& options = command->options;
  CLI::App* eval = app.add_subcommand("eval", "score masks or heat maps against ground truth");

  eval->add_option("PRED", options.pairing.predictions,
                   "folder (or file) with predictions; of instances: COCO JSON, or a folder that "
                   "holds instances.json")
      ->required();
  eval->add_option("GT", options.pairing.truth,
                   "folder (or file) with masks, or a VOC devkit (holds SegmentationClass/); of "
                   "instances: COCO JSON")
      ->required();
  AddChoice<Scored>(
      *eval, "--protocol", command->scored,
      {{"binary", Scored::kBinary}, {"voc", Scored::kVoc}, {"instances", Scored::kInstances}},
      "any object against background, mean over images; classes, counted over the data set; or "
      "objects one by one, of COCO files: IoU by id, and mask AP")
      ->option_text("PROTOCOL");
  eval->add_flag("--heatmap", command->heat_maps, "PRED holds heat maps: npy or 8-bit grey images");
  AddPairingFlags(*eval, options.pairing);
  eval->add_option("--against", command->against,
                   "compare PRED with the predictions in OTHER: paired differences with their "
                   "intervals, and in how many images each is better")
      ->type_name("OTHER");
  eval->add_option("--classes", command->classes,
                   "class names of the voc protocol, one a line, the background first (default: "
                   "those of PASCAL VOC)")
      ->type_name("FILE");
  AddTruthFlags(*eval, options.truth);
  AddChoice<Measures>(
      *eval, "--measures", options.measures,
      {{"region", Measures::kRegion}, {"structure", Measures::kStructure}, {"all", Measures::kAll}},
      "what one pass over the pixels gives; and contours and distances; and boxes")
      ->option_text("MEASURES");
  eval->add_option("--json", command->json, "write all results to FILE")->type_name("FILE");
  eval->add_option("--csv", command->csv, "write one row an image to FILE")->type_name("FILE");
  eval->add_option("--html", command->html,
                   "write one page to look at to FILE: tables, curves, worst and best images")
      ->type_name("FILE");
  eval->add_option("--worst", command->worst, "list the N images with the lowest score")
      ->option_text("N")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  AddSeedFlag(
      *eval, [command](std::uint64_t seed) { command->options.bootstrap.seed = seed; },
      "seed of the bootstrap intervals (default 0)");
  eval->add_option("--jobs", command->jobs, "images at a time; 0: one a core")
      ->option_text("N")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();

  AddExamples(*eval, {"gradcut eval masks truth",
                      "gradcut eval masks truth --worst 10 --html page.html --csv images.csv",
                      "gradcut eval masks truth --against other_masks",
                      "gradcut eval numbers truth --heatmap",
                      "gradcut eval objects truth.json --protocol instances"});
  eval->callback([command, &status, eval] {
    command->options.protocol =
        command->scored == Scored::kVoc ? Protocol::kVoc : Protocol::kBinary;
    status =
        command->scored == Scored::kInstances ? RunOnInstances(*command, *eval) : Run(*command);
  });
}

}  // namespace gradcut
