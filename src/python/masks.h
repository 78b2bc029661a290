#pragma once

#include <nanobind/nanobind.h>

namespace gradcut::python {

// Masks in files, and as run lengths.
void BindMasks(nanobind::module_& module);

}  // namespace gradcut::python
