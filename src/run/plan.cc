#include "gradcut/run/plan.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/canonical_places.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The folder of a path as it is written, or "".
std::string_view FolderOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.substr(0, slash == std::string_view::npos ? 0 : slash);
}

// The item of each planned file, to find those that get into each other's way.
class OutputOwners {
 public:
  /// Keeps references to the items.
  OutputOwners(const std::vector<BatchItem>& items, const fs::path& folder) : folder_(folder) {
    for (const BatchItem& item : items)
      for (const fs::path& output : item.outputs)
        if (item.input.problem.empty()) Claim(output, item);
    for (const BatchItem& item : items)
      for (const fs::path& output : item.outputs) CheckFoldersOf(output, item);
  }

 private:
  void Claim(const fs::path& output, const BatchItem& item) {
    const auto [other, is_new] = owner_of_.emplace(output.native(), &item);
    if (is_new) return;
    throw UsageError(fmt::format("{} and {} would both write {}; rename one, or run them apart",
                                 Printable(other->second->input.path), Printable(item.input.path),
                                 Printable(output)));
  }

  void CheckFoldersOf(const fs::path& output, const BatchItem& item) {
    for (std::string_view folder = FolderOf(output.native());
         folder.size() > folder_.native().size() && checked_.insert(folder).second;
         folder = FolderOf(folder)) {
      const auto other = owner_of_.find(folder);
      if (other == owner_of_.end()) continue;
      throw UsageError(fmt::format("{} would write {}, where {} needs a folder; rename one",
                                   Printable(other->second->input.path),
                                   Printable(fs::path(folder)), Printable(item.input.path)));
    }
  }

  const fs::path& folder_;
  std::unordered_map<std::string_view, const BatchItem*> owner_of_;
  std::unordered_set<std::string_view> checked_;
};

// Where files really lie; links are followed.
class Targets {
 public:
  std::string Of(const Input& input) {
    return input.may_be_link ? Of(input.path) : places_.Of(input.path);
  }

  std::string Of(const fs::path& file) {
    std::error_code ignored;
    return fs::is_symlink(file, ignored) ? CanonicalPath(file).native() : places_.Of(file);
  }

 private:
  CanonicalPlaces places_;
};

// The inputs that lie in folders that are written to, seldom any, are compared with each output.
void CheckInputsAreSafe(const std::vector<BatchItem>& items) {
  Targets targets;
  std::unordered_set<std::string> folders;
  for (const BatchItem& item : items)
    for (const fs::path& output : item.outputs) folders.emplace(FolderOf(targets.Of(output)));
  std::unordered_map<std::string, const BatchItem*> in_danger;
  for (const BatchItem& item : items) {
    if (!item.input.problem.empty()) continue;
    std::string target = targets.Of(item.input);
    if (folders.contains(std::string(FolderOf(target))))
      in_danger.emplace(std::move(target), &item);
  }
  if (in_danger.empty()) return;
  for (const BatchItem& item : items)
    for (const fs::path& output : item.outputs)
      if (const auto input = in_danger.find(targets.Of(output)); input != in_danger.end())
        throw UsageError(
            fmt::format("{} would be overwritten by an output; take another folder for -o",
                        Printable(input->second->input.path)));
}

}  // namespace

std::vector<BatchItem> PlanOutputs(std::vector<Input> inputs, const std::vector<OutputKind>& kinds,
                                   const fs::path& folder) {
  std::vector<BatchItem> items;
  items.reserve(inputs.size());
  for (Input& input : inputs) {
    BatchItem& item = items.emplace_back(BatchItem{.input = std::move(input)});
    item.outputs.reserve(kinds.size());
    for (const OutputKind kind : kinds)
      item.outputs.push_back(folder / OutputPath(item.input.relative, kind));
  }
  const OutputOwners owners(items, folder);
  CheckInputsAreSafe(items);
  return items;
}

}  // namespace gradcut
