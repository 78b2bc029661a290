// From boxes to instances, and their scores, through the program.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

// A photo whose disc, of radius 12, is in the middle, with the true outline as a polygon.
class InstancesProgramTest : public ::testing::Test {
 protected:
  InstancesProgramTest() {
    SavePhoto(folder_ / "in/a.png", 1);
    WriteFileAtomically(
        folder_ / "truth.json",
        std::string(R"({"images": [{"id": 5, "file_name": "a.png", "width": 64, "height": 48}],
          "annotations": [{"id": 41, "image_id": 5, "category_id": 3, "iscrowd": 0, "area": 452,
            "bbox": [20, 12, 24, 24],
            "segmentation": [[32,12, 38,13.6, 42.4,18, 44,24, 42.4,30, 38,34.4, 32,36, 26,34.4, 21.6,30, 20,24, 21.6,18, 26,13.6]]}],
          "categories": [{"id": 3, "name": "ball"}]})"));
  }
  ProgramResult Gradcut(const std::vector<std::string>& arguments) const {
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  TemporaryFolder folder_;
};

TEST_F(InstancesProgramTest, ADetectionDataSetBecomesOneOfInstancesThatIsScored) {
  const ProgramResult made =
      Gradcut({"mask", "in", "-o", "out", "--hints", "truth.json", "--save", "mask,instances"});
  ASSERT_EQ(made.status, 0) << made.err;
  const ProgramResult scored = Gradcut({"eval", "out", "truth.json", "--protocol", "instances",
                                        "--json", "scores.json", "--csv", "rows.csv"});
  ASSERT_EQ(scored.status, 0) << scored.err;
  const nlohmann::json scores = nlohmann::json::parse(TextOf(folder_ / "scores.json"));
  EXPECT_GT(scores.at("mean_iou"), 0.6);
  EXPECT_EQ(scores.at("boxes"), 1);
  EXPECT_NEAR(scores.at("ap_50"), 1, 1e-12);
  EXPECT_EQ(Lines(TextOf(folder_ / "rows.csv")).size(), 2U);
  EXPECT_THAT(scored.out, HasSubstr("mean_iou"));
}

}  // namespace
}  // namespace gradcut
