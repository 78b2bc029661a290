#pragma once

#include <nanobind/nanobind.h>

namespace gradcut::python {

// Measures of masks, heat maps and labels, and of folders of them.
void BindMeasures(nanobind::module_& module);

}  // namespace gradcut::python
