#include "run/run_folder.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/tar_reader.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "run/source_stamp.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr char kShardRule[] = "sha256 of the place without its extension";

bool Exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// Not a folder: what a run removes are files.
void Remove(const fs::path& path) {
  std::error_code ignored;  // A file that cannot be removed fails when it is written.
  if (!fs::is_directory(fs::symlink_status(path, ignored))) fs::remove(path, ignored);
}

fs::path RunFile(const fs::path& folder, const std::string& suffix) {
  return folder / ("run" + suffix + ".json");
}

fs::path ManifestFile(const fs::path& folder, const std::string& suffix) {
  return folder / ("manifest" + suffix + ".jsonl");
}

// The first output that is there already, or nothing.
fs::path FirstExisting(std::span<const BatchItem> items) {
  for (const BatchItem& item : items)
    for (const fs::path& output : item.outputs)
      if (Exists(output)) return output;
  return {};
}

// A run.json; null if it is not one of ours. Throws `Error` when it cannot be read.
nlohmann::json ReadRunFile(const fs::path& run_file) {
  const std::vector<std::uint8_t> bytes = ReadFile(run_file);
  nlohmann::json run = ParsedJson(AsText(bytes));
  return run.is_object() && run.contains("recipe") && run.contains("made_by") ? run
                                                                              : nlohmann::json();
}

// What a run.json says of how its outputs were made; null for null.
nlohmann::json IdentityOf(const nlohmann::json& run) {
  if (run.is_null()) return {};
  return {{"recipe", run["recipe"]}, {"made_by", run["made_by"]}};
}

bool AreAlike(const nlohmann::json& a, const nlohmann::json& b) {
  return WithoutFileNames(a) == WithoutFileNames(b);
}

// Names the first difference: "seeds.foreground_quantile is 0.9 there, 0.95 here".
std::string Difference(const nlohmann::json& there, const nlohmann::json& here,
                       const std::string& name) {
  if (!there.is_object() || !here.is_object())
    return fmt::format("{} is {} there, {} here", name, JsonText(there), JsonText(here));
  std::set<std::string> keys;
  for (const auto& [key, value] : there.items()) keys.insert(key);
  for (const auto& [key, value] : here.items()) keys.insert(key);
  for (const std::string& key : keys) {
    const nlohmann::json a = there.value(key, nlohmann::json());
    const nlohmann::json b = here.value(key, nlohmann::json());
    if (a != b) return Difference(a, b, name.empty() ? key : name + "." + key);
  }
  return "";
}

// "1.0 (0ddba11)"
std::string VersionOf(const nlohmann::json& identity) {
  const std::string version = RunRecord::TextAt(identity["made_by"], "version");
  const std::string commit = RunRecord::TextAt(identity["made_by"], "commit");
  return (version.empty() ? "?" : version) + (commit.empty() ? "" : " (" + commit + ")");
}

// In what a run of another identity differs: "a run of gradcut 1.0, this is 1.1".
std::string DescribeOther(const nlohmann::json& there, const nlohmann::json& here) {
  if (VersionOf(there) != VersionOf(here))
    return fmt::format("a run of gradcut {}, this is {}", VersionOf(there), VersionOf(here));
  // What a file is called matters where it is another one.
  nlohmann::json a = there, b = here;
  const auto at = [](const nlohmann::json& identity, const char* key) {
    const nlohmann::json& made_by = identity["made_by"];
    return made_by.is_object() ? made_by.value(key, nlohmann::json()) : nlohmann::json();
  };
  const auto same = [&](const char* key) { return at(there, key) == at(here, key); };
  const bool one_model = same("model_sha256") && same("head_sha256") && same("more_networks");
  for (const auto& [name, is_same] : {std::pair("model", one_model),
                                      {"head", one_model},
                                      {"objectness", same("objectness_sha256")},
                                      {"class_map", same("class_map_sha256")}})
    for (nlohmann::json* const identity : {&a, &b})
      if (is_same && (*identity)["recipe"].is_object()) (*identity)["recipe"].erase(name);
  const char* const part = a["recipe"] == b["recipe"] ? "made_by" : "recipe";
  return fmt::format("a run of another recipe ({})", Difference(a[part], b[part], ""));
}

// Whether two runs of gradcut mask differ in how results are drawn alone.
bool HaveSameMasks(nlohmann::json there, nlohmann::json here) {
  for (nlohmann::json* const identity : {&there, &here}) {
    if (!(*identity)["recipe"].is_object() || !(*identity)["made_by"].is_object()) return false;
    (*identity)["recipe"].erase("render");
    (*identity)["made_by"].erase("background_sha256");
  }
  return AreAlike(there, here) && RunRecord::TextAt(here["made_by"], "command") == "mask";
}

// Whether the photo at a path is the one that a manifest tells of by it.
bool IsStillThere(const Input& input, const ManifestWriter& manifest) {
  const nlohmann::json sources = manifest.Earlier({{"path", input.path.string()}})["sources"];
  return sources.is_array() && !sources.empty() && sources[0] == StampOf(input);
}

