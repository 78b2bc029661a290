#include "dataset/named_hints.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace gradcut {
namespace {

std::vector<std::string> NamesOf(const std::vector<NamedEntry>& entries) {
  std::vector<std::string> names;
  std::transform(entries.begin(), entries.end(), std::back_inserter(names),
                 [](const NamedEntry& entry) { return entry.name; });
  return names;
}

}  // namespace

NamedHints::NamedHints(const std::filesystem::path& file, std::vector<NamedEntry> entries,
                       std::span<const Input> photos, std::vector<std::string> warnings)
    : file_(Printable(file)),
      entries_(std::move(entries)),
      match_(file_, NamesOf(entries_), photos),
      warnings_(std::move(warnings)) {
  FindUnused(photos);
}

void NamedHints::FindUnused(std::span<const Input> photos) {
  if (photos.empty()) return;
  std::vector<bool> used(entries_.size(), false);
  for (const Input& photo : photos) {
    try {
      if (const auto index = match_.Find(photo)) used[*index] = true;
    } catch (const Error&) {  // That photo will tell.
    }
  }
  std::vector<std::string> unused;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (!used[i]) unused.push_back(entries_[i].name);
  for (std::string& line : WarningOfUnused(file_, "names", unused, entries_.size()))
    warnings_.push_back(std::move(line));
}

const NamedEntry* NamedHints::EntryOf(const Input& photo) const {
  const std::optional<std::size_t> index = match_.Find(photo);
  return index ? &entries_[*index] : nullptr;
}

std::vector<HintPiece> NamedHints::Find(const Input& photo, cv::Size /*size*/) const {
  const NamedEntry* const entry = EntryOf(photo);
  if (entry == nullptr) return {};
  Require(entry->error.empty(), "{}", entry->error);
  return entry->pieces;
}

std::string NamedHints::Content(const Input& photo) const {
  const NamedEntry* const entry = EntryOf(photo);
  if (entry == nullptr) return "";
  return entry->error + ContentOf(entry->pieces);
}

std::vector<std::string> NamedHints::Warnings() const { return warnings_; }

}  // namespace gradcut
