#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

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

/// A size that a file gives, as an `int` >= 0. Throws `Error` naming `what` for any other: nothing
/// that counts what a file holds is narrowed without it.
inline int CheckedInt(std::int64_t size, std::string_view what) {
  constexpr int kMost = std::numeric_limits<int>::max();
  Require(size >= 0 && size <= kMost, "{} is {}, must be from 0 to {}", what, size, kMost);
  return static_cast<int>(size);
}

}  // namespace gradcut