// The photo that a path of a manifest means, if that is another one than `input`. It may be gone.
fs::path OtherPhoto(const fs::path& origin, const fs::path& input,
                    const std::vector<fs::path>& elsewhere) {
  std::error_code ignored;
  const auto is_other = [&](const fs::path& photo) {
    return fs::exists(photo, ignored) && !fs::equivalent(photo, input, ignored);
  };
  for (const fs::path& start : elsewhere)
    if (is_other(start / origin)) return start / origin;
  return is_other(origin) ? origin : fs::path();
}

}  // namespace

struct RunFolder::Run {
  std::string suffix;
  nlohmann::json file;  // What its run.json holds; null for one that is not ours.
  nlohmann::json identity;
  bool by_position = false;  // A shard of a version that dealt inputs out by their position.
};

nlohmann::json ToJson(const Shard& shard) {
  return {{"index", shard.index}, {"count", shard.count}, {"by", kShardRule}};
}

std::optional<Shard> ShardIn(const nlohmann::json& run) {
  const auto shard = run.find("shard");
  if (shard == run.end() || !shard->is_object()) return std::nullopt;
  const Shard found = {ValueAt(*shard, "index", std::size_t{0}),
                       ValueAt(*shard, "count", std::size_t{0})};
  return found.index < found.count ? std::optional(found) : std::nullopt;
}

RunFolder::RunFolder(fs::path folder, const Shard& shard)
    : folder_(std::move(folder)),
      suffix_(shard.count == 1 ? "" : fmt::format(".{}-of-{}", shard.index, shard.count)) {}

RunFolder::RunFolder(fs::path folder, std::string suffix)
    : folder_(std::move(folder)), suffix_(std::move(suffix)) {}

fs::path RunFolder::run_file() const { return RunFile(folder_, suffix_); }
fs::path RunFolder::manifest_file() const { return ManifestFile(folder_, suffix_); }

void RunFolder::Make() const {
  std::error_code error;
  fs::create_directories(folder_, error);
  Require(!error && fs::is_directory(folder_), "{}: the output folder cannot be made: {}",
          Printable(folder_), error ? error.message() : "it is a file");
}

void RunFolder::WriteRun(const nlohmann::json& run) const {
  // Without it, nothing says what the results in the folder are: a power failure must leave one.
  WriteFileAtomically(run_file(), JsonText(run, 2) + "\n", Durability::kDurable);
}

std::vector<RunFolder::Run> RunFolder::Runs() const {
  static const std::regex pattern(R"(run((?:\.\d+-of-\d+|\..+\.tar)?)\.json)");
  std::vector<Run> runs;
  std::error_code ignored;  // A folder that cannot be searched fails when it is written to.
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    std::smatch match;
    if (!std::regex_match(name, match, pattern)) continue;
    nlohmann::json run = ReadRunFile(entry.path());
    const bool is_shard = match[1].length() > 0 && !IsTarName(match[1].str());
    const bool by_position =
        is_shard && !run.is_null() &&
        RunRecord::TextAt(run.value("shard", nlohmann::json::object()), "by") != kShardRule;
    nlohmann::json identity = IdentityOf(run);
    runs.push_back({match[1].str(), std::move(run), std::move(identity), by_position});
  }
  std::sort(runs.begin(), runs.end(),
            [](const Run& a, const Run& b) { return a.suffix < b.suffix; });
  return runs;
}

std::vector<RunFolder::Found> RunFolder::FindRuns() const {
  std::vector<Found> found;
  for (Run& run : Runs())
    found.push_back(
        {RunFile(folder_, run.suffix), ManifestFile(folder_, run.suffix), std::move(run.file)});
  return found;
}

std::vector<fs::path> RunFolder::Manifests() const {
  std::vector<fs::path> manifests;
  for (const Run& run : Runs())
    if (run.suffix != suffix_) manifests.push_back(ManifestFile(folder_, run.suffix));
  manifests.push_back(manifest_file());
  return manifests;
}

void RunFolder::CheckOrigins(std::span<const BatchItem> share,
                             const ManifestWriter& manifest) const {
  const std::vector<fs::path> elsewhere = StartsElsewhere();
  for (const BatchItem& item : share)
    for (const fs::path& output : item.outputs) {
      const fs::path origin = manifest.OriginOf(output.lexically_relative(folder_));
      if (origin.empty() ||
          (origin == item.input.path && (elsewhere.empty() || IsStillThere(item.input, manifest))))
        continue;
      const fs::path other = OtherPhoto(origin, item.input.path, elsewhere);
      if (other.empty() || !Exists(output)) continue;
      throw UsageError(fmt::format(
          "{} was made from {}, not from {}; take another folder, or --existing overwrite",
          Printable(output), Printable(other), Printable(item.input.path)));
    }
}

// Where runs were started that wrote here, but for where this one was. A folder below that may have
// been copied with its photos.
std::vector<fs::path> RunFolder::StartsElsewhere() const {
  if (LiesIn(folder_, ".")) return {};
  std::set<fs::path> folders;
  for (const Found& found : FindRuns()) folders.insert(RunRecord::TextAt(found.run, "folder"));
  folders.erase(fs::path());
  folders.erase(fs::current_path());
  return {folders.begin(), folders.end()};
}

