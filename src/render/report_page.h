#pragma once

#include "gradcut/run/run_record.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace gradcut {

/// How well the masks of a run agree with a ground truth.
struct MaskScores {
  std::string truth = {};   ///< Where that is; empty: there is none.
  double mean = 0;          ///< IoU over `images`, as `gradcut eval` has it.
  std::size_t images = 0;   ///< That could be measured.
  std::size_t missing = 0;  ///< Of these, without a mask: their IoU is that of an empty one.
};

/// The page of a run. `images` holds one object an entry of `record`, in its order, of what
/// report_page.js shows: `name`, `status`, and where there is one `error`, `note`, `classes`,
/// `confidence`, `area`, `iou`, `pixels`, `stages`, `size`, `photo`, `heat` (addresses), `outline`,
/// `truth` (SVG paths) and `files` (addresses by what they are).
std::string ReportPage(const RunRecord& record, const std::string& folder,
                       const nlohmann::json& images, const MaskScores& scores);

}  // namespace gradcut
