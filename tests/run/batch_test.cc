// A batch as a library caller sees it: with work of its own, progress, and a way to stop.
#include "gradcut/run/batch.h"

#include "gradcut/image/image_io.h"
#include "gradcut/run/manifest.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/forbidden.h"
#include "support/photos.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class BatchTest : public ::testing::Test {
 protected:
  BatchTest() {
    for (const int i : {1, 2, 3, 4, 5})
      SavePhoto(folder_ / "photos" / (std::to_string(i) + ".png"), i);
    options_.inputs = {(folder_ / "photos").string()};
    options_.output = (folder_ / "out").string();
  }

  // Bright is object.
  static BatchJob Threshold(int level) {
    return {.outputs = {OutputKind::kMask},
            .recipe = {{"level", level}},
            .made_by = {{"version", "1"}, {"architecture", "threshold"}, {"device", "cpu"}},
            .process = [level](const cv::Mat& photo, const PhotoSource&) {
              cv::Mat grey;
              cv::cvtColor(photo, grey, cv::COLOR_RGB2GRAY);
              Product product;
              product.files.push_back({OutputKind::kMask, EncodePng(grey > level)});
              product.entry["area"] = 0.5;
              return product;
            }};
  }

  TemporaryFolder folder_;
  BatchOptions options_;
};

TEST_F(BatchTest, MakesTheOutputsOfEachInput) {
  const BatchSummary summary = RunBatch(options_, Threshold(100));
  EXPECT_EQ(summary.inputs, 5);
  EXPECT_EQ(summary.totals.ok, 5);
  EXPECT_FALSE(summary.interrupted);
  EXPECT_TRUE(fs::exists(folder_ / "out" / "3.png"));
  EXPECT_EQ(EntriesIn(summary.manifest).size(), 5);
  EXPECT_EQ(RunBatch(options_, Threshold(100)).totals.skipped, 5);
}

TEST_F(BatchTest, TellsHowFarItIs) {
  std::vector<std::size_t> done;
  RunControl control = {.jobs = 2};
  control.progress = [&](const Progress& now) {
    EXPECT_EQ(now.total, 5);
    done.push_back(now.done);
  };
  RunBatch(options_, Threshold(100), control);
  EXPECT_EQ(done, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5}));
}

TEST_F(BatchTest, StopsAndGoesOn) {
  std::stop_source source;
  BatchJob job = Threshold(100);
  const auto process = job.process;
  job.process = [&](const cv::Mat& photo, const PhotoSource& from) {
    if (from.path.stem() == "2") source.request_stop();
    return process(photo, from);
  };
  const BatchSummary stopped = RunBatch(options_, job, {.jobs = 1, .stop = source.get_token()});
  EXPECT_TRUE(stopped.interrupted);
  EXPECT_LT(stopped.totals.ok, 5);
  const BatchSummary rest = RunBatch(options_, Threshold(100));
  EXPECT_FALSE(rest.interrupted);
  EXPECT_EQ(rest.totals.skipped, stopped.totals.ok);
  EXPECT_EQ(rest.totals.ok, 5 - stopped.totals.ok);
}

TEST_F(BatchTest, AFailureIsSaidAndTheRestIsDone) {
  WriteFileAtomically(folder_ / "photos" / "0.png", "no image");
  std::string said;
  const BatchSummary summary =
      RunBatch(options_, Threshold(100), {.log = [&said](LogLevel level, const std::string& line) {
                 if (level == LogLevel::kError) said += line;
               }});
  EXPECT_EQ(summary.failed, 1);
  EXPECT_EQ(summary.totals.ok, 5);
  EXPECT_THAT(said, HasSubstr("0.png"));
}

TEST_F(BatchTest, AManifestThatCannotBeReadIsNotTakenForAnEmptyOne) {
  const BatchSummary summary = RunBatch(options_, Threshold(100));
  for (const fs::path& file : {summary.manifest, summary.folder / "run.json"}) {
    const Forbidden forbidden(file);
    EXPECT_THAT(ErrorOf([&] { RunBatch(options_, Threshold(100)); }),
                AllOf(HasSubstr(file.filename().string()), HasSubstr("Permission denied")));
  }
  EXPECT_EQ(EntriesIn(summary.manifest).size(), 5);
  EXPECT_EQ(RunBatch(options_, Threshold(100)).totals.skipped, 5);
}

TEST_F(BatchTest, RefusesAFolderOfAnotherRecipeOrVersion) {
  RunBatch(options_, Threshold(100));
  EXPECT_THAT(ErrorOf([&] { RunBatch(options_, Threshold(50)); }),
              HasSubstr("another recipe (level is 100 there, 50 here)"));
  BatchJob newer = Threshold(100);
  newer.made_by["version"] = "2";
  newer.made_by["commit"] = "abc";
  EXPECT_THAT(ErrorOf([&] { RunBatch(options_, newer); }),
              AllOf(HasSubstr("holds a run of gradcut 1, this is 2 (abc)"),
                    HasSubstr("--existing overwrite")));
}

}  // namespace
}  // namespace gradcut
