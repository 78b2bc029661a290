#pragma once

#include "gradcut/core/error.h"

#include <string>

namespace gradcut {

/// The message of the `Error` that `action` throws; "no error" if it throws none.
template <class Action>
std::string ErrorOf(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace gradcut
