#pragma once

#include "cli/commands/doctor_flags.h"

namespace gradcut {

ExitStatus RunDoctorCommand(const DoctorFlags& flags);

}  // namespace gradcut
