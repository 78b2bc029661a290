#pragma once

#include "cli/exit_status.h"
#include "gradcut/metrics/instances.h"

#include <filesystem>

namespace gradcut {

// Where results go; empty: nowhere.
struct InstanceOutputs {
  std::filesystem::path json;
  std::filesystem::path csv;
  int worst = 0;
};

// `gradcut eval --protocol instances`.
ExitStatus EvalInstances(const InstanceOptions& options, const InstanceOutputs& outputs);

}  // namespace gradcut
