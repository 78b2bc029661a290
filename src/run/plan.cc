#include "gradcut/run/plan.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

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
    if (item.input.problem.empty() && outputs.contains(CanonicalPath(item.input.path).native()))
      throw UsageError(
          fmt::format("{} would be overwritten by an output; take another folder for -o",
                      Printable(item.input.path)));
}

}  // namespace

std::vector<BatchItem> PlanOutputs(std::span<const Input> inputs,
                                   const std::vector<OutputKind>& kinds, const fs::path& folder) {
  OutputOwners claims(folder);
  std::vector<BatchItem> items;
  for (const Input& input : inputs) {
    BatchItem& item = items.emplace_back(BatchItem{.input = input});
    for (const OutputKind kind : kinds) {
      item.outputs.push_back(folder / OutputPath(input.relative, kind));
      if (input.problem.empty()) claims.Claim(item.outputs.back(), input.path);
    }
  }
  for (const BatchItem& item : items)
    for (const fs::path& output : item.outputs) claims.CheckFoldersOf(output, item.input.path);
  CheckInputsAreSafe(items);
  return items;
}

}  // namespace gradcut
