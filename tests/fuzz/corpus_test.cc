// What the fuzzers have found, and the smallest files that reach what they reach, in every build.

#include "fuzz/readers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <vector>

namespace gradcut::fuzz {
namespace {

namespace fs = std::filesystem;

class FuzzCorpusTest : public ::testing::TestWithParam<Reader> {};

std::vector<std::uint8_t> BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_P(FuzzCorpusTest, IsReadOrRefused) {
  const fs::path folder = fs::path(GRADCUT_FUZZ_CORPUS) / GetParam().name;
  int files = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(folder)) {
    SCOPED_TRACE(file.path().filename().string());
    EXPECT_NO_THROW(GetParam().read(BytesOf(file.path())));
    ++files;
  }
  EXPECT_GT(files, 0);
}

INSTANTIATE_TEST_SUITE_P(Readers, FuzzCorpusTest,
                         ::testing::ValuesIn(Readers().begin(), Readers().end()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace gradcut::fuzz
