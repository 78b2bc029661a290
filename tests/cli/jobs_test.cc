// Many jobs that start together, on images that take no time.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <string>

namespace gradcut {
namespace {

class JobsTest : public ::testing::Test {
 protected:
  JobsTest() {
    const cv::Mat heat = (cv::Mat_<std::uint8_t>(2, 2) << 0, 255, 64, 128);
    for (int i = 0; i < 64; ++i) {
      const std::string name = std::to_string(i) + ".png";
      SavePhoto(folder_ / "photos" / name, i, {8, 8});
      WriteFileAtomically(folder_ / "maps" / name, EncodePng(heat));
    }
  }

  ProgramResult Run(std::vector<std::string> arguments) {
    return RunProgram(std::move(arguments), {.folder = folder_.path()});
  }

  TemporaryFolder folder_;
};

// Two of 120 such runs ended with SIGSEGV while each job set OpenCV's number of threads.
TEST_F(JobsTest, RefiningStartsSixtyFourTogether) {
  ASSERT_EQ(Run({"refine", "photos", "maps", "-o", "one", "--jobs", "1"}).status, 0);
  for (int run = 0; run < 4; ++run) {
    const ProgramResult result = Run({"refine", "photos", "maps", "-o", "many", "--jobs", "64",
                                      "--existing", "overwrite", "--quiet"});
    ASSERT_EQ(result.status, 0) << result.err;
  }
  EXPECT_EQ(Results(folder_ / "many"), Results(folder_ / "one"));
}

TEST_F(JobsTest, MasksStartSixtyFourTogether) {
  ASSERT_EQ(Run({"mask", "photos", "-o", "one", "--jobs", "1"}).status, 0);
  const ProgramResult result = Run({"mask", "photos", "-o", "many", "--jobs", "64", "--quiet"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Results(folder_ / "many"), Results(folder_ / "one"));
}

}  // namespace
}  // namespace gradcut
