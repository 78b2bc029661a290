// `gradcut eval --protocol instances` as the user meets it.
#include "gradcut/dataset/coco.h"
#include "gradcut/storage/file.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Arguments = std::vector<std::string>;
using Objects = std::vector<InstanceMask>;

const cv::Size kSize(20, 10);

// The first `cols` columns.
InstanceMask Object(std::int64_t id, int cols) {
  cv::Mat mask = cv::Mat::zeros(kSize, CV_8UC1);
  mask.colRange(0, cols).setTo(255);
  return {.id = id, .category = "cat", .mask = mask, .score = 0.5};
}

class EvalInstancesTest : public ::testing::Test {
 protected:
  EvalInstancesTest() {
    CocoInstances truth, predicted;
    truth.Add("a.jpg", kSize, Objects{Object(7, 10), Object(8, 4)});
    predicted.Add("a.jpg", kSize, Objects{Object(7, 8), Object(8, 4)});
    WriteFileAtomically(folder_ / "truth.json", truth.ToJson());
    WriteFileAtomically(folder_ / "run/instances.json", predicted.ToJson());
  }
  ProgramResult Eval(const std::string& predictions, const Arguments& more = {}) const {
    Arguments arguments = {"eval",   predictions, "truth.json", "--protocol",  "instances",
                           "--json", "out.json",  "--csv",      "out/rows.csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  nlohmann::json Json() const { return nlohmann::json::parse(TextOf(folder_ / "out.json")); }

  TemporaryFolder folder_;
};

TEST_F(EvalInstancesTest, TakesTheFileOrItsFolder) {
  for (const char* const predictions : {"run", "run/instances.json"}) {
    const ProgramResult result = Eval(predictions, {"--worst", "1", "--jobs", "2", "--seed", "3"});
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.err, IsEmpty());
    EXPECT_THAT(result.out, AllOf(HasSubstr("boxes                           2\n"),
                                  HasSubstr("mean_iou                   0.9000"),
                                  HasSubstr("ap_50                      1.0000\n"),
                                  HasSubstr("0.8000  a.jpg: 7\n")));
    EXPECT_DOUBLE_EQ(Json()["mean_iou"], 0.9);
    EXPECT_EQ(TextOf(folder_ / "out/rows.csv"),
              "image,id,category,iou,score\na.jpg,7,cat,0.8,0.5\na.jpg,8,cat,1,0.5\n");
    fs::remove(folder_ / "out.json");
  }
}

TEST_F(EvalInstancesTest, MissingBoxesAreScoredAsZeroAndReported) {
  CocoInstances predicted;
  predicted.Add("a.jpg", kSize, Objects{Object(7, 10)});
  WriteFileAtomically(folder_ / "run/instances.json", predicted.ToJson());
  const ProgramResult result = Eval("run");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("1 boxes without prediction, scored as 0: a.jpg: 8\n"));
  EXPECT_EQ(Json()["mean_iou"], 0.5);
  EXPECT_THAT(Json()["missing"], ElementsAre("a.jpg: 8"));
  EXPECT_THAT(TextOf(folder_ / "out/rows.csv"), HasSubstr("a.jpg,8,cat,0,\n"));
}

TEST_F(EvalInstancesTest, TheTruthItselfIsPerfect) {
  const ProgramResult result = Eval("truth.json");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Json()["mean_iou"], 1);
  EXPECT_NEAR(Json()["ap"].get<double>(), 1, 1e-12);
}

TEST_F(EvalInstancesTest, ResultsWithoutIdsHaveNoRows) {
  WriteFileAtomically(folder_ / "results.json",
                      std::string_view(R"([{"image_id": 1, "category_id": 1, "score": 0.9,
                        "segmentation": {"size": [10, 20], "counts": [0, 100, 100]}}])"));
  const ProgramResult result = Eval("results.json");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("warning: out/rows.csv: has no rows"));
  EXPECT_NEAR(Json()["ap"].get<double>(), 51.0 / 101, 1e-12);
  EXPECT_TRUE(Json()["mean_iou"].is_null());
}

TEST_F(EvalInstancesTest, BrokenFilesAreOneLineAndNothingIsWritten) {
  for (const char* const text :
       {"", "text", "{}", "[5]", "{\"images\": [], \"annotations\": {}}"}) {
    WriteFileAtomically(folder_ / "run/instances.json", std::string_view(text));
    const ProgramResult result = Eval("run");
    EXPECT_EQ(result.status, 1) << text;
    EXPECT_THAT(Lines(result.err), ElementsAre(HasSubstr("error: run/instances.json: "))) << text;
    EXPECT_FALSE(fs::exists(folder_ / "out.json"));
  }
  EXPECT_THAT(Lines(Eval("nowhere.json").err), ElementsAre(HasSubstr("error: nowhere.json: ")));
  fs::remove(folder_ / "run/instances.json");
  EXPECT_THAT(Lines(Eval("run").err),
              ElementsAre(HasSubstr("error: run: holds no instances.json")));
}

TEST_F(EvalInstancesTest, MasksOfAnotherSizeAreOneLine) {
  InstanceMask object = Object(7, 10);
  object.mask = object.mask.t();
  CocoInstances predicted;
  predicted.Add("a.jpg", {10, 20}, Objects{object});
  WriteFileAtomically(folder_ / "run/instances.json", predicted.ToJson());
  const ProgramResult result = Eval("run");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err), ElementsAre("error: a.jpg: a predicted mask has 10x20 pixels, but "
                                             "the truth's image has 20x10"));
  EXPECT_EQ(Json()["mean_iou"], 0);
}

TEST_F(EvalInstancesTest, FlagsOfMasksAreRefused) {
  const std::vector<Arguments> refused = {{"--split", "val"},     {"--list", "a.txt"},
                                          {"--suffix", "_gt"},    {"--heatmap"},
                                          {"--against", "other"}, {"--classes", "a.txt"},
                                          {"--ignore", "3"},      {"--background", "3"},
                                          {"--html", "a.html"},   {"--mask-values", "index"},
                                          {"--measures", "all"}};
  for (const Arguments& flag : refused) {
    const ProgramResult result = Eval("run", flag);
    EXPECT_EQ(result.status, 2) << flag[0];
    EXPECT_THAT(Lines(result.err),
                ElementsAre("error: " + flag[0] + " goes with --protocol binary or voc only"));
  }
  EXPECT_FALSE(fs::exists(folder_ / "out.json"));
}

}  // namespace
}  // namespace gradcut
