#pragma once

#include <nanobind/nanobind.h>

namespace gradcut::python {

// Minimum cuts and expansions of energies that are arrays.
void BindCuts(nanobind::module_& module);

}  // namespace gradcut::python
