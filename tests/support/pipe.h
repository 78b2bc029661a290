#pragma once

#include "support/wait_until.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace gradcut {

/// The writing end of a named pipe that a program has opened as its input: it waits there until it
/// is fed.
class PipeToProgram {
 public:
  /// Returns when the program has opened the pipe; a failure of the test if it does not.
  explicit PipeToProgram(const std::filesystem::path& pipe) {
    const bool opened = WaitUntil([&] {
      end_ = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);  // Fails without a reader.
      return end_ >= 0;
    });
    EXPECT_TRUE(opened) << pipe << " is not opened";
  }
  ~PipeToProgram() { Close(); }
  PipeToProgram(const PipeToProgram&) = delete;
  PipeToProgram& operator=(const PipeToProgram&) = delete;

  /// Writes all that the program is to read.
  void Feed(const std::string& bytes) {
    ::fcntl(end_, F_SETFL, 0);  // More than the pipe holds waits to be read.
    EXPECT_EQ(::write(end_, bytes.data(), bytes.size()), std::ssize(bytes));
    Close();
  }

 private:
  void Close() {
    if (end_ >= 0) ::close(end_);
    end_ = -1;
  }

  int end_ = -1;
};

}  // namespace gradcut
