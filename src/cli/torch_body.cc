#include "cli/torch_body.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

char** program_arguments = nullptr;

// Below the folder of the program as it is built, or beside that folder as it is installed.
fs::path FindTorchProgram() {
  constexpr char kProgram[] = "lib/gradcut/gradcut-torch";
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  const fs::path built = folder / kProgram;
  return fs::exists(built) ? built : folder.parent_path() / kProgram;
}

}  // namespace

void SetProgramArguments(char** arguments) { program_arguments = arguments; }

void ContinueWithTorch() {
  const fs::path program = FindTorchProgram();
  std::fflush(nullptr);
  execv(program.c_str(), program_arguments);
  // No `Error`: nothing that was given to the program is wrong.
  throw std::runtime_error(
      fmt::format("a part of the program cannot be started; install gradcut anew ({}: {})",
                  program.string(), std::strerror(errno)));
}

}  // namespace gradcut
