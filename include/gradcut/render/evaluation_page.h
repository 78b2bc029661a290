#pragma once

#include "gradcut/metrics/evaluate.h"

#include <string>

namespace gradcut {

/// One self-contained page (no network, no script): totals, comparison and classes as tables,
/// curves as SVG, and the worst and best images, up to `shown` each, with prediction and truth side
/// by side as small embedded pictures. `options` are those that the report was made with; a file
/// that has become unreadable meanwhile is shown without its picture.
std::string ToHtml(const EvaluateReport& report, const EvaluateOptions& options, int shown = 12);

}  // namespace gradcut
