#include "gradcut/run/plan.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

#include <charconv>
#include <unordered_map>
#include <unordered_set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The input of each planned file, to find those that get into each other's way.
class OutputOwners {
 public:
  explicit OutputOwners(fs::path folder) : folder_(std::move(folder)) {}

  void Claim(const fs::path& output, const fs::path& input) {
    const auto [other, is_new] = input_of_.emplace(output.native(), input);
    if (is_new) return;
    throw UsageError(fmt::format("{} and {} would both write {}; rename one, or run them apart",
                                 Printable(other->second), Printable(input), Printable(output)));
  }

  void CheckFoldersOf(const fs::path& output, const fs::path& input) const {
    for (fs::path parent = output.parent_path(); parent != folder_ && parent.has_relative_path();
         parent = parent.parent_path()) {
      const auto other = input_of_.find(parent.native());
      if (other == input_of_.end()) continue;
      throw UsageError(fmt::format("{} would write {}, where {} needs a folder; rename one",
                                   Printable(other->second), Printable(parent), Printable(input)));
    }
  }

 private:
  fs::path folder_;
  std::unordered_map<std::string, fs::path> input_of_;
};

void CheckInputsAreSafe(std::span<const BatchItem> items) {
  std::unordered_set<std::string> outputs;
  for (const BatchItem& item : items)
    for (const fs::path& output : item.outputs) outputs.insert(CanonicalPath(output).native());
  for (const BatchItem& item : items)
    if (outputs.contains(CanonicalPath(item.input).native()))
      throw UsageError(
          fmt::format("{} would be overwritten by an output; take another folder for -o",
                      Printable(item.input)));
}

}  // namespace

Shard ParseShard(const std::string& text) {
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

std::vector<BatchItem> PlanOutputs(std::span<const Input> inputs,
                                   const std::vector<OutputKind>& kinds, const fs::path& folder) {
  OutputOwners claims(folder);
  std::vector<BatchItem> items;
  for (const Input& input : inputs) {
    BatchItem& item = items.emplace_back(BatchItem{input.path, input.relative});
    for (const OutputKind kind : kinds) {
      item.outputs.push_back(folder / OutputPath(input.relative, kind));
      claims.Claim(item.outputs.back(), input.path);
    }
  }
  for (const BatchItem& item : items)
    for (const fs::path& output : item.outputs) claims.CheckFoldersOf(output, item.input);
  CheckInputsAreSafe(items);
  return items;
}

std::vector<BatchItem> ShareOf(std::span<const BatchItem> items, const Shard& shard) {
  std::vector<BatchItem> share;
  for (std::size_t i = shard.index; i < items.size(); i += shard.count) share.push_back(items[i]);
  return share;
}

}  // namespace gradcut
