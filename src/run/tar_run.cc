#include "run/tar_run.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/dataset/tar_writer.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/folder_lock.h"
#include "gradcut/storage/sha256.h"
#include "run/input_stream.h"
#include "run/photo_work.h"
#include "run/run_file.h"
#include "run/run_folder.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What the manifest says of a photo that is the same wherever and whenever it is made.
std::string SidecarOf(nlohmann::json entry) {
  for (const char* const key : {"path", "output", "status", "archive", "milliseconds", "files"})
    entry.erase(key);
  return JsonLine(entry) + "\n";
}

bool IsPipe(const fs::path& file) {
  std::error_code ignored;
  const fs::file_status status = fs::status(file, ignored);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

// Photos, one after the other, into one archive, which is there when it is whole. A killed run
// leaves nothing, and the next one begins again: what goes on is a run of many archives.
class TarRun {
 public:
  TarRun(const BatchOptions& options, const BatchJob& job, const RunControl& control)
      : options_(options),
        job_(job),
        control_(control),
        shard_(options.shard.value_or(Shard())),
        tar_(options.output),
        folder_(tar_.has_parent_path() ? tar_.parent_path() : fs::path("."),
                "." + tar_.filename().string()),
        work_(options, job) {}

  BatchSummary Run() {
    const Listing listing = List(Archives::kWhole);
    for (const std::string& problem : listing.problems) control_.Error(problem);
    for (const std::string& line : DescribeLeftOut(listing)) control_.Warning(line);
    sources_ = DigestOf(listing.inputs);
    folder_.Make();
    ManifestWriter manifest(folder_.manifest_file());
    {
      const FolderLock lock(folder_.path());
      if (IsDone()) {
        manifest.FinishLeft();
        return Summary(listing);
      }
      Admit();
      WriteRunFile(/*finished=*/false);
    }
    KeepWhatIsDone([&] { Work(listing, manifest); });
    return Summary(listing);
  }

 private:
  Listing List(Archives archives) const {
    if (options_.streams())
      return {.inputs = {{.path = "-", .relative = "-", .archive = "/dev/stdin"}}};
    if (!options_.files.empty()) return {.inputs = options_.files};
    return ListInputs(
        options_.inputs, {}, WithoutImages::kIsAnError,
        [this](const Input& input) { return Holds(shard_, input.relative); }, archives);
  }

  // Changes with any of the files, and with what belongs to any photo; `kUnknown` where one of them
  // is a pipe.
  std::string DigestOf(const std::vector<Input>& inputs) const {
    std::string text;
    for (const Input& input : inputs) {
      if (options_.streams() || IsPipe(input.path)) return kUnknown;
      text += JsonLine({input.path.string(), StampOf(input.path)}) + "\n";
    }
    if (job_.companion || job_.digest)
      for (const Input& photo : List(Archives::kMembers).inputs) {
        nlohmann::json source = {photo.path.string()};
        if (job_.companion) source.push_back(StampOf(job_.companion(photo.path)));
        if (job_.digest) source.push_back(job_.digest(photo.path));
        text += JsonLine(source) + "\n";
      }
    return Sha256(std::as_bytes(std::span(text)));
  }

  // The earlier run that made the archive; null if there is none.
  nlohmann::json Earlier() const {
    for (const RunFolder::Found& found : folder_.FindRuns())
      if (found.file == folder_.run_file()) return found.run;
    return {};
  }

  // Whether the archive is there, whole, and of the same photos. Takes over how it ended.
  bool IsDone() {
    const nlohmann::json earlier = Earlier();
    if (options_.existing != Existing::kSkip || !IsThere() || !earlier.is_object() ||
        !DifferenceOfRuns(earlier, IdentityOf(job_)).empty() || !HoldsAllKinds(earlier) ||
        !ValueAt(earlier, "finished", false) || sources_ == kUnknown ||
        RunRecord::TextAt(earlier, "sources") != sources_)
      return false;
    const nlohmann::json totals = earlier.value("totals", nlohmann::json::object());
    totals_.skipped = ValueAt(totals, "ok", std::size_t{0});
    totals_.failed = ValueAt(totals, "failed", std::size_t{0});
    done_ = true;
    control_.Info(fmt::format(
        "{} is there already{}", Printable(tar_),
        totals_.failed == 0 ? "" : ", without what failed; --existing overwrite makes it anew"));
    return true;
  }

  bool IsThere() const {
    std::error_code ignored;
    return fs::exists(tar_, ignored);
  }

  bool HoldsAllKinds(const nlohmann::json& earlier) const {
    const nlohmann::json save = earlier.value("save", nlohmann::json::array());
    const std::vector<std::string> names = OutputNames(job_.outputs);
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::find(save.begin(), save.end(), name) != save.end();
    });
  }

  // Whether an earlier run was told to make the same; nobody knows what came through a pipe.
  bool WasToldTheSame(const nlohmann::json& earlier) const {
    const nlohmann::json now =
        RunFileOf(options_, job_, control_, {totals_, 0, 0, /*finished=*/false});
    const auto is_same = [&](const char* key) {
      return earlier.value(key, nlohmann::json()) == now.value(key, nlohmann::json());
    };
    return sources_ != kUnknown && is_same("inputs") && is_same("folder") && is_same("shard") &&
           is_same("save");
  }

  // One folder of archives is of one recipe.
  void Admit() const {
    const bool overwrite = options_.existing == Existing::kOverwrite;
    if (options_.existing == Existing::kError && IsThere())
      throw UsageError(fmt::format("{} exists (--existing error)", Printable(tar_)));
    for (const RunFolder::Found& found : folder_.FindRuns()) {
      const bool ours = found.file == folder_.run_file();
      if (ours && overwrite) continue;
      const std::string difference =
          found.run.is_object() ? DifferenceOfRuns(found.run, IdentityOf(job_)) : "something else";
      if (!difference.empty())
        throw UsageError(fmt::format("{} is of {}; take another folder{}", Printable(found.file),
                                     difference, ours ? ", or --existing overwrite" : ""));
    }
    if (overwrite || !IsThere()) return;
    const nlohmann::json earlier = Earlier();
    if (!earlier.is_object())
      throw UsageError(fmt::format(
          "{} exists, but no {} says how it was made; take another name, or --existing overwrite",
          Printable(tar_), Printable(folder_.run_file())));
    if (!WasToldTheSame(earlier))
      throw UsageError(fmt::format(
          "{} exists, and is not known to be of the same inputs, --shard and --save; take another "
          "name, or --existing overwrite",
          Printable(tar_)));
  }

  void WriteRunFile(bool finished) const {
    nlohmann::json run =
        RunFileOf(options_, job_, control_, {totals_, totals_.done(), watch_.Seconds(), finished});
    run["archive"] = tar_.filename().string();
    run["sources"] = sources_;
    folder_.WriteRun(run);
  }

  void Work(const Listing& listing, ManifestWriter& manifest) {
    manifest.Start();
    control_.Info(fmt::format("{} input{} into {}, {} photos at a time, with {}",
                              listing.inputs.size(), listing.inputs.size() == 1 ? "" : "s",
                              Printable(tar_), JobCount(control_.jobs), EngineOf(job_.made_by)));
    if (job_.prepare) job_.prepare();
    TarWriter tar(tar_);
    InputStream stream(listing.inputs);
    std::unordered_set<std::string> places;
    const auto take = [&]() -> std::optional<StreamWork> {
      auto photo = stream.Next();
      if (!photo) return std::nullopt;
      const auto shared = std::make_shared<InputStream::Photo>(std::move(*photo));
      NoteTwice(shared->input, places);
      return [this, &tar, &manifest, shared]() -> Completion {
        const auto made = std::make_shared<Result>(Make(*shared));
        return [this, &tar, &manifest, made] { Record(*made, tar, manifest); };
      };
    };
    done_ = WorkOnStream(control_, take);
    if (!done_) return;
    if (stream.broke_off())
      return control_.Error(
          fmt::format("{}: is not written, since its input broke off; give the "
                      "same command again",
                      Printable(tar_)));
    Require(totals_.done() > 0 || listing.inputs.empty(), "{}: holds no image",
            Printable(listing.inputs.empty() ? tar_ : listing.inputs.front().path));
    tar.Finish(options_.durable ? Durability::kDurable : Durability::kFast);
    WriteRunFile(/*finished=*/true);
    manifest.Finish();
  }

  // Two photos of one place would be two members of one name.
  void NoteTwice(Input& input, std::unordered_set<std::string>& places) const {
    if (!input.problem.empty()) return;
    for (const OutputKind kind : job_.outputs) {
      const std::string place = OutputPath(input.relative, kind).string();
      if (!places.insert(place).second)
        input.problem = fmt::format("{}: its result would be {} again; the first one counts",
                                    Printable(input.path), Printable(fs::path(place)));
    }
  }

  struct Result {
    std::vector<OutputFile> files;
    fs::path relative;
    Outcome outcome;
  };

  Result Make(const InputStream::Photo& photo) const {
    const Input& input = photo.input;
    Result result = {.files = {}, .relative = input.relative, .outcome = {}};
    nlohmann::json& entry = result.outcome.entry;
    result.outcome.failure = FailureOf(input.path, [&] {
      if (!input.problem.empty()) Fail("{}", input.problem);
      const Stopwatch reading;
      const std::vector<std::uint8_t> bytes = photo.bytes ? *photo.bytes : ReadInput(input);
      PhotoWork::Made made = work_.Make(input, bytes, reading.Milliseconds());
      entry = std::move(made.entry);
      result.files = std::move(made.files);
    });
    const bool failed = !result.outcome.failure.empty();
    if (failed) entry = {{"error", result.outcome.failure}};
    entry["path"] = input.path.string();
    entry["output"] = (tar_.filename() / OutputPath(input.relative, job_.outputs.front())).string();
    entry["archive"] = tar_.filename().string();
    entry["status"] = failed ? "failed" : "ok";
    entry["order"] = {input.argument, input.line, input.relative.string()};
    return result;
  }

  // What is of one photo stands together, as WebDataset wants it.
  void Record(const Result& result, TarWriter& tar, ManifestWriter& manifest) {
    const Outcome& outcome = result.outcome;
    const std::string path = Printable(outcome.entry["path"].get<std::string>());
    for (const OutputFile& file : result.files)
      tar.Add(OutputPath(result.relative, file.kind), file.bytes);
    if (outcome.failure.empty()) {
      tar.Add(fs::path(result.relative).replace_extension(".json"),
              BytesOf(SidecarOf(outcome.entry)));
    } else {
      control_.Error(outcome.failure);
    }
    totals_.Add(outcome);
    if (const std::string news = work_.NewsOfMemory(); !news.empty()) control_.Info(news);
    if (outcome.entry.contains("note"))
      control_.Warning(fmt::format("{}: {}", path, outcome.entry["note"].get<std::string>()));
    control_.Debug(fmt::format("{}: {}", path, outcome.entry["status"].get<std::string>()));
    manifest.Write(outcome.entry);
  }

  BatchSummary Summary(const Listing& listing) const {
    return {.totals = totals_,
            .inputs = totals_.done(),
            .failed = totals_.failed,
            .not_searched = listing.problems.size(),
            .interrupted = !done_,
            .seconds = watch_.Seconds(),
            .folder = tar_,
            .manifest = folder_.manifest_file(),
            .unreadable = listing.unreadable.empty() ? "" : DescribeUnreadable(listing)};
  }

  static constexpr char kUnknown[] = "";

  const BatchOptions& options_;
  const BatchJob& job_;
  const RunControl& control_;
  const Shard shard_;
  const fs::path tar_;
  const RunFolder folder_;
  const PhotoWork work_;
  std::string sources_;
  RunTotals totals_;
  bool done_ = false;
  const Stopwatch watch_;
};

}  // namespace

BatchSummary RunIntoTar(const BatchOptions& options, const BatchJob& job,
                        const RunControl& control) {
  return TarRun(options, job, control).Run();
}

}  // namespace gradcut
