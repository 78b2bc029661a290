#pragma once

#include "cli/torch_body.h"

namespace gradcut {

/// It has none.
struct DoctorFlags {};

/// Says what this machine and build can do.
extern TorchBody<DoctorFlags> doctor_body;

}  // namespace gradcut
