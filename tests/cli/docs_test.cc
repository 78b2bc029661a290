// Help, its examples, the manual page and the completions, all out of the same description of the
// command line.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string Help(const std::string& command) { return RunProgram({command, "--help-all"}).out; }

std::string Docs(const std::string& kind) {
  const ProgramResult result = RunProgram({"docs", kind});
  EXPECT_EQ(result.status, 0);
  return result.out;
}

std::vector<std::string> ExamplesOf(const std::string& help) {
  std::vector<std::string> examples;
  const std::size_t start = help.find("Examples:\n");
  if (start == std::string::npos) return examples;
  for (const std::string& line : Lines(help.substr(start)))
    if (line.starts_with("  gradcut ")) examples.push_back(line.substr(2));
  return examples;
}

std::set<std::string> LongFlags(const std::string& text) {
  static const std::regex flag(R"(--[a-z][a-z_.-]+)");
  return {std::sregex_token_iterator(text.begin(), text.end(), flag), {}};
}

ProgramResult Shell(const std::string& script, const fs::path& folder) {
  const std::string path = fs::path(GRADCUT_PROGRAM).parent_path().string() + ":/usr/bin:/bin";
  return RunProgram({"-c", script},
                    {.program = "/bin/bash", .folder = folder, .environment = {{"PATH", path}}});
}

// In this order: later ones use what earlier ones made.
TEST(ExamplesTest, WorkWhenPasted) {
  const TemporaryFolder folder;
  for (const int i : {1, 2, 3, 4}) SavePhoto(folder / "photos" / (std::to_string(i) + ".jpg"), i);
  WriteFileAtomically(folder / "labels.tsv", "1\ttabby\n2\tbeagle\n3\ttabby\n4\tbeagle\n");
  WriteFileAtomically(folder / "names.txt", "background\ntabby\nbeagle\n");
  WriteFileAtomically(folder / "strokes.jsonl",
                      std::string(R"({"path": "1.jpg", "points": [{"x": 32.5, "y": 24.5}]})"));
  for (const char* const file : {"boxes.json", "truth.json"})
    WriteFileAtomically(
        folder / file,
        std::string(R"({"images": [{"id": 1, "file_name": "1.jpg", "width": 64, "height": 48}],
          "annotations": [{"id": 9, "image_id": 1, "category_id": 1, "bbox": [20, 12, 24, 24],
                           "segmentation": [[20, 12, 44, 12, 44, 36, 20, 36]]}],
          "categories": [{"id": 1, "name": "disc"}]})"));
  for (const char* const command : {"mask", "saliency", "eval", "tune", "adapt", "report", "refine",
                                    "cutout", "fit", "label", "models", "doctor"}) {
    const std::vector<std::string> examples = ExamplesOf(Help(command));
    EXPECT_THAT(examples, Not(SizeIs(0))) << command;
    for (const std::string& example : examples) {
      const ProgramResult result = Shell(example, folder.path());
      // That file is the user's to fetch.
      const bool needs_file = example.find("vgg19-dcbb9e9d.pth") != std::string::npos;
      EXPECT_EQ(result.status, needs_file ? 1 : 0) << example << "\n" << result.err;
    }
    if (std::string(command) != "mask") continue;
    fs::copy(folder / "masks", folder / "truth");
    fs::copy(folder / "masks", folder / "other_masks");
    for (const char* const file : {"truth/run.json", "truth/manifest.jsonl"})
      fs::remove(folder / file);
  }
}

TEST(HelpTest, ShowsWhatAUserNeedsAndWhereTheRestIs) {
  for (const char* const command :
       {"mask", "saliency", "eval", "tune", "adapt", "report", "refine", "fit", "label"}) {
    const std::string help = RunProgram({command, "--help"}).out;
    const std::set<std::string> flags = LongFlags(help), all = LongFlags(Help(command));
    EXPECT_THAT(all, ::testing::IsSupersetOf(flags)) << command;
    static const std::regex line(R"(\n  -)");
    EXPECT_LE(std::distance(std::sregex_iterator(help.begin(), help.end(), line), {}), 28)
        << command;
    EXPECT_EQ(all.size() > flags.size(),
              help.find(std::string("`gradcut ") + command + " --help-all`") != help.npos)
        << command;
  }
}

TEST(HelpTest, EveryFlagHasWordsAndADefaultWhereItTakesAValue) {
  static const std::regex bare(R"(\n +(-[-a-z_.,]+)( [A-Z|a-z/=:0-9]+)? *\n(?! {20}))");
  for (const char* const command :
       {"mask", "saliency", "eval", "tune", "adapt", "report", "refine", "fit", "label"}) {
    const std::string help = Help(command);
    EXPECT_FALSE(std::regex_search(help, bare)) << command;
    for (const char* const clutter : {"REQUIRED", " TEXT", " UINT", " INT "})
      EXPECT_THAT(help, Not(HasSubstr(clutter))) << command;
    EXPECT_THAT(help, HasSubstr(std::string("Usage: gradcut ") + command)) << command;
  }
}

// The flags that a command has, not those that its help speaks of.
std::set<std::string> OwnFlags(const std::string& command) {
  std::set<std::string> flags;
  for (const std::string& line : Lines(Help(command))) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string::npos || start == 0 || line[start] != '-') continue;
    flags.merge(LongFlags(line.substr(start, line.find(' ', start) - start)));
  }
  return flags;
}

// The options of stages that a command has flags for.
std::set<std::string> StageOptions(const std::string& command) {
  std::set<std::string> keys;
  for (const std::string& flag : OwnFlags(command))
    if (flag.find('.') != std::string::npos) keys.insert(flag.substr(2));
  return keys;
}

