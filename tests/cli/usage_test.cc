// What the program says about itself and about command lines that make no sense.
#include "support/photos.h"
#include "support/program.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gradcut {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Usage {
  std::string name;
  std::vector<std::string> arguments;
  std::vector<std::string> said;  // Each part of the message.
};

void PrintTo(const Usage& usage, std::ostream* stream) { *stream << usage.name; }

void ExpectOneErrorLine(const ProgramResult& result, const std::vector<std::string>& said) {
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, StartsWith("error: "));
  EXPECT_EQ(result.err.find("error: ", 1), std::string::npos) << result.err;
  const std::string line = result.err.substr(0, result.err.find('\n'));
  for (const std::string& part : said) EXPECT_THAT(line, HasSubstr(part));
}

TEST(FlagsInHelpTest, NamesEveryFlagOfTheContract) {
  const std::vector<std::string> shared = {
      "INPUT",     "--output", "--save",    "--jobs",   "--shard",  "--seed",  "--existing",
      "--preset",  "--model",  "--class",   "--device", "--config", "--quiet", "--log-level",
      "--durable", "skip",     "overwrite", "heatmap",  "overlay",  "@list",   "stdin"};
  for (const char* const command : {"mask", "saliency"}) {
    const ProgramResult help = RunProgram({command, "--help-all"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.err, IsEmpty());
    for (const std::string& flag : shared) EXPECT_THAT(help.out, HasSubstr(flag)) << command;
  }
}

TEST(FlagsInHelpTest, NamesTheCommands) {
  const ProgramResult help = RunProgram({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* const command : {"mask", "saliency", "eval", "tune", "doctor"})
    EXPECT_THAT(help.out, HasSubstr(std::string("\n  ") + command));
}

TEST(FlagsInHelpTest, EvalNamesItsFlags) {
  const ProgramResult help = RunProgram({"eval", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* const flag :
       {"PRED", "GT", "--protocol", "--heatmap", "--split", "--list", "--against", "--classes",
        "--ignore", "--measures", "--json", "--csv", "--html", "--worst", "--seed", "--jobs"})
    EXPECT_THAT(help.out, HasSubstr(flag));
}

TEST(FlagsInHelpTest, TuneNamesItsFlags) {
  const ProgramResult help = RunProgram({"tune", "--help-all"});
  EXPECT_EQ(help.status, 0);
  for (const char* const flag :
       {"IMAGES", "GT", "--sweep", "--budget", "--split", "--list", "--ignore", "--output",
        "--jobs", "--existing", "--quiet", "--preset", "--seed", "--config", "--seeds.strength"})
    EXPECT_THAT(help.out, HasSubstr(flag));
}

TEST(FlagsInHelpTest, DoctorHasHelp) { EXPECT_EQ(RunProgram({"doctor", "--help"}).status, 0); }

TEST(VersionTest, IsThatOfTheProject) {
  const ProgramResult version = RunProgram({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_EQ(version.out, std::string(GRADCUT_VERSION_TEXT) + "\n");
}

TEST(DoctorTest, SaysWhatIsThere) {
  const ProgramResult doctor = RunProgram({"doctor"});
  EXPECT_EQ(doctor.status, 0);
  for (const char* const part : {GRADCUT_VERSION, "LibTorch", "gpu:", "efficientnet-lite0"})
    EXPECT_THAT(doctor.out, HasSubstr(part));
}

class WrongUsageTest : public ::testing::TestWithParam<Usage> {};

TEST_P(WrongUsageTest, IsOneLineAndStatusTwo) {
  const TemporaryFolder folder;
  SavePhoto(folder / "a.png", 0);
  const ProgramResult result = RunProgram(GetParam().arguments, {.folder = folder.path()});
  EXPECT_EQ(result.status, 2);
  ExpectOneErrorLine(result, GetParam().said);
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

INSTANTIATE_TEST_SUITE_P(
    , WrongUsageTest,
    ::testing::Values(
        Usage{"NoCommand", {}, {"command is required", "mask, saliency"}},
        Usage{"MisspeltCommand", {"msk", "a.png"}, {"'msk'", "did you mean mask?"}},
        Usage{"NoInput", {"mask", "-o", "out"}, {"INPUT"}},
        Usage{"NoOutput", {"mask", "a.png"}, {"-o"}},
        Usage{"MisspeltFlag",
              {"mask", "a.png", "-o", "out", "--quite"},
              {"'--quite'", "did you mean --quiet"}},
        Usage{"FlagWithoutValue", {"mask", "a.png", "-o"}, {"--output", "value"}},
        Usage{"FlagTwice",
              {"mask", "a.png", "-o", "out", "--jobs", "1", "--jobs", "2"},
              {"--jobs", "more than once"}},
        Usage{
            "Preset", {"mask", "a.png", "-o", "out", "--preset", "magic"}, {"'magic'", "classic"}},
        Usage{"Model",
              {"mask", "a.png", "-o", "out", "--model", "resnet"},
              {"'resnet'", "efficientnet-lite0"}},
        Usage{"Device", {"mask", "a.png", "-o", "out", "--device", "tpu"}, {"'tpu'", "cuda:N"}},
        Usage{"Save",
              {"mask", "a.png", "-o", "out", "--save", "mask,mesh"},
              {"--save mesh", "cutout"}},
        Usage{"SaveOfAnotherCommand",
              {"saliency", "a.png", "-o", "out", "--save", "mask"},
              {"--save mask", "heatmap"}},
        Usage{"Existing",
              {"mask", "a.png", "-o", "out", "--existing", "keep"},
              {"--existing keep", "skip, overwrite, error"}},
        Usage{"LogLevel",
              {"mask", "a.png", "-o", "out", "--log-level", "loud"},
              {"--log-level loud", "warning"}},
        Usage{"Jobs", {"mask", "a.png", "-o", "out", "--jobs", "many"}, {"--jobs", "many"}},
        Usage{"NegativeJobs", {"mask", "a.png", "-o", "out", "--jobs", "-1"}, {"--jobs", "-1"}},
        Usage{"Seed", {"mask", "a.png", "-o", "out", "--seed", "-1"}, {"--seed -1"}},
        Usage{"SeedOfFit", {"fit", "a", "-o", "out", "--seed", "-1"}, {"--seed -1", "2^64"}},
        Usage{"SeedOfEval", {"eval", "a.png", "a.png", "--seed", "-1"}, {"--seed -1"}},
        Usage{"SeedOfLabel", {"label", ".", "-o", "out", "--seed", "1.5"}, {"--seed 1.5"}},
        Usage{"SeedOfTune",
              {"tune", "a.png", "a.png", "-o", "out", "--sweep", "colour.bins=8", "--seed", "-1"},
              {"--seed -1"}},
        Usage{"SeedOfAdapt", {"adapt", "a.png", "-o", "out", "--seed", "-1"}, {"--seed -1"}},
        Usage{"OptionThatLabelDoesNotUse",
              {"label", ".", "--labels", "a", "-o", "out", "--mask.fill_holes", "true"},
              {"unknown flag '--mask.fill_holes'"}},
        Usage{"MethodOfLabel",
              {"label", ".", "--labels", "a", "-o", "out", "--method", "grad_cam"},
              {"unknown flag '--method'"}},
        Usage{"Shard", {"mask", "a.png", "-o", "out", "--shard", "2/2"}, {"--shard 2/2", "I/N"}},
        Usage{"OptionOutOfRange",
              {"mask", "a.png", "-o", "out", "--seeds.foreground_quantile", "1.5"},
              {"--seeds.foreground_quantile = 1.5", "in [0, 1]"}},
        Usage{"OptionNotANumber",
              {"mask", "a.png", "-o", "out", "--colour.bins", "few"},
              {"--colour.bins = few", "whole number"}},
        Usage{"OptionsThatContradict",
              {"mask", "a.png", "-o", "out", "--seeds.foreground_quantile", "0.1"},
              {"seeds.background_quantile = 0.3", "below"}},
        Usage{"ReadOption",
              {"mask", "a.png", "-o", "out", "--io.max_megapixels", "-1"},
              {"--io.max_megapixels = -1"}},
        Usage{"Background",
              {"mask", "a.png", "-o", "out", "--background", "pink"},
              {"--background or --render.background = pink", "#rrggbb"}},
        Usage{"TwoNamesOfOneFlag",
              {"mask", "a.png", "-o", "out", "--feather", "2", "--render.feather", "3"},
              {"--feather", "--render.feather"}},
        Usage{"UnknownClass",
              {"mask", "a.png", "-o", "out", "--class", "egyptian cta"},
              {"--class", "'egyptian cta'", "did you mean Egyptian cat"}},
        Usage{"AmbiguousClass",
              {"mask", "a.png", "-o", "out", "--class", "crane"},
              {"--class", "'crane'", "134", "517"}},
        Usage{"ClassIndex",
              {"mask", "a.png", "-o", "out", "--class", "1000"},
              {"--class", "1000", "0 to 999"}},
        Usage{"TuneWithoutSweep", {"tune", "a.png", "a.png", "-o", "out"}, {"--sweep"}},
        Usage{"TuneWithoutOutput",
              {"tune", "a.png", "a.png", "--sweep", "colour.bins=8,16"},
              {"-o DIR"}},
        Usage{"SweepOfNothingKnown",
              {"tune", "a.png", "a.png", "-o", "out", "--sweep", "colour.bin=8,16"},
              {"--sweep", "'colour.bin'", "did you mean colour.bins"}},
        Usage{"SweepOutOfRange",
              {"tune", "a.png", "a.png", "-o", "out", "--sweep", "colour.bins=1:4:1"},
              {"--sweep", "colour.bins = 1", "[2, 64]"}},
        Usage{"SweepTwice",
              {"tune", "a.png", "a.png", "-o", "out", "--sweep", "colour.bins=8", "--sweep",
               "colour.bins=16"},
              {"--sweep", "colour.bins is swept twice"}},
        Usage{"SweepOfContradictions",
              {"tune", "a.png", "a.png", "-o", "out", "--sweep", "seeds.foreground_quantile=0,0.1"},
              {"--sweep", "contradict"}},
        Usage{"TuneSeed",
              {"tune", "a.png", "a.png", "-o", "out", "--sweep", "colour.bins=8", "--seed",
               "9223372036854775808"},
              {"--seed", "2^63"}},
        Usage{"EvalFileThatIsAFolder",
              {"eval", "a.png", "a.png", "--json", "out/"},
              {"out/: is a folder, expected a file"}},
        Usage{"EvalPageThatIsAFolder",
              {"eval", "a.png", "a.png", "--html", "."},
              {".: is a folder, expected a file"}},
        Usage{"ReportThatIsAFolder",
              {"report", ".", "-o", "out/"},
              {"out/: is a folder, expected a file"}},
        Usage{"ImportIntoAFolder",
              {"models", "import", "a.png", "--arch", "vgg19", "-o", "out/"},
              {"out/: is a folder, expected a file"}},
        Usage{"ImportIntoItsSource",
              {"models", "import", "a.png", "--arch", "vgg19", "-o", "a.png"},
              {"a.png: is read too"}},
        Usage{"TuneIntoAFile",
              {"tune", "a.png", "a.png", "-o", "a.png", "--sweep", "colour.bins=8"},
              {"-o a.png: is a file, expected a folder"}},
        Usage{"StreamAndFile", {"mask", "-", "a.png", "-o", "out"}, {"-: goes alone"}},
        Usage{"StreamAndFolder", {"mask", "-", "-o", "out"}, {"stdout"}},
        Usage{"StreamOfTwo", {"mask", "-", "--save", "mask,cutout"}, {"one result", "--save"}}),
    [](const ::testing::TestParamInfo<Usage>& usage) { return usage.param.name; });

TEST(UnheardTest, KeepsItsStatusWhenNobodyCanBeTold) {
  EXPECT_EQ(RunProgram({"mask", "--no-such-flag"}, {.max_file_bytes = 0}).status, 2);
}

TEST(UnheardTest, ResultsThatNobodyGetsAreAFailure) {
  const ProgramResult result = RunProgram(
      {"-c", std::string(GRADCUT_PROGRAM) + " --version >/dev/full"}, {.program = "/bin/sh"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "error: standard output: cannot be written: No space left on device\n");
}

TEST(MissingInputTest, IsNamedAndStatusOne) {
  const ProgramResult result = RunProgram({"mask", "/no/such.jpg", "-o", "/no/out"});
  EXPECT_EQ(result.status, 1);
  ExpectOneErrorLine(result, {"/no/such.jpg"});
}

TEST(DeviceTest, GpuIsNeverReplacedInSilence) {
  const TemporaryFolder folder;
  SavePhoto(folder / "a.png", 0);
  // No machine has that many.
  const ProgramResult result = RunProgram({"mask", (folder / "a.png").string(), "-o",
                                           (folder / "out").string(), "--device", "cuda:99"});
  EXPECT_EQ(result.status, 1);
  ExpectOneErrorLine(result, {"cuda:99"});
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST(DeviceTest, AutoSaysWhatItTook) {
  const TemporaryFolder folder;
  SavePhoto(folder / "a.png", 0);
  const ProgramResult result = RunProgram(
      {"mask", (folder / "a.png").string(), "-o", (folder / "out").string(), "--device", "auto"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, ::testing::ContainsRegex("efficientnet-lite0 on (cpu|cuda:0)"));
}

}  // namespace
}  // namespace gradcut
