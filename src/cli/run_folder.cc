#include "cli/run_folder.h"

#include "gradcut/io/file.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <map>

namespace gradcut {
namespace {

std::string ShardSuffix(const Shard& shard) {
  return shard.count == 1 ? "" : fmt::format(".{}-of-{}", shard.index, shard.count);
}

bool Exists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

std::filesystem::path Absolute(const std::filesystem::path& path) {
  return std::filesystem::absolute(path).lexically_normal();
}

// The first output that is there already, or nothing.
std::filesystem::path FirstExisting(std::span<const BatchItem> items) {
  for (const BatchItem& item : items)
    for (const std::filesystem::path& output : item.outputs)
      if (Exists(output)) return output;
  return {};
}

// The identity that a run.json tells of; null if it is missing or not one of ours.
nlohmann::json IdentityOf(const std::filesystem::path& run_file) {
  std::ifstream file(run_file);
  const nlohmann::json run = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!run.is_object() || !run.contains("recipe") || !run.contains("made_by")) return {};
  return {{"recipe", run["recipe"]}, {"made_by", run["made_by"]}};
}

// Names the first difference: "seeds.foreground_quantile is 0.9 there, 0.95 here".
std::string Difference(const nlohmann::json& there, const nlohmann::json& here) {
  const nlohmann::json there_flat = there.flatten(), here_flat = here.flatten();
  for (const auto& [key, value] : here_flat.items()) {
    const nlohmann::json other = there_flat.value(key, nlohmann::json());
    if (other != value)
      return fmt::format("{} is {} there, {} here", key.substr(1), other.dump(), value.dump());
  }
  return "it has options that this run has not";
}

}  // namespace

Shard ParseShard(const std::string& text) {
  if (text.empty()) return {};
  Shard shard;
  const char* const last = text.data() + text.size();
  const auto [slash, index_error] = std::from_chars(text.data(), last, shard.index);
  const bool separated = index_error == std::errc() && slash != last && *slash == '/';
  const auto [end, count_error] = separated
                                      ? std::from_chars(slash + 1, last, shard.count)
                                      : std::from_chars_result{slash, std::errc::invalid_argument};
  if (!separated || count_error != std::errc() || end != last || shard.index >= shard.count)
    throw UsageError(fmt::format("--shard {}: expected I/N with I = 0 .. N - 1", text));
  return shard;
}

RunFolder::RunFolder(std::filesystem::path folder, const Shard& shard)
    : folder_(std::move(folder)), suffix_(ShardSuffix(shard)) {}

std::vector<BatchItem> RunFolder::Plan(std::span<const Input> inputs,
                                       const std::vector<OutputKind>& kinds) const {
  std::map<std::filesystem::path, std::filesystem::path> input_of;  // By output.
  std::vector<BatchItem> items;
  for (const Input& input : inputs) {
    BatchItem& item = items.emplace_back(BatchItem{input.path, {}});
    for (const OutputKind kind : kinds) {
      const std::filesystem::path output = folder_ / OutputPath(input.relative, kind);
      const auto [other, is_new] = input_of.emplace(Absolute(output), input.path);
      if (!is_new)
        throw UsageError(fmt::format("{} and {} would both write {}; rename one, or run them apart",
                                     Printable(other->second), Printable(input.path),
                                     Printable(output)));
      item.outputs.push_back(output);
    }
  }
  for (const Input& input : inputs)
    if (input_of.contains(Absolute(input.path)))
      throw UsageError(
          fmt::format("{} would be overwritten by an output; take another folder for -o",
                      Printable(input.path)));
  return items;
}

void RunFolder::Admit(const nlohmann::json& identity, std::span<const BatchItem> items,
                      Existing existing) const {
  const std::filesystem::path occupied = FirstExisting(items);
  if (existing == Existing::kError && !occupied.empty())
    throw UsageError(fmt::format("{} exists (--existing error)", Printable(occupied)));

  const nlohmann::json there = IdentityOf(run_file());
  if (there == identity) return;
  if (existing == Existing::kOverwrite) {
    for (const BatchItem& item : items)
      for (const std::filesystem::path& output : item.outputs) {
        std::error_code ignored;  // A file that cannot be removed fails when it is written.
        std::filesystem::remove(output, ignored);
      }
    return;
  }
  if (!there.is_null())
    throw UsageError(fmt::format(
        "{} holds a run of another recipe ({}); take another folder, or --existing overwrite",
        Printable(folder_), Difference(there, identity)));
  if (!occupied.empty())
    throw UsageError(fmt::format(
        "{} exists, but no {} says how it was made; take another folder, or --existing overwrite",
        Printable(occupied), Printable(run_file())));
}

}  // namespace gradcut
