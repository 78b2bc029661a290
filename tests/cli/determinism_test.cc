// The bytes that come out depend on the options and the photo alone.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gradcut {
namespace {

using Arguments = std::vector<std::string>;

constexpr int kPhotos = 6;

class DeterminismTest : public ::testing::Test {
 protected:
  DeterminismTest() {
    // Of many sizes, so that they do not end in the order in which they began.
    for (int i = 0; i < kPhotos; ++i) SavePhoto(folder_ / Name(i), i, {150 - 25 * i, 40 + 10 * i});
    Mask("first", {"--jobs", "1"}, {0, 1, 2, 3, 4, 5});
  }

  static std::string Name(int i) { return "in/" + std::to_string(i) + ".png"; }

  void Mask(const std::string& output, Arguments more, const std::vector<int>& order) {
    Arguments arguments = {"mask", "-o", output, "--save",
                           "mask,heatmap,probability,overlay,cutout"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    for (const int i : order) arguments.push_back(Name(i));
    const ProgramResult result = RunProgram(arguments, {.folder = folder_.path()});
    ASSERT_EQ(result.status, 0) << result.err;
  }

  // The entries without their times.
  std::vector<nlohmann::json> Entries(const std::string& output) const {
    std::vector<nlohmann::json> entries = Manifest(folder_ / output);
    for (nlohmann::json& entry : entries) entry.erase("milliseconds");
    return entries;
  }

  TemporaryFolder folder_;
};

TEST_F(DeterminismTest, JobsOrderAndCompanyDoNotMatter) {
  for (const std::string jobs : {"1", "2", "5"}) {
    Mask(jobs, {"--jobs", jobs}, {0, 1, 2, 3, 4, 5});
    EXPECT_EQ(Results(folder_ / jobs).size(), 5u * kPhotos);
    EXPECT_TRUE(Results(folder_ / jobs) == Results(folder_ / "first")) << jobs;
    EXPECT_EQ(Entries(jobs), Entries("first")) << jobs;
  }
  const std::vector<int> order = {5, 2, 0, 4, 1, 3};
  Mask("mixed", {}, order);
  EXPECT_TRUE(Results(folder_ / "mixed") == Results(folder_ / "first"));
  const std::vector<nlohmann::json> mixed = Entries("mixed"), first = Entries("first");
  for (int i = 0; i < kPhotos; ++i) EXPECT_EQ(mixed[i], first[order[i]]);

  Mask("alone", {}, {3});
  for (const auto& [name, bytes] : Results(folder_ / "alone"))
    EXPECT_TRUE(Results(folder_ / "first").at(name) == bytes) << name;
}

TEST_F(DeterminismTest, JobsDoNotMatterForTheOtherPresets) {
  for (const std::string preset : {"best", "classic"}) {
    Mask(preset + "1", {"--preset", preset, "--jobs", "1"}, {0, 1, 2, 3, 4, 5});
    Mask(preset + "2", {"--preset", preset, "--jobs", "2"}, {0, 1, 2, 3, 4, 5});
    EXPECT_TRUE(Results(folder_ / (preset + "1")) == Results(folder_ / (preset + "2"))) << preset;
    EXPECT_EQ(Entries(preset + "1"), Entries(preset + "2")) << preset;
    EXPECT_FALSE(Results(folder_ / (preset + "1")) == Results(folder_ / "first")) << preset;
  }
}

}  // namespace
}  // namespace gradcut
