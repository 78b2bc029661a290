#include "cli/commands/eval_command.h"

#include "cli/commands/eval_instances.h"
#include "cli/console.h"
#include "cli/flags/batch_flags.h"
#include "cli/flags/examples.h"
#include "cli/flags/option_flag.h"
#include "cli/flags/truth_flags.h"
#include "cli/stop_signals.h"
#include "gradcut/core/in_order.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/metrics/report.h"
#include "gradcut/render/evaluation_page.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

enum class Scoring { kBinary, kVoc, kInstances };

struct EvalCommand {
  Scoring scoring = Scoring::kBinary;
  EvaluateOptions options;
  bool heat_maps = false;
  int jobs = 0;
  fs::path classes;  // One name a line; the line is the index.
  fs::path against;
  int worst = 0;
  fs::path json;
  fs::path csv;
  fs::path html;
  fs::path counts;
};

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

ExitStatus RunInstances(const EvalCommand& command) {
  const EvaluateOptions& options = command.options;
  return EvalInstances({.predictions = options.pairing.predictions,
                        .truth = options.pairing.truth,
                        .bootstrap = options.bootstrap},
                       {.json = command.json, .csv = command.csv, .worst = command.worst});
}

// Objects lie in one file a side: nothing is paired, and no values of masks have a meaning.
void RefuseMaskFlags(const CLI::App& eval) {
  for (const char* const flag :
       {"--heatmap", "--split", "--list", "--suffix", "--against", "--classes", "--mask-values",
        "--ignore", "--background", "--measures", "--html", "--counts", "--shard"})
    if (eval.get_option(flag)->count() > 0)
      throw UsageError(fmt::format("{} goes with --protocol binary or voc only", flag));
}

// Whether a mask or heat map that is there would be overwritten in a folder whose files are read.
bool IsReadIn(const fs::path& folder, const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored) || !fs::is_regular_file(file, ignored)) return false;
  return LiesIn(file, folder) && (IsImageName(file) || LowerExtension(file) == ".npy");
}

void CheckOutputs(const EvalCommand& command) {
  const PairingOptions& pairing = command.options.pairing;
  const std::pair<const char*, fs::path> outputs[] = {{"--json", command.json},
                                                      {"--csv", command.csv},
                                                      {"--html", command.html},
                                                      {"--counts", command.counts}};
  std::map<fs::path, const char*> flag_of;
  for (const auto& [flag, file] : outputs) {
    if (file.empty()) continue;
    const auto [other, is_new] = flag_of.emplace(CanonicalPath(file), flag);
    if (std::error_code ignored; !is_new && !fs::is_other(file, ignored))  // As /dev/null.
      throw UsageError(fmt::format("{} and {}: both write {}; name two files", other->second, flag,
                                   Printable(file)));
    std::vector<fs::path> inputs = {command.classes, pairing.list};
    for (const fs::path& input : {pairing.predictions, pairing.truth, command.against}) {
      if (input.empty()) continue;
      inputs.insert(inputs.end(), {input, input / "instances.json"});
      if (IsReadIn(input, file)) inputs.push_back(file);
    }
    CheckOutputFile(file, inputs);
  }
}

std::vector<std::string> ReadClasses(const fs::path& file) {
  constexpr std::size_t kLeast = 2, kMost = 255;
  std::vector<std::string> classes = ReadLines(file);
  if (classes.size() < kLeast || classes.size() > kMost)
    throw UsageError(fmt::format("--classes {}: names {} classes, expected {} to {}",
                                 Printable(file), classes.size(), kLeast, kMost));
  return classes;
}

