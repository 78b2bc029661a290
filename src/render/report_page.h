#pragma once

#include "gradcut/run/run_record.h"

#include <nlohmann/json.hpp>
#include <string>

namespace gradcut {

/// The page of a run. `images` holds one object an entry of `record`, in its order, of what
/// report_page.js shows: `name`, `status`, and where there is one `error`, `note`, `classes`,
/// `confidence`, `area`, `iou`, `pixels`, `stages`, `size`, `photo`, `heat` (addresses), `outline`,
/// `truth` (SVG paths) and `files` (addresses by what they are). `truth` names the ground truth, or
/// is empty.
std::string ReportPage(const RunRecord& record, const std::string& folder,
                       const nlohmann::json& images, const std::string& truth);

}  // namespace gradcut
