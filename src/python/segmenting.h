#pragma once

#include <nanobind/nanobind.h>

namespace gradcut::python {

// Masks by heat maps: at once, several classes, and interactively.
void BindSegmenting(nanobind::module_& module);

}  // namespace gradcut::python
