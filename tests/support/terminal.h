#pragma once

#include "support/program.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>

#include <chrono>

namespace gradcut {

/// A program in a terminal of its own; killed at the end of the scope unless it was waited for.
class Terminal {
 public:
  explicit Terminal(std::vector<std::string> arguments, const ProgramOptions& options = {},
                    unsigned short columns = 120) {
    std::string program = options.program.string();
    std::vector<char*> argv = {program.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    winsize size = {.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    pid_ = ::forkpty(&fd_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::runtime_error("cannot open a terminal");
    if (pid_ > 0) return;
    ::setenv("TERM", "xterm", /*overwrite=*/1);
    for (const auto& [name, value] : options.environment)
      ::setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(127);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ~Terminal() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(fd_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Presses keys: "\x03" is Ctrl-C.
  void Type(const std::string& keys) const {
    if (::write(fd_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
      throw std::runtime_error("cannot type");
  }

  /// Reads until the screen has been sent `text`; false if the program ends without, or a minute
  /// passes.
  bool WaitFor(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (seen_.find(text) == std::string::npos)
      if (std::chrono::steady_clock::now() > deadline || !ReadMore()) return false;
    return true;
  }

  /// Reads to the end. `out` is everything that was sent to the screen.
  ProgramResult Wait() {
    while (ReadMore()) {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), seen_, ""};
  }

 private:
  // False at the end: reading from a terminal that nobody has open is an error.
  bool ReadMore() {
    pollfd wanted = {.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&wanted, 1, /*milliseconds=*/1000) == 0) return true;
    char bytes[4096];
    const ssize_t count = ::read(fd_, bytes, sizeof bytes);
    if (count <= 0) return false;
    seen_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int fd_ = -1;
  pid_t pid_ = 0;
  std::string seen_;
};

}  // namespace gradcut
