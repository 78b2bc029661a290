#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/cut/segmentation.h"

#include <nanobind/nanobind.h>

#include <string>

namespace gradcut::python {

// What `hints` say as JSON (see `HintsFromJsonLine`), with a trimap or None. Boxes without an id
// are numbered from 1 on.
Hints HintsOf(const std::string& json, nanobind::handle trimap);

// A segmentation as a dict of arrays and numbers.
nanobind::dict ToDict(const Segmentation& segmentation);

}  // namespace gradcut::python
