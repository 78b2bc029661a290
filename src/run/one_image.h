#pragma once

#include "gradcut/run/batch.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// What the job makes of one photo. Its cut-out and overlay keep the colour profile of its file.
Product ProcessImage(const BatchJob& job, const cv::Mat& photo, const PhotoSource& source);

/// One image, the first output of it and nothing else: from standard input to standard output, or
/// to a file.
BatchSummary RunOnOneImage(const BatchOptions& options, const BatchJob& job,
                           const RunControl& control);

}  // namespace gradcut
