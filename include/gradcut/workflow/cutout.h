#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/render/render.h"
#include "gradcut/run/batch.h"

#include <filesystem>

namespace gradcut {

struct CutoutOptions {
  BatchOptions batch = {};           ///< Of an input that is a VOC devkit, its photos are taken.
  std::filesystem::path masks = {};  ///< A folder with a mask for each photo, or one file.
  RenderOptions render = {};
};

/// Makes cut-outs of photos by masks that exist, as `gradcut cutout` does: those of any file that
/// `ReadMaskAlpha` reads, of the photo's size, of its shape, or of its pixels before EXIF turns
/// them. Needs no network. Throws `UsageError` for what cannot be, and like `RunBatch`; a photo
/// without a mask has failed.
BatchSummary MakeCutouts(const CutoutOptions& options, const RunControl& control = {});

}  // namespace gradcut