// Those of them whose keys begin so.
std::set<std::string> Only(const std::set<std::string>& keys,
                           const std::vector<std::string>& starts) {
  std::set<std::string> kept;
  for (const std::string& key : keys)
    for (const std::string& start : starts)
      if (key.starts_with(start)) kept.insert(key);
  return kept;
}

std::set<std::string> Without(std::set<std::string> keys, const std::vector<std::string>& starts) {
  for (const std::string& key : Only(keys, starts)) keys.erase(key);
  return keys;
}

// A flag that changes nothing would be taken for one that does. What labels depend on is
// tests/labels/labeller_test.cc's to say.
TEST(HelpTest, CommandsHaveTheStageOptionsThatTheyUse) {
  std::set<std::string> all = StageOptions("mask");
  EXPECT_GT(all.size(), 40u);
  EXPECT_FALSE(all.contains("saliency.epsilon")) << "of saliency --adversarial";
  all.insert("saliency.epsilon");
  EXPECT_EQ(StageOptions("saliency"),
            Without(all, {"render.feather", "render.matte", "render.background", "render.crop",
                          "render.format", "render.quality", "hints."}));
  EXPECT_EQ(StageOptions("tune"), Without(all, {"render.", "saliency.epsilon", "hints."}));
  EXPECT_EQ(Without(StageOptions("adapt"), {"learn."}), StageOptions("tune"));
  EXPECT_FALSE(Only(StageOptions("adapt"), {"learn."}).empty());
  EXPECT_EQ(StageOptions("label"),
            Without(Only(all, {"location.", "colour.", "graphcut.", "saliency.scales",
                               "segment.max_megapixels", "segment.outline", "segment.rounds", "io.",
                               "hints."}),
                    {"colour.sharpness", "graphcut.coarse_levels"}));
  EXPECT_EQ(Without(StageOptions("refine"), {"maps.", "prior."}),
            Only(all, {"colour.", "graphcut.", "segment.max_megapixels", "segment.outline",
                       "segment.rounds", "render.feather", "render.matte", "render.background",
                       "render.crop", "render.format", "render.quality", "io.", "hints."}));
  EXPECT_EQ(StageOptions("fit"), Only(all, {"io."}));
  for (const char* const flag : {"--class", "--method", "--keep-largest"})
    EXPECT_FALSE(OwnFlags("label").contains(flag)) << flag;
}

TEST(HelpTest, ShowsTheRangeOfANumberHoweverItIsChecked) {
  EXPECT_THAT(Help("label"), HasSubstr("0 to 1 (default 0.9)"));
  EXPECT_THAT(Help("adapt"), HasSubstr("alternating; 1 to 20 (default 1 "));
  EXPECT_THAT(Help("mask"), HasSubstr("a number in [0, 10000] (default 20)"));
  EXPECT_THAT(Help("mask"), HasSubstr("a number in [0, 200], or percent in [0%, 5%] (default 0)"));
  EXPECT_THAT(Docs("man"), HasSubstr("1 to 20 (default 2)"));
}

TEST(ManPageTest, HasEveryCommandAndFlag) {
  std::string page = Docs("man");
  EXPECT_THAT(page, HasSubstr(std::string("\"gradcut ") + GRADCUT_VERSION + "\""));
  for (const char* const section : {"NAME", "SYNOPSIS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT"})
    EXPECT_THAT(page, HasSubstr(std::string(".SH ") + section));
  for (std::size_t at = 0; (at = page.find("\\-", at)) != std::string::npos;) page.erase(at, 1);
  EXPECT_THAT(page, HasSubstr(".SS gradcut models import"));
  EXPECT_THAT(page, Not(HasSubstr("docs")));
  for (const char* const command : {"mask", "eval", "tune", "report", "adapt"})
    for (const std::string& flag : LongFlags(Help(command)))
      EXPECT_THAT(page, HasSubstr(flag)) << command;
}

std::string Completed(const std::string& words, const std::string& last) {
  const TemporaryFolder folder;
  return Shell("source <(gradcut docs bash); COMP_WORDS=(gradcut " + words + " '" + last +
                   "'); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _gradcut; echo \"${COMPREPLY[*]}\"",
               folder.path())
      .out;
}

TEST(BashCompletionTest, CompletesCommandsFlagsAndValues) {
  EXPECT_EQ(Completed("", "sal"), "saliency\n");
  EXPECT_EQ(Completed("mask photos", "--pre"), "--preset\n");
  EXPECT_EQ(Completed("mask photos --preset", "cl"), "classic\n");
  EXPECT_EQ(Completed("eval a b --protocol", ""), "binary voc instances\n");
  EXPECT_EQ(Completed("models", "im"), "import\n");
  EXPECT_EQ(Completed("models import", "--a"), "--arch\n");
  EXPECT_EQ(Completed("mask", "photo"), "\n");  // A file: the shell's own.
}

TEST(CompletionTest, OtherShellsKnowTheSameFlags) {
  const std::string zsh = Docs("zsh"), fish = Docs("fish");
  EXPECT_THAT(zsh, ::testing::StartsWith("#compdef gradcut"));
  for (const std::string& flag : LongFlags(Help("mask"))) {
    EXPECT_THAT(zsh, HasSubstr("'" + flag + "["));
    EXPECT_THAT(fish, HasSubstr("-l " + flag.substr(2) + " "));
  }
}

}  // namespace
}  // namespace gradcut
