#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace gradcut {

/// What a user can fix: a file, an option, a model, a data set. The message names the thing, what
/// was expected and what was found, in one line. Broken contracts between parts of the program are
/// `std::logic_error` instead.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws `Error` with a formatted message.
template <class... Args>
[[noreturn]] void Fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

/// Throws `Error` with a formatted message unless `condition` holds.
template <class... Args>
void Require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) Fail(format, std::forward<Args>(args)...);
}

}  // namespace gradcut
