#pragma once

#include "dataset/json_text.h"
#include "gradcut/core/hints.h"

namespace gradcut {

// The hints of a line of `HintsToJsonLine`; boxes without an id have `kUnnumbered`. Throws `Error`
// "WHERE: cause" for what is malformed or unknown.
Hints HintsOf(const JsonFields& line);

}  // namespace gradcut
