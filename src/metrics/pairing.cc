#include "gradcut/metrics/pairing.h"

#include "gradcut/core/error.h"
#include "gradcut/core/options.h"
#include "gradcut/io/file.h"
#include "gradcut/io/text.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// In order of preference.
constexpr std::string_view kMaskSuffixes[] = {".png", ".npy",  ".tif",       ".tiff",
                                              ".bmp", ".pgm",  ".pbm",       ".webp",
                                              ".jpg", ".jpeg", ".cutout.png"};
constexpr std::string_view kHeatMapSuffixes[] = {".npy",         ".probability.npy",
                                                 ".heatmap.npy", ".cam.npy",
                                                 ".png",         ".tif",
                                                 ".tiff",        ".bmp",
                                                 ".pgm",         ".webp",
                                                 ".jpg",         ".jpeg"};
constexpr std::string_view kPhotoSuffixes[] = {".jpg",  ".jpeg", ".png", ".webp", ".tif",
                                               ".tiff", ".bmp",  ".ppm", ".pgm"};
constexpr std::string_view kTruthSuffixes[] = {".png", ".npy", ".tif",  ".tiff", ".bmp",
                                               ".pgm", ".pbm", ".webp", ".jpg",  ".jpeg"};
// What `gradcut mask --save` writes beside KEY.png, without the last extension.
constexpr std::string_view kCompanions[] = {".heatmap", ".overlay", ".cutout", ".probability"};

using Suffixes = std::span<const std::string_view>;

Suffixes SuffixesOf(PredictionKind kind) {
  switch (kind) {
    case PredictionKind::kMasks:
      return kMaskSuffixes;
    case PredictionKind::kHeatMaps:
      return kHeatMapSuffixes;
    case PredictionKind::kPhotos:
      return kPhotoSuffixes;
  }
  throw std::logic_error("unknown kind of prediction");
}

std::string Stem(const std::string& key) { return key.substr(key.rfind('/') + 1); }

// The files below a folder, by key and by stem, each with the best of several suffixes.
class Folder {
 public:
  Folder(const fs::path& root, Suffixes suffixes) : suffixes_(suffixes) { Walk(root); }

  const std::map<std::string, fs::path>& files() const { return files_; }
  const std::vector<std::string>& problems() const { return problems_; }

  // The file of that key, or an empty path.
  fs::path Find(const std::string& key) const {
    const auto found = files_.find(key);
    return found == files_.end() ? fs::path() : found->second;
  }

  // The file of the only key with that stem, or an empty path.
  fs::path FindByStem(const std::string& stem) const {
    const auto found = keys_of_stem_.find(stem);
    if (found == keys_of_stem_.end() || found->second.size() != 1) return {};
    return Find(*found->second.begin());
  }

  bool StemIsUnique(const std::string& stem) const {
    const auto found = keys_of_stem_.find(stem);
    return found == keys_of_stem_.end() || found->second.size() <= 1;
  }

 private:
  void Walk(const fs::path& root) {
    std::error_code error;
    std::set<fs::path> visited = {fs::canonical(root, error)};
    constexpr auto kFollow = fs::directory_options::follow_directory_symlink;
    for (fs::recursive_directory_iterator entry(root, kFollow, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code ignored;
      if (entry->path().filename().native().starts_with('.')) {
        entry.disable_recursion_pending();
      } else if (entry->is_directory(ignored)) {
        // Links may lead in a circle.
        if (!visited.insert(fs::canonical(entry->path(), ignored)).second)
          entry.disable_recursion_pending();
      } else {
        Add(entry->path().lexically_relative(root), entry->path());
      }
    }
    if (error)
      problems_.push_back(
          fmt::format("{}: cannot be searched: {}", Printable(root), error.message()));
  }

  void Add(const fs::path& relative, const fs::path& path) {
    const std::string name =
        (relative.parent_path() / relative.stem()).generic_string() + LowerExtension(relative);
    for (std::size_t rank = 0; rank < suffixes_.size(); ++rank) {
      if (!name.ends_with(suffixes_[rank])) continue;
      const std::string key = name.substr(0, name.size() - suffixes_[rank].size());
      const auto [known, added] = ranks_.try_emplace(key, rank);
      if (!added && rank >= known->second) continue;
      known->second = rank;
      files_[key] = path;
      keys_of_stem_[Stem(key)].insert(key);
    }
  }

  Suffixes suffixes_;
  std::map<std::string, fs::path> files_;
  std::map<std::string, std::size_t> ranks_;
  std::map<std::string, std::set<std::string>> keys_of_stem_;
  std::vector<std::string> problems_;
};

std::vector<std::string> ReadNames(const fs::path& list) {
  std::vector<std::string> names = ReadLines(list);
  std::erase(names, "");
  Require(!names.empty(), "{}: names no image", Printable(list));
  return names;
}

fs::path SplitFile(const fs::path& devkit, const std::string& split) {
  const fs::path folder = devkit / "ImageSets" / "Segmentation";
  const fs::path file = folder / (split + ".txt");
  if (fs::exists(file)) return file;
  std::vector<std::string> known;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".txt") known.push_back(entry.path().stem());
  std::sort(known.begin(), known.end());
  Fail("{}: there is no such list; --split can be {}", Printable(file), fmt::join(known, ", "));
}