ExitStatus Run(const EvalCommand& command) {
  if (command.heat_maps && command.scoring == Scoring::kVoc)
    throw UsageError("--heatmap goes with --protocol binary only");
  CheckOutputs(command);
  if (command.scoring == Scoring::kInstances) return RunInstances(command);
  EvaluateOptions options = command.options;
  options.protocol = command.scoring == Scoring::kVoc ? Protocol::kVoc : Protocol::kBinary;
  options.prediction.values = options.truth.values;
  options.keep_counts = !command.counts.empty();
  options.pairing.kind = command.heat_maps ? PredictionKind::kHeatMaps : PredictionKind::kMasks;
  if (!command.classes.empty()) options.classes = ReadClasses(command.classes);

  const EvaluateReport report =
      Score(options, command.against, {.jobs = command.jobs, .stop = StopToken()});
  Console console(LogLevel::kInfo);
  const std::vector<std::string> failures = AllFailures(report);
  for (const std::string& failure : failures) console.Error(failure);
  for (const std::string& warning : report.warnings) console.Warning(warning);
  if (!command.json.empty()) WriteFileAtomically(command.json, ToJson(report));
  if (!command.csv.empty()) WriteFileAtomically(command.csv, ToCsv(report));
  if (!command.html.empty()) WriteFileAtomically(command.html, ToHtml(report, options));
  if (!report.counts.empty()) WriteFileAtomically(command.counts, report.counts);
  fmt::print("{}", ToTable(report, command.worst));
  if (report.interrupted) return kExitInterrupted;
  return failures.empty() ? kExitDone : kExitFailed;
}

}  // namespace

void AddEvalCommand(CLI::App& app, ExitStatus& status) {
  const auto command = std::make_shared<EvalCommand>();
  EvaluateOptions& options = command->options;
  CLI::App* eval = app.add_subcommand("eval", "score masks or heat maps against ground truth");

  eval->add_option(
          "PRED", options.pairing.predictions,
          "folder (or file) with predictions; of the instances protocol instances.json, the run "
          "that holds it, or a list of COCO results")
      ->required();
  eval->add_option(
          "GT", options.pairing.truth,
          "folder (or file) with masks, or a VOC devkit (holds SegmentationClass/); of the "
          "instances protocol a COCO data set in JSON")
      ->required();
  AddChoice<Scoring>(
      *eval, "--protocol", command->scoring,
      {{"binary", Scoring::kBinary}, {"voc", Scoring::kVoc}, {"instances", Scoring::kInstances}},
      "any object against background, mean over images; or classes, counted over "
      "the data set; or objects one by one: mask IoU of each box, COCO's AP and AR")
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
  eval->add_option("--csv", command->csv, "write one row an image (or box) to FILE")
      ->type_name("FILE");
  eval->add_option("--html", command->html,
                   "write one page to look at to FILE: tables, curves, worst and best images")
      ->type_name("FILE");
  eval->add_option("--worst", command->worst, "list the N images (or boxes) with the lowest score")
      ->option_text("N")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  eval->add_option("--counts", command->counts,
                   "write what was counted to FILE, in integers and a row an image, for gradcut "
                   "merge")
      ->type_name("FILE");
  AddShardFlag(*eval, options.shard, "evaluate only share I of N of the images, I from 0");
  ShowInHelp(*eval, {"--shard"});
  AddSeedFlag(
      *eval, [command](std::uint64_t seed) { command->options.bootstrap.seed = seed; },
      "seed of the bootstrap intervals (default 0)");
  eval->add_option("--jobs", command->jobs, "images at a time; 0: one a core")
      ->option_text("N")
      ->check(CLI::Range(0, kMaxJobs))
      ->capture_default_str();

  AddExamples(*eval, {"gradcut eval masks truth",
                      "gradcut eval masks truth --worst 10 --html page.html --csv images.csv",
                      "gradcut eval masks truth --against other_masks",
                      "gradcut eval numbers truth --heatmap",
                      "gradcut eval masks truth --shard 0/2 --counts counts.0.json"});
  eval->callback([command, eval, &status] {
    if (command->scoring == Scoring::kInstances) RefuseMaskFlags(*eval);
    status = Run(*command);
  });
}

}  // namespace gradcut
