#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/render/cutout.h"
#include "gradcut/segment/in_turn.h"
#include "gradcut/segment/session.h"
#include "gradcut/workflow/photos.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One photo and what is to be made of it.
struct PhotoTask {
  std::span<const NetworkInTurn> networks;  ///< One but for `mask`, which takes several.
  const RenderOptions& render;
  const CutoutMaker& cutouts;
  const std::vector<OutputKind>& kinds;
  cv::Mat photo;                      ///< RGB, or RGBA where the file has alpha.
  cv::Mat image;                      ///< The same over white.
  const ClassesOfName& classes_of;    ///< For names in hints.
  Hints hints = {};                   ///< None where none are given.
  std::optional<cv::Mat> truth = {};  ///< Labels; nothing where none is asked for or there is none.

  const Segmenter& segmenter() const { return networks.front().segmenter; }
  const std::vector<int>& classes() const { return networks.front().classes; }
};

/// Makes the files of each photo with `process`: those that `options.save` asks for, or else the
/// first of `kinds`. run.json names the command so. `side_files` as in `BatchJob`. Throws like
/// `LoadNetworks` and `RunBatch`.
BatchSummary RunOnPhotos(const std::string& command, const PhotoOptions& options,
                         const std::vector<OutputKind>& kinds,
                         const std::function<Product(const PhotoTask& task)>& process,
                         const RunControl& control,
                         const std::vector<std::filesystem::path>& side_files = {});

/// A class as the manifest shows it.
nlohmann::json ClassToJson(const ClassScore& each);

/// The files of one photo, each kind made by `encode`, and what the manifest says of every
/// segmentation: classes, note and times.
Product MakeProduct(const Segmentation& segmentation, const std::vector<OutputKind>& kinds,
                    const std::function<std::vector<std::uint8_t>(OutputKind)>& encode);

}  // namespace gradcut
