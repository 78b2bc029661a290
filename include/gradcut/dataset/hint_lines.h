#pragma once

#include "gradcut/core/hints.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gradcut {

/// A line, without its end, of the .jsonl files that `HintFiles` reads:
///
///     {"path": "sub/a.jpg",
///      "boxes": [{"id": 7, "x": 3, "y": 4, "width": 50, "height": 20, "class": "dog"}],
///      "points": [{"x": 10, "y": 9, "object": true, "class": "dog", "box": 7}],
///      "strokes": [{"points": [[10, 9], [12, 9]], "radius": 4, "object": false}],
///      "fill_holes": true, "keep_largest": true}
///
/// Single points without a radius that come before all other strokes are "points", since those are
/// read first and the later of two that cross counts. A name is written as `JsonText` does. Throws
/// `std::invalid_argument` for hints with a trimap or labels, which lines do not hold. With `clear`
/// the line also drops what earlier ones say of the path.
std::string HintsToJsonLine(const std::string& path, const Hints& hints, bool clear = false);

/// "boxes" and "strokes" as such a line has them, with single points among the strokes.
nlohmann::json HintsToJson(const Hints& hints);

/// The hints of such a line, of which any part may be missing; boxes without an id have -1. Throws
/// `Error` "WHERE: cause" for what is no JSON, malformed or unknown.
Hints HintsFromJsonLine(std::string_view line, const std::string& where);

}  // namespace gradcut
