#pragma once

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"

#include <exception>
#include <filesystem>
#include <new>
#include <string>

namespace gradcut {

/// Does the work on one file. What it throws becomes one line that names the file; "" if it throws
/// nothing.
template <class Action>
std::string FailureOf(const std::filesystem::path& path, const Action& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    return error.what();
  } catch (const std::bad_alloc&) {
    return fmt::format("{}: does not fit into memory", Printable(path));
  } catch (const std::exception& error) {
    return fmt::format("{}: {}", Printable(path), Printable(error.what()));
  }
}

}  // namespace gradcut