bool IsCompanion(const std::string& key, const Folder& folder) {
  return std::any_of(std::begin(kCompanions), std::end(kCompanions), [&](std::string_view suffix) {
    return key.ends_with(suffix) &&
           folder.files().contains(key.substr(0, key.size() - suffix.size()));
  });
}

// The keys to score: all truths, or those of a list that have one.
std::set<std::string> SelectKeys(const Folder& truths, const fs::path& list,
                                 std::vector<std::string>& problems) {
  std::set<std::string> keys;
  if (list.empty()) {
    for (const auto& [key, path] : truths.files())
      if (!IsCompanion(key, truths)) keys.insert(key);
    return keys;
  }
  for (const std::string& line : ReadNames(list)) {
    const fs::path name = line;
    const std::string without_extension = (name.parent_path() / name.stem()).generic_string();
    if (truths.files().contains(line))
      keys.insert(line);
    else if (truths.files().contains(without_extension))
      keys.insert(without_extension);
    else
      problems.push_back(fmt::format("{}: names '{}', for which there is no truth", Printable(list),
                                     Printable(line)));
  }
  return keys;
}

void RequireExists(const fs::path& path) {
  std::error_code error;
  Require(fs::exists(path, error), "{}: there is no such file or folder", Printable(path));
}

Pairing PairFiles(const PairingOptions& options) {
  Require(!fs::is_directory(options.predictions), "{}: is a folder, but {} is a file",
          Printable(options.predictions), Printable(options.truth));
  return {.pairs = {{options.truth.stem(), options.truth, options.predictions}}, .problems = {}};
}

}  // namespace

bool IsDevkit(const fs::path& truth) { return fs::is_directory(truth / kClassFolder); }

Pairing FindPairs(const PairingOptions& options) {
  RequireExists(options.truth);
  RequireExists(options.predictions);
  if (!fs::is_directory(options.truth)) return PairFiles(options);
  Require(fs::is_directory(options.predictions), "{}: is a file, but {} is a folder",
          Printable(options.predictions), Printable(options.truth));

  Pairing pairing;
  pairing.voc = IsDevkit(options.truth);
  Require(options.split.empty() || pairing.voc,
          "{}: --split needs a VOC devkit, a folder that holds {}/", Printable(options.truth),
          kClassFolder);
  Require(options.split.empty() || options.list.empty(), "give --split or --list, not both");
  const auto part_of_devkit = [&](const fs::path& folder, std::string_view part) {
    return pairing.voc && fs::is_directory(folder / part) ? folder / part : folder;
  };

  const bool photos = options.kind == PredictionKind::kPhotos;
  const Folder truths(part_of_devkit(options.truth, kClassFolder), kTruthSuffixes);
  const Folder predictions(
      part_of_devkit(options.predictions, photos ? "JPEGImages" : kClassFolder),
      SuffixesOf(options.kind));
  pairing.problems = truths.problems();
  pairing.problems.insert(pairing.problems.end(), predictions.problems().begin(),
                          predictions.problems().end());

  const fs::path list =
      options.split.empty() ? options.list : SplitFile(options.truth, options.split);
  for (const std::string& key : SelectKeys(truths, list, pairing.problems)) {
    fs::path prediction = predictions.Find(key);
    if (prediction.empty() && truths.StemIsUnique(Stem(key)))
      prediction = predictions.FindByStem(Stem(key));
    pairing.pairs.push_back({key, truths.Find(key), prediction});
  }
  Require(!pairing.pairs.empty(), "{}: holds no truth to compare with", Printable(options.truth));
  return pairing;
}

std::map<std::string, fs::path> FindPredictions(const fs::path& folder, PredictionKind kind,
                                                std::vector<std::string>& problems) {
  const Folder found(folder, SuffixesOf(kind));
  problems.insert(problems.end(), found.problems().begin(), found.problems().end());
  return found.files();
}

}  // namespace gradcut
