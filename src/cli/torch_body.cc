#include "cli/torch_body.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr char kLargePages[] = "glibc.malloc.hugetlb";

char** program_arguments = nullptr;

// Below the folder of the program as it is built, or beside that folder as it is installed.
fs::path FindTorchProgram() {
  constexpr char kProgram[] = "lib/gradcut/gradcut-torch";
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (error)
    throw std::runtime_error(fmt::format(
        "/proc/self/exe cannot be read ({}), by which the program finds its parts; mount /proc",
        error.message()));
  const fs::path built = folder / kProgram;
  return fs::exists(built) ? built : folder.parent_path() / kProgram;
}

// Networks' activations are large: with the system's large pages a photo takes a fifth less time,
// where it gives them for the asking (transparent_hugepage "madvise"). glibc hears of this as a
// program starts, and not later. What the user has said of it stays.
void AskForLargePages() {
  const char* const given = std::getenv("GLIBC_TUNABLES");
  std::string tunables = given == nullptr ? "" : given;
  if (tunables.find(kLargePages) != std::string::npos) return;
  if (!tunables.empty()) tunables += ":";
  setenv("GLIBC_TUNABLES", (tunables + kLargePages + "=1").c_str(), /*overwrite=*/1);
}

}  // namespace

void SetProgramArguments(char** arguments) { program_arguments = arguments; }

void ContinueWithTorch() {
  const fs::path program = FindTorchProgram();
  std::fflush(nullptr);
  AskForLargePages();
  execv(program.c_str(), program_arguments);
  // No `Error`: nothing that was given to the program is wrong.
  throw std::runtime_error(
      fmt::format("a part of the program cannot be started; install gradcut anew ({}: {})",
                  program.string(), std::strerror(errno)));
}

}  // namespace gradcut
