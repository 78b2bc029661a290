#pragma once

#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// How a program is run.
struct ProgramOptions {
  std::filesystem::path program = GRADCUT_PROGRAM;
  std::string stdin_bytes = {};
  std::filesystem::path folder = {};  ///< Where it runs; empty: here.
  std::vector<std::pair<std::string, std::string>> environment = {};  ///< Set in addition.
  bool obeys_permissions = false;  ///< Takes away a root user's right to open any file.
  rlim_t max_file_bytes = RLIM_INFINITY;
  rlim_t max_memory_bytes = RLIM_INFINITY;
};

struct ProgramResult {
  int status = 0;  ///< Exit status, or 128 + the signal that ended it.
  std::string out;
  std::string err;
};

/// A running program; killed at the end of the scope unless it was waited for.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments, const ProgramOptions& options = {})
      : in_(MemoryFile()), out_(MemoryFile()), err_(MemoryFile()) {
    if (::write(in_, options.stdin_bytes.data(), options.stdin_bytes.size()) !=
        static_cast<ssize_t>(options.stdin_bytes.size()))
      throw std::runtime_error("cannot fill standard input");
    ::lseek(in_, 0, SEEK_SET);
    std::string program = options.program.string();
    std::vector<char*> argv = {program.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) Become(argv.data(), options);
  }
  ~Program() {
    if (pid_ > 0) {
      Send(SIGKILL);
      Wait();
    }
    for (const int fd : {in_, out_, err_}) ::close(fd);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void Send(int signal) const { ::kill(pid_, signal); }

  /// What it has printed so far.
  std::string Out() const { return TextOf(out_); }

  bool HasEnded() const {
    siginfo_t info = {};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  ProgramResult Wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), TextOf(out_),
            TextOf(err_)};
  }

 private:
  static int MemoryFile() { return ::memfd_create("stream", MFD_CLOEXEC); }

  static std::string TextOf(int fd) {
    struct stat info = {};  // Not lseek: the program writes where the file's offset is.
    if (::fstat(fd, &info) != 0) throw std::runtime_error("cannot see what the program printed");
    std::string text(static_cast<std::size_t>(info.st_size), '\0');
    if (::pread(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("cannot read what the program printed");
    return text;
  }

  [[noreturn]] void Become(char** argv, const ProgramOptions& options) const {
    ::dup2(in_, STDIN_FILENO);
    ::dup2(out_, STDOUT_FILENO);
    ::dup2(err_, STDERR_FILENO);
    for (const auto& [name, value] : options.environment)
      ::setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(127);
    if (options.obeys_permissions)
      for (const int capability : {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH})
        ::prctl(PR_CAPBSET_DROP, capability);
    const rlimit limit = {options.max_file_bytes, options.max_file_bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const rlimit memory = {options.max_memory_bytes, options.max_memory_bytes};
    ::setrlimit(RLIMIT_AS, &memory);
    ::execv(argv[0], argv);
    ::_exit(127);
  }

  int in_, out_, err_;
  pid_t pid_ = 0;
};

/// Runs the program to its end.
inline ProgramResult RunProgram(std::vector<std::string> arguments,
                                const ProgramOptions& options = {}) {
  return Program(std::move(arguments), options).Wait();
}

}  // namespace gradcut
