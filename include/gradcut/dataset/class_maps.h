#pragma once

#include "gradcut/image/image_io.h"

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

namespace gradcut {

/// Heat maps or probabilities of one image: what methods of weakly supervised segmentation hand on.
struct ClassMaps {
  enum class Form {
    kObject,    ///< One map: an object, or anything, against the background.
    kChannels,  ///< An array of channels: key k is channel k.
    kKeyed,     ///< A dict: key k is class k of those that can be foreground.
  };

  Form form = Form::kObject;
  std::vector<int> keys;      ///< Of each map, from 0, each once, below `kMaxMaps`.
  std::vector<cv::Mat> maps;  ///< `CV_32FC1`, [0, 1], all of one size; a dict may have none.
};

/// Class indices are bytes: 255 is void, and the background is not among the keys of a dict.
inline constexpr int kMaxMaps = 254;

/// Reads heat maps from
///
/// * whatever `ReadHeatMap` reads: one map;
/// * a .npy array of channels x rows x columns;
/// * a .npy file as IRN writes it (Ahn, Cho and Kwak 2019): a dict of "keys" (whole numbers; the
///   class in a label image is key + 1) and "high_res", or else "cam" (channels x rows x columns),
///   or as CLIP-ES and PuzzleCAM name their maps; without keys the image shows no class;
/// * one as PSA does (Ahn and Kwak 2018): a dict with one map by key, maybe none.
///
/// Axes of length 1 are left out. `image`, the size of the upright image where it is known, helps
/// to tell an array whose channels are the last axis, which is refused with the remedy: without it,
/// any is refused whose maps would not be square and whose last axis is the shortest.
///
/// The dict's entries are NumPy arrays or PyTorch tensors, its keys numbers of any of these. It is
/// pickled, but nothing that a pickle asks for is run. Throws `Error` "PATH: cause" like
/// `ReadHeatMap`, and for a dict of another kind, too many maps, keys that are negative, too large
/// or there twice.
ClassMaps ReadClassMaps(const std::filesystem::path& path, const ImageReadOptions& options = {},
                        cv::Size image = {});

/// Maps (`CV_32FC1`, all of one size) as channels x rows x columns, float32.
std::vector<std::uint8_t> EncodeChannels(std::span<const cv::Mat> maps);

/// The dict of IRN: `numpy.load(path, allow_pickle=True).item()` has "keys" (int64) and "high_res"
/// (float32, channels x rows x columns). One key a map; maps as above, maybe none.
std::vector<std::uint8_t> EncodeKeyedMaps(std::span<const int> keys, std::span<const cv::Mat> maps);

}  // namespace gradcut
