#include "gradcut/dataset/pairing.h"

#include "dataset/key_list.h"
#include "dataset/keyed_folder.h"
#include "gradcut/core/error.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

std::string_view NameOf(PredictionKind kind) {
  switch (kind) {
    case PredictionKind::kMasks:
      return "mask";
    case PredictionKind::kHeatMaps:
      return "heat map";
    case PredictionKind::kPhotos:
      return "photo";
  }
  throw std::logic_error("unknown kind of prediction");
}

void RequireExists(const fs::path& path) {
  std::error_code error;
  Require(fs::exists(path, error), "{}: there is no such file or folder", Printable(path));
}

Pairing PairFiles(const PairingOptions& options) {
  Require(!fs::is_directory(options.predictions), "{}: is a folder, but {} is a file",
          Printable(options.predictions), Printable(options.truth));
  Pairing pairing;
  pairing.pairs = {{options.truth.stem(), options.truth, options.predictions}};
  return pairing;
}

std::vector<std::string> KeysOf(const KeyedFolder& folder) {
  std::vector<std::string> keys;
  for (const auto& [key, path] : folder.files())
    if (!folder.IsCompanion(key)) keys.push_back(key);
  return keys;
}

// The keys of a folder's files that belong to some keys, in their order; empty where none does.
std::vector<std::string> MatchAll(std::span<const std::string> keys, const KeyedFolder& folder) {
  const std::set<std::string> unique = UniqueStems(keys);
  std::vector<std::string> matches;
  for (const std::string& key : keys)
    matches.push_back(folder.keys().Match(key, unique.contains(Stem(key))));
  return matches;
}

// ---- What to say where nothing belongs together

// What the longer of two stems ends with, if they are the same but for that.
std::string_view EndOf(std::string_view longer, std::string_view shorter) {
  if (!longer.starts_with(shorter)) return {};
  const std::string_view end = longer.substr(shorter.size());
  const bool word = !end.empty() && std::isalnum(static_cast<unsigned char>(end.front())) == 0;
  return word ? end : std::string_view();
}

