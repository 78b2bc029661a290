// manifest.jsonl, run.json and --config: what a run writes down, and what it reads back.
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

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ManifestTest : public ::testing::Test {
 protected:
  ManifestTest() {
    for (const int i : {0, 1, 2}) SavePhoto(folder_ / "in" / (std::to_string(i) + ".png"), i);
  }

  ProgramResult Gradcut(const std::vector<std::string>& arguments) {
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  // The complaint about a configuration file of that text.
  std::string Complaint(const std::string& name, const std::string& text) {
    WriteFileAtomically(folder_ / name, text);
    const ProgramResult result = Gradcut({"mask", "in", "-o", "out", "--config", name});
    EXPECT_EQ(result.status, 2) << text;
    EXPECT_THAT(result.err, StartsWith("error: " + name));
    EXPECT_EQ(Lines(result.err).size(), 1u) << result.err;
    return result.err;
  }

  TemporaryFolder folder_;
};

TEST_F(ManifestTest, HasOneEntryAnInputInOrder) {
  WriteFileAtomically(folder_ / "in/1b.png", "no image");
  ASSERT_EQ(Gradcut({"mask", "in/2.png", "in", "-o", "out"}).status, 1);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "path"),
              ElementsAre("in/2.png", "in/0.png", "in/1.png", "in/1b.png"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "output"),
              ElementsAre("2.png", "0.png", "1.png", "1b.png"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "ok", "ok", "failed"));

  const std::vector<nlohmann::json> entries = Manifest(folder_ / "out");
  const nlohmann::json& done = entries.front();
  EXPECT_EQ(done.at("width"), 64);
  EXPECT_EQ(done.at("height"), 48);
  ASSERT_EQ(done.at("classes").size(), 5u);
  EXPECT_TRUE(done.at("classes")[0].at("index").is_number_integer());
  EXPECT_TRUE(done.at("classes")[0].at("name").is_string());
  for (const double share :
       {done.at("classes")[0].at("score"), done.at("area"), done.at("confidence")})
    EXPECT_TRUE(share >= 0 && share <= 1) << share;
  for (const char* const stage : {"decode", "saliency", "cut", "encode", "write"})
    EXPECT_GE(done.at("milliseconds").at(stage), 0.0) << stage;
  EXPECT_FALSE(done.contains("error"));
  EXPECT_THAT(entries.back().at("error"), HasSubstr("in/1b.png: is not an image but text"));
}

TEST_F(ManifestTest, NamesThatAreNotUtf8AreKnownAgain) {
  SavePhoto(folder_ / "l\xe4nder/caf\xe9.png", 1);
  SavePhoto(folder_ / "l\xe4nder/caf\xe8.png", 2);
  const auto run = [&](const std::string& out, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"mask", "l\xe4nder", "-o", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    ASSERT_EQ(Gradcut(arguments).status, 0);
  };
  run("whole\xdf", {});
  run("whole\xdf", {});
  EXPECT_THAT(ManifestColumn(folder_ / "whole\xdf", "status"), ElementsAre("skipped", "skipped"));
  for (const char* const shard : {"0/2", "1/2"}) run("parts\xdf", {"--shard", shard});
  const ProgramResult merged = Gradcut({"merge", "parts\xdf", "-o", "merged"});
  EXPECT_EQ(merged.status, 0) << merged.err;
  EXPECT_THAT(ResultNames(folder_ / "merged"), ElementsAre("caf\xe8.png", "caf\xe9.png"));
  EXPECT_EQ(Gradcut({"report", "merged", "-o", "page.html"}).status, 0);
  EXPECT_THAT(Gradcut({"cutout", "l\xe4nder", "merged", "-o", "cut"}).err, HasSubstr("2 done"));
}

TEST_F(ManifestTest, RunFileSaysWhatWasDoneWithWhat) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "out", "--device", "cpu", "--class", "tabby", "--class",
                     "7", "--save", "cutout,mask", "--colour.bins", "8", "--seed", "5"})
                .status,
            0);
  const nlohmann::json run = RunJson(folder_ / "out");
  EXPECT_EQ(run.at("finished"), true);
  EXPECT_EQ(run.at("save"), nlohmann::json({"cutout", "mask"}));
  const nlohmann::json made_by = run.at("made_by");
  EXPECT_EQ(made_by.at("version"), GRADCUT_VERSION);
  EXPECT_EQ(made_by.at("commit"), GRADCUT_COMMIT);
  EXPECT_EQ(made_by.at("command"), "mask");
  EXPECT_EQ(made_by.at("device"), "cpu");
  EXPECT_THAT(made_by.at("model_sha256").get<std::string>(),
              ::testing::MatchesRegex("[0-9a-f]{64}"));
  const nlohmann::json recipe = run.at("recipe");
  EXPECT_EQ(recipe.at("preset"), "fast");
  EXPECT_EQ(recipe.at("model"), "efficientnet-lite0");
  EXPECT_EQ(recipe.at("class"), nlohmann::json({"tabby", "7"}));
  EXPECT_EQ(recipe.at("seed"), 5);
  EXPECT_EQ(recipe.at("colour").at("bins"), 8);
  EXPECT_EQ(recipe.at("seeds").at("foreground_quantile"), 0.95);
  const nlohmann::json totals = run.at("totals");
  EXPECT_EQ(totals.at("inputs"), 3);
  EXPECT_EQ(totals.at("ok"), 3);
  EXPECT_EQ(totals.at("failed"), 0);
  EXPECT_GT(totals.at("seconds"), 0.0);
  for (const nlohmann::json& entry : Manifest(folder_ / "out"))
    EXPECT_EQ(entry.at("classes").size(), 2u);
}

