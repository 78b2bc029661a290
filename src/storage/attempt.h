#pragma once

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <exception>
#include <filesystem>
#include <new>
#include <opencv2/core.hpp>
#include <string>

namespace gradcut {

/// Does the work on one file. What it throws becomes one line that names the file; "" if it throws
/// nothing. A `StorageError` is thrown on: the other files would fail like this one.
template <class Action>
std::string FailureOf(const std::filesystem::path& path, const Action& action) {
  const auto no_memory = [&path] { return Printable(path) + ": does not fit into memory"; };
  try {
    action();
    return "";
  } catch (const StorageError&) {
    throw;
  } catch (const Error& error) {
    return error.what();
  } catch (const std::bad_alloc&) {
    return no_memory();
  } catch (const cv::Exception& error) {
    return error.code == cv::Error::StsNoMem
               ? no_memory()
               : fmt::format("{}: {}", Printable(path), Printable(error.what()));
  } catch (const std::exception& error) {
    return fmt::format("{}: {}", Printable(path), Printable(error.what()));
  }
}

/// What the action returns, which knows no file: its `Error` is "PATH: cause".
template <class Action>
auto Naming(const std::filesystem::path& path, const Action& action) {
  try {
    return action();
  } catch (const StorageError&) {
    throw;
  } catch (const Error& error) {
    Fail("{}: {}", Printable(path), error.what());
  }
}

/// Does the work on all files. A `StorageError` of it then also says that nothing is lost.
template <class Action>
void KeepWhatIsDone(const Action& action) {
  try {
    action();
  } catch (const StorageError& error) {
    throw StorageError(std::string(error.what()) +
                       "; stopped here, what is done is kept: once that is mended, the same "
                       "command goes on");
  }
}

}  // namespace gradcut
