#include "dataset/keyed_folder.h"

#include "dataset/folder_walk.h"
#include "dataset/image_extensions.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/owned_folder.h"
#include "gradcut/storage/text.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// In order of preference.
constexpr std::string_view kMaskSuffixes[] = {
    ".png",  ".npy", ".tif",  ".tiff", ".bmp",  ".pgm",        ".pbm",
    ".webp", ".jpg", ".jpeg", ".avif", ".heic", ".cutout.png", ".cutout.webp"};
constexpr std::string_view kHeatMapSuffixes[] = {".npy",         ".probability.npy",
                                                 ".heatmap.npy", ".cam.npy",
                                                 ".png",         ".tif",
                                                 ".tiff",        ".bmp",
                                                 ".pgm",         ".webp",
                                                 ".jpg",         ".jpeg"};
constexpr std::string_view kTruthSuffixes[] = {".png", ".npy",  ".tif", ".tiff", ".bmp",  ".pgm",
                                               ".pbm", ".webp", ".jpg", ".jpeg", ".avif", ".heic"};
// What `gradcut mask --save` writes beside KEY.png, without the last extension.
constexpr std::string_view kCompanions[] = {".heatmap",     ".overlay",     ".cutout",
                                            ".probability", ".explanation", ".adversarial"};

// What lies beside pictures and is none.
constexpr std::string_view kTexts[] = {".txt", ".json", ".jsonl", ".xml",  ".csv",  ".tsv", ".md",
                                       ".htm", ".html", ".toml",  ".yaml", ".yml",  ".log", ".py",
                                       ".sh",  ".ini",  ".db",    ".zip",  ".lock", ""};

bool IsText(const fs::path& path) {
  const std::string extension = LowerExtension(path);
  return std::find(std::begin(kTexts), std::end(kTexts), extension) != std::end(kTexts);
}

// The key that a file has by one of the ends of its kind's names.
std::string KeyOf(const std::string& name, std::string_view suffix) {
  return name.substr(0, name.size() - suffix.size());
}

// The length of the first of some ends that a key has; 0 if it has none.
std::size_t EndLength(const std::string& key, std::span<const std::string> ends) {
  const auto found = std::find_if(ends.begin(), ends.end(), [&](const std::string& end) {
    return key.ends_with(end) && Stem(key).size() > end.size();
  });
  return found == ends.end() ? 0 : found->size();
}

}  // namespace

Suffixes SuffixesOf(PredictionKind kind) {
  switch (kind) {
    case PredictionKind::kMasks:
      return kMaskSuffixes;
    case PredictionKind::kHeatMaps:
      return kHeatMapSuffixes;
    case PredictionKind::kPhotos:
      return kImageExtensions;
  }
  throw std::logic_error("unknown kind of prediction");
}

Suffixes TruthSuffixes() { return kTruthSuffixes; }

std::string Stem(const std::string& key) { return key.substr(key.rfind('/') + 1); }

std::string KeyOfImage(const fs::path& image) {
  return ComposedName((image.parent_path() / image.stem()).generic_string());
}

std::set<std::string> UniqueStems(std::span<const std::string> keys) {
  std::set<std::string> once, more;
  for (const std::string& key : keys)
    if (!once.insert(Stem(key)).second) more.insert(Stem(key));
  for (const std::string& stem : more) once.erase(stem);
  return once;
}

bool KeySet::Contains(const std::string& key) const {
  const auto found = keys_of_stem_.find(Stem(key));
  return found != keys_of_stem_.end() && found->second.contains(key);
}

std::string KeySet::Match(const std::string& key, bool unique_stem) const {
  if (Contains(key)) return key;
  const auto found = keys_of_stem_.find(Stem(key));
  if (!unique_stem || found == keys_of_stem_.end() || found->second.size() != 1) return "";
  return *found->second.begin();
}

KeyedFolder::KeyedFolder(const fs::path& root, Suffixes suffixes,
                         std::span<const std::string> name_ends)
    : root_(root) {
  std::vector<Candidate> candidates;
  std::map<std::string, fs::path> others;
  // The pictures of a page of `report`, for instance, are no masks.
  const auto enter = [](const fs::path& folder, const auto& /*entries*/) {
    return !IsOwnedFolder(folder);
  };
  problems_ = WalkFolder(root, {}, enter, [&](const auto& file, const fs::path& relative) {
    const fs::path& path = file.path();
    const std::string key = (relative.parent_path() / relative.stem()).generic_string();
    const std::string name = key + LowerExtension(relative);
    const std::size_t known = candidates.size();
    for (std::size_t rank = 0; rank < suffixes.size(); ++rank)
      if (name.ends_with(suffixes[rank]))
        candidates.push_back({KeyOf(name, suffixes[rank]), rank, path});
    if (candidates.size() == known && !IsText(path)) others.emplace(ComposedName(key), path);
  });
  const auto has_end = [&](const Candidate& file) { return EndLength(file.key, name_ends) > 0; };
  if (std::any_of(candidates.begin(), candidates.end(), has_end)) {
    std::erase_if(candidates, [&](const Candidate& file) { return !has_end(file); });
    for (Candidate& file : candidates)
      file.key.resize(file.key.size() - EndLength(file.key, name_ends));
  }
  Choose(candidates);
  for (const auto& [key, path] : others)
    if (!files_.contains(key)) foreign_.emplace(key, path);
}

void KeyedFolder::Choose(const std::vector<Candidate>& candidates) {
  std::map<std::string, const Candidate*> best;
  for (const Candidate& file : candidates) {
    const std::string key = ComposedName(file.key);
    const auto [known, added] = best.try_emplace(key, &file);
    if (added) continue;
    const Candidate& other = *known->second;
    Require(file.key == other.key && file.rank != other.rank,
            "{} and {}: are two files for one name, '{}': remove one", Printable(other.path),
            Printable(file.path), Printable(key));
    if (file.rank < other.rank) known->second = &file;
  }
  for (const auto& [key, file] : best) {
    files_.emplace(key, file->path);
    keys_.Insert(key);
  }
}

std::string KeyedFolder::ForeignKinds() const {
  std::map<std::string, std::size_t> counts;
  for (const auto& [key, path] : foreign_) ++counts[LowerExtension(path)];
  std::vector<std::string> texts;
  for (const auto& [extension, count] : counts)
    texts.push_back(fmt::format("{} {}", count, Printable(extension)));
  return fmt::format("{}", fmt::join(texts, ", "));
}

bool KeyedFolder::IsCompanion(const std::string& key) const {
  return std::any_of(std::begin(kCompanions), std::end(kCompanions), [&](std::string_view suffix) {
    return key.ends_with(suffix) && files_.contains(key.substr(0, key.size() - suffix.size()));
  });
}

}  // namespace gradcut