void RunFolder::Refuse(const Run& run, const nlohmann::json& identity) const {
  const fs::path file = RunFile(folder_, run.suffix);
  if (run.identity.is_null())
    throw UsageError(fmt::format(
        "{} was not made by gradcut, or is damaged; take another folder for -o, or move "
        "it away",
        Printable(file)));
  if (run.by_position)
    throw UsageError(fmt::format(
        "{} is a shard of an earlier gradcut, which dealt inputs out by their position; take "
        "another folder, or --existing overwrite",
        Printable(file)));
  throw UsageError(fmt::format("{} holds {}; take another folder, or --existing overwrite{}",
                               Printable(folder_), DescribeOther(run.identity, identity),
                               HaveSameMasks(run.identity, identity)
                                   ? "; gradcut cutout makes other cut-outs of the masks there"
                                   : ""));
}

void RunFolder::RemoveForeign(std::span<const Run> foreign, std::span<const BatchItem> all) const {
  std::set<fs::path> planned;  // What this run will write, and what is of the same inputs.
  for (const BatchItem& item : all)
    for (const OutputKind kind : AllOutputKinds())
      planned.insert(OutputPath(item.input.relative, kind));
  std::set<fs::path> theirs;
  for (const Run& run : foreign) {
    const fs::path manifest = ManifestFile(folder_, run.suffix);
    Require(run.suffix == suffix_ || !IsBeingWritten(manifest),
            "{}: another gradcut is writing here; wait for it, or take another folder",
            Printable(manifest));
    if (run.identity.is_null() && run.suffix != suffix_) Refuse(run, {});
    if (run.identity.is_null()) continue;  // Nobody knows which files it tells of.
    for (const nlohmann::json& entry : EntriesIn(manifest))
      for (const fs::path& file : FilesOf(entry, folder_)) theirs.insert(file);
  }
  for (const fs::path& file : theirs)
    if (!planned.contains(file) && Exists(folder_ / file))
      throw UsageError(
          fmt::format("{} is of another recipe and would not be overwritten by this run; "
                      "take another folder, or remove it",
                      Printable(folder_ / file)));
  for (const fs::path& file : theirs) Remove(folder_ / file);
  RemoveOutputs(all);
  for (const Run& run : foreign) {
    RemoveManifest(ManifestFile(folder_, run.suffix));
    Remove(RunFile(folder_, run.suffix));
  }
}

void RunFolder::RemoveOutputs(std::span<const BatchItem> all) const {
  for (const BatchItem& item : all)
    for (const fs::path& output : item.outputs) Remove(output);
}

void RunFolder::Admit(const nlohmann::json& identity,
                      const std::function<std::vector<BatchItem>()>& all,
                      std::span<const BatchItem> share, Existing existing) const {
  const fs::path occupied = FirstExisting(share);
  if (existing == Existing::kError && !occupied.empty())
    throw UsageError(fmt::format("{} exists (--existing error)", Printable(occupied)));

  const std::vector<Run> runs = Runs();
  std::vector<Run> foreign = runs;
  std::erase_if(foreign, [&](const Run& run) {
    return AreAlike(run.identity, identity) && !run.by_position;
  });
  if (!foreign.empty() && existing != Existing::kOverwrite) Refuse(foreign.front(), identity);
  if (!foreign.empty()) return RemoveForeign(foreign, all());
  if (!runs.empty()) return;

  const fs::path unknown = occupied.empty() && Exists(manifest_file()) ? manifest_file() : occupied;
  if (unknown.empty()) return;
  if (existing != Existing::kOverwrite)
    throw UsageError(fmt::format(
        "{} exists, but no {} says how it was made; take another folder, or --existing overwrite",
        Printable(unknown), Printable(run_file())));
  RemoveOutputs(all());
}

nlohmann::json WithoutFileNames(nlohmann::json identity) {
  if (!identity.is_object()) return identity;
  nlohmann::json& recipe = identity["recipe"];
  if (!recipe.is_object()) return identity;
  for (const char* const name : {"model", "objectness", "head", "class_map"}) recipe.erase(name);
  const auto render = recipe.find("render");
  if (render != recipe.end() && render->is_object() &&
      identity["made_by"].contains("background_sha256"))
    render->erase("background");
  return identity;
}

std::string DifferenceOfRuns(const nlohmann::json& a, const nlohmann::json& b) {
  const nlohmann::json one = IdentityOf(a), other = IdentityOf(b);
  return AreAlike(one, other) ? "" : DescribeOther(one, other);
}

void RequireSameRun(const RunRecord& record, const nlohmann::json& recipe,
                    const nlohmann::json& made_by) {
  const nlohmann::json here = {{"recipe", recipe}, {"made_by", made_by}};
  const nlohmann::json there = IdentityOf(record.run);
  Require(AreAlike(there, here), "{}: is of {}; make the run anew with this one",
          Printable(record.file), DescribeOther(there, here));
}

}  // namespace gradcut
