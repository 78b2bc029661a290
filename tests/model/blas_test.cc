// OpenCV brings the reference BLAS into the process, which is ten times slower than LibTorch's own.
// Symbols are looked up breadth first: LibTorch, which a program is linked with directly, comes
// before what OpenCV's own dependencies bring, whatever the order on the command line.
#include "gradcut/model/classifier.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

// The file that a symbol of this process comes from.
std::string FileOf(const char* symbol) {
  Dl_info info = {};
  void* const address = dlsym(RTLD_DEFAULT, symbol);
  return address != nullptr && dladdr(address, &info) != 0 ? info.dli_fname : "";
}

TEST(BlasTest, LibTorchsOwnIsTaken) {
  ASSERT_FALSE(ArchitectureNames().empty());  // Uses the library, so that it is linked.
  for (const char* const symbol : {"sgemm_", "dgemm_", "sgemv_"})
    EXPECT_THAT(FileOf(symbol), HasSubstr("libtorch_cpu.so")) << symbol;
}

}  // namespace
}  // namespace gradcut