// How names differ: "; their names differ by '_mask': --suffix _mask pairs 12".
std::string SuffixHint(std::span<const std::string> keys, const KeyedFolder& folder,
                       bool has_flags) {
  std::map<std::string, std::size_t> ends;
  const auto count_ends = [&](const std::set<std::string>& longer,
                              const std::set<std::string>& shorter) {
    for (const std::string& stem : longer)
      for (std::size_t size = 1; size < stem.size(); ++size)
        if (const auto found = shorter.find(stem.substr(0, size)); found != shorter.end())
          if (const std::string_view end = EndOf(stem, *found); !end.empty())
            ++ends[std::string(end)];
  };
  std::set<std::string> wanted, there;
  for (const std::string& key : keys) wanted.insert(Stem(key));
  for (const auto& [key, path] : folder.files()) there.insert(Stem(key));
  count_ends(there, wanted);
  count_ends(wanted, there);
  const auto best = std::max_element(
      ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (best == ends.end()) return "";
  const std::string end = Printable(best->first);
  return fmt::format("; their names differ by '{}'", end) +
         (has_flags ? fmt::format(": --suffix {} pairs {}", end, best->second) : "");
}

// There is no file that could be read.
[[noreturn]] void FailWithoutFiles(const fs::path& path, const KeyedFolder& folder,
                                   std::string_view what) {
  Require(folder.foreign().empty(),
          "{}: holds only files of kinds that cannot be read here, {}: convert them to PNG",
          Printable(path), folder.ForeignKinds());
  Fail("{}: holds no {}", Printable(path), what);
}

bool HoldsHeatMaps(std::span<const std::string> keys, const fs::path& folder) {
  const KeyedFolder heat_maps(folder, SuffixesOf(PredictionKind::kHeatMaps));
  const std::vector<std::string> matches = MatchAll(keys, heat_maps);
  return std::any_of(matches.begin(), matches.end(), [](const auto& key) { return !key.empty(); });
}

// Nothing of the folder belongs to any of the keys, which are those of `wanted`.
[[noreturn]] void FailWithoutMatch(std::span<const std::string> keys, const fs::path& wanted,
                                   const KeyedFolder& folder, PredictionKind kind, bool has_flags) {
  std::string hint;
  if (has_flags && kind == PredictionKind::kMasks && HoldsHeatMaps(keys, folder.root()))
    hint = "; it holds heat maps: --heatmap scores them";
  const std::string_view name = NameOf(kind);
  if (folder.files().empty() && hint.empty()) FailWithoutFiles(folder.root(), folder, name);
  if (folder.files().empty()) Fail("{}: holds no {}{}", Printable(folder.root()), name, hint);
  if (hint.empty()) hint = SuffixHint(keys, folder, has_flags);
  const std::string kinds = folder.ForeignKinds();
  if (!kinds.empty()) hint += fmt::format("; files of other kinds: {}", kinds);
  Fail("{}: holds no {} for {}: for instance {}, but {}{}", Printable(folder.root()), name,
       Printable(wanted), Printable(folder.files().begin()->second), Printable(keys.front()), hint);
}

// ---- Files of kinds that cannot be read

// A warning of files of other kinds whose keys `counts`, or none.
template <class Counts>
void WarnOfForeign(const KeyedFolder& folder, const Counts& counts, std::string_view consequence,
                   std::vector<std::string>& warnings) {
  std::size_t count = 0;
  fs::path first;
  for (const auto& [key, path] : folder.foreign())
    if (counts(key) && count++ == 0) first = path;
  if (count > 0)
    warnings.push_back(fmt::format(
        "{}{}: of a kind that is not read here, and {}: convert to PNG", Printable(first),
        count == 1 ? "" : fmt::format(" and {} more", count - 1), consequence));
}

// ---- Pairs

// The keys of truths to score.
std::set<std::string> Selected(const PairingOptions& options, const KeyedFolder& truths,
                               std::span<const std::string> keys,
                               std::vector<std::string>& problems) {
  const fs::path list =
      options.split.empty() ? options.list : SplitFile(options.truth, options.split);
  if (list.empty()) return {keys.begin(), keys.end()};
  KeyList read = ReadKeyList(list, truths.keys(), "there is no truth", options.name_ends);
  problems.insert(problems.end(), read.problems.begin(), read.problems.end());
  Require(!read.keys.empty(), "{}: names no image that has a truth in {}", Printable(list),
          Printable(options.truth));
  return std::move(read.keys);
}

Pairing PairFolders(const PairingOptions& options, const KeyedFolder& truths,
                    const KeyedFolder& predictions) {
  const std::vector<std::string> keys = KeysOf(truths);
  if (keys.empty()) FailWithoutFiles(options.truth, truths, "truth to compare with");
  Pairing pairing;
  pairing.problems = truths.problems();
  pairing.problems.insert(pairing.problems.end(), predictions.problems().begin(),
                          predictions.problems().end());
  const std::set<std::string> selected = Selected(options, truths, keys, pairing.problems);
  const std::vector<std::string> matches = MatchAll(keys, predictions);
  std::set<std::string> missing;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!selected.contains(keys[i])) continue;
    if (matches[i].empty()) missing.insert(keys[i]);
    pairing.pairs.push_back({keys[i], truths.files().at(keys[i]),
                             matches[i].empty() ? fs::path() : predictions.files().at(matches[i])});
  }
  if (missing.size() == pairing.pairs.size())
    FailWithoutMatch(std::vector(missing.begin(), missing.end()), options.truth, predictions,
                     options.kind, /*has_flags=*/true);
  const std::set<std::string> used(matches.begin(), matches.end());
  for (const std::string& key : KeysOf(predictions))
    if (!used.contains(key)) pairing.extra.push_back(key);
  const auto has_prediction = [&](const std::string& key) {
    return predictions.files().contains(key);
  };
  WarnOfForeign(truths, has_prediction, "what was predicted for it is not scored",
                pairing.warnings);
  const auto is_missing = [&](const std::string& key) { return missing.contains(key); };
  WarnOfForeign(predictions, is_missing, "its truth counts as without prediction",
                pairing.warnings);
  return pairing;
}

}  // namespace

Pairing FindPairs(const PairingOptions& options) {
  RequireExists(options.truth);
  RequireExists(options.predictions);
  if (!fs::is_directory(options.truth)) return PairFiles(options);
  Require(fs::is_directory(options.predictions), "{}: is a file, but {} is a folder",
          Printable(options.predictions), Printable(options.truth));
  const bool voc = IsDevkit(options.truth);
  Require(options.split.empty() || voc, "{}: --split needs a VOC devkit, a folder that holds {}/",
          Printable(options.truth), kClassFolder);
  Require(options.split.empty() || options.list.empty(), "give --split or --list, not both");
  const auto part_of_devkit = [&](const fs::path& folder, std::string_view part) {
    return voc && fs::is_directory(folder / part) ? folder / part : folder;
  };
  const bool photos = options.kind == PredictionKind::kPhotos;
  const KeyedFolder truths(part_of_devkit(options.truth, kClassFolder), TruthSuffixes(),
                           options.name_ends);
  const KeyedFolder predictions(
      part_of_devkit(options.predictions, photos ? kPhotoFolder : kClassFolder),
      SuffixesOf(options.kind), options.name_ends);
  Pairing pairing = PairFolders(options, truths, predictions);
  pairing.voc = voc;
  return pairing;
}

Companions FindCompanions(std::span<const fs::path> images, const fs::path& folder,
                          PredictionKind kind) {
  const KeyedFolder found(folder, SuffixesOf(kind));
  std::vector<std::string> keys;
  for (const fs::path& image : images) keys.push_back(KeyOfImage(image));
  Companions companions = {.files = {}, .problems = found.problems()};
  bool any = false;
  for (const std::string& key : MatchAll(keys, found)) {
    companions.files.push_back(key.empty() ? fs::path() : found.files().at(key));
    any |= !key.empty();
  }
  if (!any && !keys.empty() && companions.problems.empty())
    FailWithoutMatch(keys, "the images", found, kind, /*has_flags=*/false);
  return companions;
}

}  // namespace gradcut
