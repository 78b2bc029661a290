#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// What a folder of predictions holds. Photos are what predictions are yet to be made of.
enum class PredictionKind { kMasks, kHeatMaps, kPhotos };

struct PairingOptions {
  /// A folder, or one file if `truth` is one. Of a folder that holds several files for a key the
  /// first of these is taken: masks PNG, npy, other images, `KEY.cutout.png`; heat maps npy,
  /// `KEY.probability.npy`, `KEY.heatmap.npy`, `KEY.cam.npy`, PNG, other images; photos JPEG, PNG,
  /// other images. Photos of a devkit are in its `JPEGImages/`.
  std::filesystem::path predictions;

  /// A folder (searched recursively), one file, or a PASCAL VOC devkit: a folder that holds
  /// `SegmentationClass/`.
  std::filesystem::path truth;

  PredictionKind kind = PredictionKind::kMasks;

  /// Only the images that `ImageSets/Segmentation/SPLIT.txt` of the devkit names. Empty: all.
  std::string split = {};

  /// Only the images that this file names, one key or file name a line. Empty: all.
  std::filesystem::path list = {};
};

/// A truth and what was predicted for it.
struct Pair {
  std::string key;  ///< Path below the truth's folder without extension.
  std::filesystem::path truth;
  std::filesystem::path prediction;  ///< Empty: there is none.
};

struct Pairing {
  std::vector<Pair> pairs;            ///< In bytewise order of the keys; each key once.
  std::vector<std::string> problems;  ///< One line each: listed without truth, unreadable folders.
  bool voc = false;                   ///< The truth is a VOC devkit: its files hold class indices.
};

/// Where a VOC devkit has its class masks.
inline constexpr std::string_view kClassFolder = "SegmentationClass";

/// Whether a truth is a VOC devkit: a folder that holds `SegmentationClass/`.
bool IsDevkit(const std::filesystem::path& truth);

/// Finds a prediction for every truth: the one with the same key; else, if no other truth has that
/// stem, the only one with the same stem anywhere in the folder. What gradcut writes beside a mask
/// (`x.heatmap.png` beside `x.png`) is no truth of its own.
/// Throws `Error` naming what is missing: a folder, a split, a list, any truth at all.
Pairing FindPairs(const PairingOptions& options);

/// The predictions of a kind below a folder, by key; of several for a key the first as above. A
/// folder that cannot be searched adds a line to `problems`.
std::map<std::string, std::filesystem::path> FindPredictions(const std::filesystem::path& folder,
                                                             PredictionKind kind,
                                                             std::vector<std::string>& problems);

}  // namespace gradcut
