// `gradcut plan` as the user meets it.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    for (int i = 0; i < 12; ++i) SavePhoto(folder_ / "in" / (std::to_string(i) + ".png"), i);
  }
  ProgramResult Plan(std::vector<std::string> more) const {
    more.insert(more.begin(), "plan");
    return RunProgram(more, {.folder = folder_.path()});
  }
  nlohmann::json Json() const { return nlohmann::json::parse(TextOf(folder_ / "plan.json")); }
  TemporaryFolder folder_;
};

TEST_F(PlanTest, SaysWhatTheWholeCosts) {
  const ProgramResult result = Plan({"in", "--sample", "4", "--json", "plan.json", "--jobs", "1"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("core-hours"), HasSubstr("to be written"),
                                HasSubstr("1 for tasks of about 60 minutes")));
  const nlohmann::json plan = Json();
  EXPECT_EQ(plan.at("photos"), 12);
  EXPECT_EQ(plan.at("sampled"), 4);
  EXPECT_GT(plan.at("photo_seconds"), 0);
  EXPECT_GT(plan.at("photo_cpu"), 0);
  EXPECT_GT(plan.at("start_seconds"), 0);
  EXPECT_NEAR(plan.at("hours").get<double>(), 12 * plan.at("photo_seconds").get<double>() / 3600,
              1e-12);
  EXPECT_GT(plan.at("read_bytes"), 1000);
  EXPECT_GT(plan.at("written_bytes"), 300);
  EXPECT_THAT(ResultNames(folder_.path()).size(), 12U) << "the sample leaves no files";
}

TEST_F(PlanTest, MorePhotosThanTasksCanDoAreMoreShards) {
  ASSERT_EQ(Plan({"in", "--sample", "2", "--task-minutes", "1", "--json", "plan.json"}).status, 0);
  nlohmann::json plan = Json();
  EXPECT_EQ(plan.at("shards"), 1);
  std::string list;
  const std::string photo = (folder_ / "in/1.png").string();
  for (int i = 0; i < 200000; ++i) list += photo + "\t" + std::to_string(i) + ".png\n";
  WriteFileAtomically(folder_ / "list.txt", list);
  ASSERT_EQ(
      Plan({"@list.txt", "--sample", "5", "--task-minutes", "2", "--json", "plan.json"}).status, 0);
  plan = Json();
  EXPECT_EQ(plan.at("photos"), 200000);
  EXPECT_GT(plan.at("shards"), 5);
}

TEST_F(PlanTest, WhatCannotBeIsSaid) {
  EXPECT_EQ(Plan({"-"}).status, 2);
  EXPECT_EQ(Plan({"nowhere"}).status, 1);
  EXPECT_EQ(Plan({"in", "--sample", "1"}).status, 2);
  for (int i = 0; i < 12; ++i)
    WriteFileAtomically(folder_ / "in" / (std::to_string(i) + ".png"), "no image");
  const ProgramResult result = Plan({"in"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("none of 12 photos"));
}

}  // namespace
}  // namespace gradcut
