#pragma once

#include <nanobind/nanobind.h>

namespace gradcut::python {

// From then on, what the library throws (`Error`, broken contracts, what OpenCV refuses) is raised
// as `error`, with its text.
void TranslateErrors(nanobind::handle error);

}  // namespace gradcut::python
