#pragma once

#include "gradcut/core/hints.h"

#include <string>

namespace gradcut {

/// A line, without its end, of the .jsonl files that `HintFiles` reads:
///
///     {"path": "sub/a.jpg",
///      "boxes": [{"id": 7, "x": 3, "y": 4, "width": 50, "height": 20, "class": "dog"}],
///      "points": [{"x": 10, "y": 9, "object": true, "class": "dog", "box": 7}],
///      "strokes": [{"points": [[10, 9], [12, 9]], "radius": 4, "object": false}]}
///
/// Single points without a radius that come before all other strokes are "points", since those are
/// read first and the later of two that cross counts. Bytes of names that are not UTF-8 are
/// replaced. Throws `std::invalid_argument` for hints with a trimap or labels, which lines do not
/// hold.
std::string HintsToJsonLine(const std::string& path, const Hints& hints);

}  // namespace gradcut
