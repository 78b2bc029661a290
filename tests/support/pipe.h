#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

namespace gradcut {

/// The writing end of a named pipe that a program has opened as its input: it waits there until it
/// is fed.
class PipeToProgram {
 public:
  /// Returns when the program has opened the pipe; a failure of the test if it does not.
  explicit PipeToProgram(const std::filesystem::path& pipe) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (end_ < 0 && std::chrono::steady_clock::now() < deadline) {
      end_ = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);  // Fails without a reader.
      if (end_ < 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_GE(end_, 0) << pipe << " is not opened";
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
