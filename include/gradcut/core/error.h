#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace gradcut {

/// What a user can fix: a file, an option, a model, a data set. The message names the thing, what
/// was expected and what was found, in one line. Broken contracts between parts of the program are
/// `std::logic_error` instead.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What was asked for cannot be, whatever the files hold: options that contradict each other or are
/// out of range, outputs that would collide.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The same for one option of an options struct.
class OptionError : public UsageError {
 public:
  /// `key` is that of the option (see `Option::key`); `message` names it and its value.
  OptionError(std::string key, const std::string& message)
      : UsageError(message), key_(std::move(key)) {}
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

/// Does something with what the user asked for. An `Error` is then a `UsageError`; `what` is put in
/// front of its message unless it is empty.
template <class Action>
auto AsUsage(std::string_view what, const Action& action) {
  try {
    return action();
  } catch (const OptionError& error) {
    if (what.empty()) throw;
    throw UsageError(fmt::format("{}: {}", what, error.what()));
  } catch (const Error& error) {
    throw UsageError(what.empty() ? error.what() : fmt::format("{}: {}", what, error.what()));
  }
}

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

/// Throws `std::invalid_argument` with a formatted message, which begins with the function's name,
/// unless `condition` holds: the caller has broken the function's contract.
template <class... Args>
void Expect(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) throw std::invalid_argument(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace gradcut
