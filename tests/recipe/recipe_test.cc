#include "gradcut/recipe/recipe.h"

#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RecipeTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::string& name, const std::string& text) const {
    WriteFileAtomically(folder_ / name, text);
    return folder_ / name;
  }
  TemporaryFolder folder_;
};

TEST_F(RecipeTest, LoadsTomlOverItsPreset) {
  const Recipe recipe = Recipe::Load(Write("best.toml",
                                           "preset = \"best\"\nclass = [\"tabby\", 7]\n"
                                           "[graphcut]\nsmoothness = 31\n"));
  EXPECT_EQ(recipe.preset, "best");
  EXPECT_THAT(recipe.classes, ElementsAre("tabby", "7"));
  EXPECT_EQ(recipe.options.graphcut.smoothness, 31);
  EXPECT_EQ(recipe.options.max_megapixels, PresetOptions("best").max_megapixels);
}

TEST_F(RecipeTest, IsTheSameAfterTomlAndAfterJson) {
  Recipe recipe = Recipe::Preset("classic");
  recipe.seed = 12;
  recipe.objectness = "none";
  recipe.options.colour.bins = 9;
  const nlohmann::json json = RecipeToJson(recipe);
  EXPECT_EQ(RecipeToJson(Recipe::Load(Write("a.toml", RecipeToToml(recipe)))), json);
  const nlohmann::json run = {{"recipe", json}, {"made_by", {}}};
  EXPECT_EQ(RecipeToJson(Recipe::Load(Write("run.json", run.dump()))), json);
}

// A run.json has names as they were given to the run, which was started elsewhere.
TEST_F(RecipeTest, FilesThatARunNamedAreThoseOfWhereItWasStarted) {
  for (const char* const name :
       {"a.safetensors", "b.safetensors", "none", "efficientnet-lite1", "groups", "sky.png"})
    Write(name, "");
  const nlohmann::json run = {{"recipe",
                               {{"model", "a.safetensors,efficientnet-lite1"},
                                {"objectness", "b.safetensors"},
                                {"head", "none"},
                                {"class_map", "groups"},
                                {"render", {{"background", "sky.png"}}}}},
                              {"made_by", {}},
                              {"folder", folder_.path().string()}};
  const Recipe recipe = Recipe::Load(Write("out/run.json", run.dump()));
  EXPECT_EQ(recipe.classifier.model, (folder_ / "a.safetensors").string() + ",efficientnet-lite1");
  EXPECT_EQ(recipe.objectness, folder_ / "b.safetensors");
  EXPECT_EQ(recipe.head, "none");
  EXPECT_EQ(recipe.class_map, folder_ / "groups");
  EXPECT_EQ(recipe.render.background, folder_ / "sky.png");
}

// Folders of any name: bytes that are no UTF-8, links, commas.
TEST_F(RecipeTest, FilesOfARunAreFoundWhateverItsFolderIsCalled) {
  namespace fs = std::filesystem;
  const auto loaded = [&](const std::string& folder, const std::string& model) {
    const nlohmann::json run = {
        {"recipe", {{"model", model}}}, {"made_by", {}}, {"folder", (folder_ / folder).string()}};
    return Recipe::Load(Write("run.json", JsonText(run)));
  };
  Write("d\xe9/a.pt", "");
  const Recipe odd = loaded("d\xe9", "a.pt");
  EXPECT_EQ(odd.classifier.model, folder_ / "d\xe9/a.pt");
  EXPECT_EQ(Recipe::Load(Write("odd.toml", RecipeToToml(odd))).classifier.model,
            odd.classifier.model);
  Write("real/a.pt", "");
  fs::create_directories(folder_ / "real/sub");
  fs::create_directories(folder_ / "other");
  fs::create_directory_symlink(folder_ / "real/sub", folder_ / "other/link");
  EXPECT_TRUE(
      fs::equivalent(loaded("other", "link/../a.pt").classifier.model, folder_ / "real/a.pt"));
  Write("x,y/a.pt", "");
  EXPECT_EQ(loaded("x,y", "a.pt,efficientnet-lite1").classifier.model, "a.pt,efficientnet-lite1")
      << "commas would make several of it";
}

TEST_F(RecipeTest, WhatTheUpperLeavesOpenIsAsInTheLower) {
  const RecipeSettings upper = {.preset = "best", .options = {{"colour.bins", "8"}}};
  const RecipeSettings lower = {.preset = "classic",
                                .model = "vgg19",
                                .options = {{"colour.bins", "4"}, {"colour.clip", "2"}}};
  const RecipeSettings both = Over(upper, lower);
  EXPECT_EQ(both.preset, "best");
  EXPECT_EQ(both.model, "vgg19");
  EXPECT_EQ(both.options, (OptionTexts{{"colour.bins", "8"}, {"colour.clip", "2"}}));
}

TEST_F(RecipeTest, NamesFileAndKeyOfWhatIsWrong) {
  EXPECT_THAT(ErrorOf([&] { Recipe::Load(Write("a.toml", "[colour]\nbins = 1000\n")); }),
              AllOf(HasSubstr("a.toml"), HasSubstr("colour.bins = 1000")));
  EXPECT_THAT(ErrorOf([&] { Recipe::Load(Write("a.toml", "colours = 3\n")); }),
              AllOf(HasSubstr("a.toml"), HasSubstr("unknown key 'colours'")));
  EXPECT_THROW(Recipe::Preset("fastest"), UsageError);
}

}  // namespace
}  // namespace gradcut
