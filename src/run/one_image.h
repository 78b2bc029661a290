#pragma once

#include "gradcut/run/batch.h"

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <span>

namespace gradcut {

/// What the job makes of one photo. `file` is where the photo comes from: its cut-out and overlay
/// keep the colour profile.
Product ProcessImage(const BatchJob& job, const cv::Mat& photo, std::span<const std::uint8_t> file,
                     const std::filesystem::path& input);

/// One image, the first output of it and nothing else: from standard input to standard output, or
/// to a file.
BatchSummary RunOnOneImage(const BatchOptions& options, const BatchJob& job,
                           const RunControl& control);

}  // namespace gradcut
