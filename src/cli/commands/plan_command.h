#pragma once

#include "cli/commands/plan_flags.h"

namespace gradcut {

ExitStatus RunPlanCommand(const PlanFlags& flags);

}  // namespace gradcut
