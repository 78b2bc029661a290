#pragma once

#include "gradcut/image/image_io.h"
#include "gradcut/render/render.h"
#include "gradcut/run/outputs.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// Makes cut-outs: objects without what is behind them. Serves several threads.
class CutoutMaker {
 public:
  /// Reads the picture that `background` names, if it names one. Throws `UsageError` for options
  /// that contradict each other (see `CheckCutoutOptions`), and like `ReadImage`.
  explicit CutoutMaker(const RenderOptions& options, const ImageReadOptions& read = {});

  /// The object alone, of a photo in RGB or RGBA (`CV_8UC3`, `CV_8UC4`): RGBA `CV_8UC4` with the
  /// mask (`CV_8UC1`, greys count), or its soft edge, as alpha, times the photo's own alpha;
  /// colours are the photo's, and 0 where that is 0. With a background, RGB `CV_8UC3` of the object
  /// before it.
  cv::Mat Make(const cv::Mat& photo, const cv::Mat& mask) const;

  /// The same as a file of `options.format`. A PNG is made row by row: of the cut-out there is
  /// never more than a megabyte. Throws `Error` for a picture that the format cannot hold.
  std::vector<std::uint8_t> Encode(const cv::Mat& photo, const cv::Mat& mask) const;

  /// The kind of file that is.
  OutputKind kind() const;

  /// What photo, mask and cut-out take of memory together at most, for each pixel.
  double bytes_per_pixel() const;

  /// Says in run.json's `made_by` which picture is behind the objects, if one is.
  void AddOrigin(nlohmann::json& made_by) const;

 private:
  RenderOptions options_;
  cv::Mat picture_;  // Behind the object; empty: there is none.
  std::string picture_sha256_;
};

/// `CutoutMaker::Make` for one photo.
cv::Mat Cutout(const cv::Mat& photo, const cv::Mat& mask, const RenderOptions& options = {});

/// The kinds with cut-outs of that format in place of those of another one.
std::vector<OutputKind> WithCutoutFormat(std::vector<OutputKind> kinds, CutoutFormat format);

/// Throws `UsageError` for a format that cannot hold what is transparent, and for a quality of a
/// format that has none.
void CheckCutoutOptions(const RenderOptions& options);

}  // namespace gradcut
