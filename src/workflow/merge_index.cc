#include "workflow/merge_index.h"

#include "gradcut/core/error.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/storage/text.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// Photos are known by where they are, however a run was told.
std::uint64_t NumberOf(const fs::path& base, const fs::path& path) {
  const std::string name = (base / path).lexically_normal().string();
  return Sha256Number(std::as_bytes(std::span(name)));
}

}  // namespace

MergeIndex::MergeIndex(const std::vector<MergedRun>& runs) : runs_(runs) {
  for (std::size_t run = 0; run < runs.size(); ++run) {
    Read(run, runs[run].found.manifest);
    Read(run, runs[run].found.manifest.string() + ".partial");
  }
}

void MergeIndex::Read(std::size_t run, const fs::path& manifest) {
  const fs::path base = RunRecord::TextAt(runs_[run].found.run, "folder");
  std::streamoff next = 0;
  sources_.emplace_back(manifest, std::ios::binary);
  const bool is_there = ForEachRawLine(manifest, [&](const std::string& line) {
    const std::streamoff offset = std::exchange(next, next + std::streamoff(line.size()) + 1);
    const nlohmann::json entry = ParsedJson(line);
    if (!entry.is_object() || RunRecord::TextAt(entry, "path").empty()) return;
    const std::uint64_t key = NumberOf(base, RunRecord::TextAt(entry, "path"));
    Item item = {.order = {std::numeric_limits<std::size_t>::max(), 0, items_.size(), ""},
                 .run = run,
                 .source = sources_.size() - 1,
                 .offset = offset,
                 .state = StateOf(entry, run)};
    if (const nlohmann::json order = entry.value("order", nlohmann::json());
        order.is_array() && order.size() == 3 && order[0].is_number_unsigned() &&
        order[1].is_number_unsigned() && order[2].is_string())
      item.order = {runs_[run].listing, order[0], order[1], order[2]};
    if (item.state == State::kDone) Claim(entry, key);
    Add(key, std::move(item));
  });
  if (!is_there) sources_.pop_back();
}

MergeIndex::State MergeIndex::StateOf(const nlohmann::json& entry, std::size_t run) const {
  const std::string status = RunRecord::TextAt(entry, "status");
  if (status != "ok" && status != "skipped" && status != "unscored") return State::kFailed;
  const fs::path& folder = runs_[run].folder;
  const std::vector<fs::path> files = FilesOf(entry, folder);
  const bool there = std::all_of(files.begin(), files.end(), [&](const fs::path& file) {
    std::error_code ignored;
    return fs::exists(folder / file, ignored);
  });
  return there ? State::kDone : State::kGone;
}

void MergeIndex::Claim(const nlohmann::json& entry, std::uint64_t key) {
  Claim(RunRecord::TextAt(entry, "output"), entry, key);
  const nlohmann::json files = entry.value("files", nlohmann::json::array());
  for (const nlohmann::json& file : files)
    if (file.is_string()) Claim(file.get<std::string>(), entry, key);
}

void MergeIndex::Claim(const std::string& file, const nlohmann::json& entry, std::uint64_t key) {
  if (file.empty()) return;
  const std::uint64_t number = NumberOf("", file);
  const auto [writer, is_new] = writer_of_.emplace(number, key);
  if (is_new || writer->second == key) return;
  const auto other = index_of_.find(writer->second);
  Fail("{} and {} both became {}; merge them into two folders",
       Printable(RunRecord::TextAt(EntryOf(items_[other->second]), "path")),
       Printable(RunRecord::TextAt(entry, "path")), Printable(fs::path(file)));
}

// What is done counts before what failed, and the first of equals.
void MergeIndex::Add(std::uint64_t key, Item item) {
  const auto [known, is_new] = index_of_.emplace(key, items_.size());
  if (is_new) {
    items_.push_back(std::move(item));
    return;
  }
  Item& there = items_[known->second];
  item.order = std::min(item.order, there.order);
  there.order = item.order;
  const bool done = item.state == State::kDone, was_done = there.state == State::kDone;
  if (done && was_done && runs_[item.run].folder != runs_[there.run].folder)
    doubled_.emplace_back(there, item);
  // A manifest says later what counts more.
  if (item.run == there.run ? done || !was_done : done && !was_done) there = std::move(item);
}

// Files of one name; where the two have different places, in their order.
std::vector<MergeIndex::FilePair> MergeIndex::DoubledFiles() {
  std::vector<FilePair> all;
  for (const auto& [counts, other] : doubled_) {
    const fs::path &folder = runs_[counts.run].folder, &other_folder = runs_[other.run].folder;
    const std::vector<fs::path> files = FilesOf(EntryOf(counts), folder);
    const std::vector<fs::path> others = FilesOf(EntryOf(other), other_folder);
    const std::size_t before = all.size();
    for (const fs::path& file : files)
      if (std::find(others.begin(), others.end(), file) != others.end())
        all.emplace_back(folder / file, other_folder / file);
    if (all.size() > before) continue;
    for (std::size_t i = 0; i < std::min(files.size(), others.size()); ++i)
      all.emplace_back(folder / files[i], other_folder / others[i]);
  }
  return all;
}

bool MergeIndex::Place(const Input& input, const fs::path& base, std::size_t listing) {
  const auto known = index_of_.find(NumberOf(base, input.path));
  if (known == index_of_.end()) return true;
  Item& item = items_[known->second];
  item.placed = true;
  item.order =
      std::min(item.order, {listing, input.argument, input.line, PlaceOf(input, base).string()});
  return item.state != State::kDone;
}

fs::path MergeIndex::PlaceOf(const Input& input, const fs::path& base) const {
  const auto known = index_of_.find(NumberOf(base, input.path));
  const std::string place =
      known == index_of_.end() ? "" : std::get<3>(items_[known->second].order);
  return place.empty() ? input.relative : fs::path(place);
}

std::vector<const MergeIndex::Item*> MergeIndex::Ordered() const {
  std::vector<const Item*> ordered;
  for (const Item& item : items_) ordered.push_back(&item);
  std::sort(ordered.begin(), ordered.end(),
            [](const Item* a, const Item* b) { return a->order < b->order; });
  return ordered;
}

nlohmann::json MergeIndex::EntryOf(const Item& item) {
  std::ifstream& source = sources_[item.source];
  source.clear();
  source.seekg(item.offset);
  std::string line;
  if (!std::getline(source, line))
    Fail("{}: cannot be read", Printable(runs_[item.run].found.manifest));
  nlohmann::json entry = ParsedJson(line);
  entry.erase("order");
  if (RunRecord::TextAt(entry, "status") == "skipped") entry["status"] = "ok";
  return entry;
}

}  // namespace gradcut