TEST_F(ManifestTest, ConfigurationsGiveTheSameBytes) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "flags", "--preset", "classic", "--class", "281",
                     "--class", "sports car", "--seeds.foreground_quantile", "0.8",
                     "--graphcut.smoothness", "3", "--graphcut.neighbours", "4"})
                .status,
            0);
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "json", "--config", "flags/run.json"}).status, 0);
  WriteFileAtomically(folder_ / "a.toml",
                      "# a recipe\n"
                      "preset = 'classic'\n"
                      "class = [281, 'sports car']\n"
                      "seeds.foreground_quantile = 0.8\n"
                      "[graphcut]\nsmoothness = 3\nneighbours = 8\n");
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "toml", "--config", "a.toml", "--graphcut.neighbours",
                     "4"})  // Flags go before files.
                .status,
            0);
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "plain", "--preset", "classic"}).status, 0);
  EXPECT_TRUE(Results(folder_ / "json") == Results(folder_ / "flags"));
  EXPECT_TRUE(Results(folder_ / "toml") == Results(folder_ / "flags"));
  EXPECT_FALSE(Results(folder_ / "plain") == Results(folder_ / "flags"));
  EXPECT_EQ(RunJson(folder_ / "json").at("recipe"), RunJson(folder_ / "flags").at("recipe"));
}

// Its options would be computed, and the flag's preset be written down.
TEST_F(ManifestTest, APresetBesideTheFileOfAnotherIsRefused) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "first"}).status, 0);
  const ProgramResult result =
      Gradcut({"mask", "in", "-o", "out", "--config", "first/run.json", "--preset", "best"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(Lines(result.err), ElementsAre(AllOf(HasSubstr("--preset best: first/run.json has"),
                                                   HasSubstr("preset fast; leave out"))));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  EXPECT_EQ(
      Gradcut({"mask", "in", "-o", "out", "--config", "first/run.json", "--preset", "fast"}).status,
      0);
  // A file of a few options goes with any preset.
  WriteFileAtomically(folder_ / "a.toml", "colour.bins = 8\n");
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "some", "--config", "a.toml", "--preset", "best"}).status,
            0);
  EXPECT_EQ(RunJson(folder_ / "some").at("recipe").at("preset"), "best");
  WriteFileAtomically(folder_ / "b.toml", "preset = 'classic'\n");
  EXPECT_EQ(Gradcut({"mask", "in", "-o", "none", "--config", "b.toml", "--preset", "best"}).status,
            0);
}

TEST_F(ManifestTest, EmptyAndUnsureMasksAreCountedAndNoted) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "all", "--existing", "error"}).status, 0);
  EXPECT_FALSE(Manifest(folder_ / "all")[0].contains("note"));
  const std::vector<std::string> nothing = {"mask", "in", "-o", "out", "--min-area", "1"};
  const ProgramResult first = Gradcut(nothing), second = Gradcut(nothing);
  for (const ProgramResult& result : {first, second}) {
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("results are in out; 3 masks are empty\n"));
  }
  EXPECT_THAT(first.err, HasSubstr("warning: in/0.png: every part of the mask is smaller"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "note"),
              ::testing::Each(HasSubstr("every part of the mask is smaller")));
  std::string lines;
  for (nlohmann::json entry : Manifest(folder_ / "all")) {
    entry["confidence"] = 0.4;
    lines += entry.dump() + "\n";
  }
  WriteFileAtomically(folder_ / "all/manifest.jsonl", lines);
  EXPECT_THAT(Gradcut({"mask", "in", "-o", "all"}).err,
              HasSubstr("results are in all; 3 have a confidence below 0.5\n"));
}

TEST_F(ManifestTest, ConfigurationErrorsNameFileAndKey) {
  EXPECT_THAT(Complaint("a.toml", "seeds.foreground = 0.8\n"),
              AllOf(HasSubstr("'seeds.foreground'"), HasSubstr("seeds.foreground_quantile")));
  EXPECT_THAT(Complaint("a.toml", "speed = 3\n"), HasSubstr("'speed'"));
  EXPECT_THAT(Complaint("a.toml", "[preset]\nname = 'classic'\n"), HasSubstr("preset"));
  EXPECT_THAT(Complaint("a.toml", "seeds.foreground_quantile = '0.8'\n"),
              AllOf(HasSubstr("seeds.foreground_quantile"), HasSubstr("a number in [0, 1]")));
  EXPECT_THAT(Complaint("a.toml", "colour.bins = 4.5\n"), HasSubstr("colour.bins = 4.5"));
  EXPECT_THAT(Complaint("a.toml", "colour.bins = 100\n"), HasSubstr("colour.bins = 100"));
  EXPECT_THAT(Complaint("a.toml", "seed = -1\n"), HasSubstr("seed = -1"));
  EXPECT_THAT(Complaint("a.toml", "class = 1.5\n"), HasSubstr("class = 1.5"));
  EXPECT_THAT(Complaint("a.toml", "preset = 'classic'\nseed = = 1\n"), HasSubstr("a.toml:2: "));
  EXPECT_THAT(Complaint("a.json", "{\"seed\": 1,"), HasSubstr("not valid JSON"));
  EXPECT_THAT(Complaint("a.json", "[1]"), HasSubstr("table of options"));
}

TEST_F(ManifestTest, MissingConfigurationIsNamed) {
  const ProgramResult result = Gradcut({"mask", "in", "-o", "out", "--config", "none.toml"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, StartsWith("error: none.toml: "));
}

}  // namespace
}  // namespace gradcut
