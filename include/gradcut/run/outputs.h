#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// The kinds of file that a run can leave for an image.
enum class OutputKind {
  kMask,
  kHeatMap,
  kProbability,
  kRaw,
  kOverlay,
  kCutout,
  kCutoutWebp,
  kCutoutJpeg,
  kInstances,
  kCam,
  kLabels,
  kIndex,
  kExplanation,
  kAdversarial
};

inline constexpr int kOverlayQuality = 90;  ///< Of JPEG.

/// Every kind there is.
std::vector<OutputKind> AllOutputKinds();

/// "mask", "heatmap", ... as in `--save`; "cutout" whatever its format.
std::string_view OutputName(OutputKind kind);

/// The names of some kinds, each once.
std::vector<std::string> OutputNames(const std::vector<OutputKind>& kinds);

/// Whether it is a cut-out, of any format.
bool IsCutout(OutputKind kind);

/// The extension of its files, with the dot.
std::filesystem::path OutputExtension(OutputKind kind);

/// Reads `--save`: each element may hold several names separated by commas. Throws `UsageError` for
/// a name that is not one of `allowed`; of several kinds of a name the first is meant.
std::vector<OutputKind> ParseOutputs(const std::vector<std::string>& names,
                                     const std::vector<OutputKind>& allowed);

/// Where the output of an input goes, relative to the output folder: "sub/a.jpg" has the mask
/// "sub/a.png", the heat map "sub/a.heatmap.png", the labels "SegmentationClass/sub/a.png" and the
/// index image "index/sub/a.png".
std::filesystem::path OutputPath(const std::filesystem::path& relative, OutputKind kind);

/// Whether a path ends like a file that a run writes, so that it can hardly mean a folder.
bool EndsLikeOutput(const std::filesystem::path& path);

/// Another output of the same input, given one, as far as it is there; else an empty path. `output`
/// is relative to `folder`: of "sub/a.heatmap.png" the mask is `folder`/sub/a.png.
std::filesystem::path FindSibling(const std::filesystem::path& folder,
                                  const std::filesystem::path& output, OutputKind kind);

/// The encoded bytes of one output file.
struct OutputFile {
  OutputKind kind;
  std::vector<std::uint8_t> bytes;
};

}  // namespace gradcut
