#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// What a folder of predictions holds. Photos are what predictions are yet to be made of.
enum class PredictionKind { kMasks, kHeatMaps, kPhotos };

struct PairingOptions {
  /// A folder, or one file if `truth` is one. Of a folder that holds several files for a key the
  /// first of these is taken: masks PNG, npy, other images, `KEY.cutout.png`, `KEY.cutout.webp`;
  /// heat maps npy, `KEY.probability.npy`, `KEY.heatmap.npy`, `KEY.cam.npy`, PNG, other images;
  /// photos JPEG, PNG, other images. Photos of a devkit are in its `JPEGImages/`.
  std::filesystem::path predictions = {};

  /// A folder (searched recursively), one file, or a PASCAL VOC devkit: a folder that holds
  /// `SegmentationClass/`.
  std::filesystem::path truth = {};

  PredictionKind kind = PredictionKind::kMasks;

  /// Only the images that `ImageSets/Segmentation/SPLIT.txt` of the devkit names. Empty: all.
  std::string split = {};

  /// Only the images that this file names, one key or file a line. Empty: all. Leading folders may
  /// be others ("/JPEGImages/a.jpg"), and there may be further columns; rows whose second one is -1
  /// (VOC's lists of a class: not in the image) are left out.
  std::filesystem::path list = {};

  /// What names may end with that is no part of keys, such as "_mask". Of a side with such files
  /// only those count.
  std::vector<std::string> name_ends = {};
};

/// A truth and what was predicted for it.
struct Pair {
  std::string key;  ///< Path below the truth's folder without extension, accents composed.
  std::filesystem::path truth;
  std::filesystem::path prediction;  ///< Empty: there is none.
};

struct Pairing {
  std::vector<Pair> pairs;            ///< In bytewise order of the keys; each key once.
  std::vector<std::string> problems;  ///< One line each: listed without truth, unreadable folders.
  std::vector<std::string> warnings;  ///< One line each: files of kinds that cannot be read.
  std::vector<std::string> extra;     ///< Keys of predictions without truth, whatever the list.
  bool voc = false;                   ///< The truth is a VOC devkit: its files hold class indices.
};

/// Finds a prediction for every truth: the one with the same key; else, if no other truth has that
/// stem, the only one with the same stem anywhere in the folder. What gradcut writes beside a mask
/// (`x.heatmap.png` beside `x.png`) is no truth of its own.
/// Throws `Error` naming what is missing: a folder, a split, a list, any truth, any prediction that
/// belongs to a truth (with one file of each side); and two files of one side with the same key.
Pairing FindPairs(const PairingOptions& options);

/// What lies in a folder beside images.
struct Companions {
  std::vector<std::filesystem::path> files;  ///< One an image; empty where there is none.
  std::vector<std::string> problems;         ///< One line each: folders that cannot be searched.
};

/// Finds a file of a kind for every image, by the rule of `FindPairs`; `images` are paths below
/// their folder. Throws `Error` where no image has one.
Companions FindCompanions(std::span<const std::filesystem::path> images,
                          const std::filesystem::path& folder, PredictionKind kind);

}  // namespace gradcut
