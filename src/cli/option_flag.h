#pragma once

#include "gradcut/core/options.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace gradcut {

/// Adds the flag `--KEY` of an option (some have a short name too, such as `--method`), with
/// its help, what is allowed, and its present value as the default. `assign` gets what the user
/// writes.
CLI::Option* AddOptionFlag(CLI::App& command, const Option& option,
                           const std::function<void(const std::string&)>& assign);

}  // namespace gradcut
