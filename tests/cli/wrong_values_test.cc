// Whatever is wrong with a command line is said in one line that names the flag, the value and what
// is expected, and ends with status 2.
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

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Arguments = std::vector<std::string>;

const Arguments kMask = {"mask", "a.png", "-o", "out"};
const Arguments kSaliency = {"saliency", "a.png", "-o", "out"};
const Arguments kTune = {"tune", "a.png", "a.png", "-o", "out"};
const Arguments kAdapt = {"adapt", "a.png", "-o", "out.safetensors"};
const Arguments kFit = {"fit", "labels.tsv", "--images", ".", "-o", "out.safetensors"};
const Arguments kLabel = {"label",     "--images",  ".",  "--labels", "labels.tsv",
                          "--classes", "names.txt", "-o", "out"};
const Arguments kRefine = {"refine", "a.png", "a.png", "-o", "out"};
const Arguments kEval = {"eval", "a.png", "a.png"};
const Arguments kPlan = {"plan", "a.png"};
const Arguments kReport = {"report", "."};

// A flag with a value that it cannot have, and what is said besides both.
struct Mistake {
  Arguments command;
  std::string flag, value;
  std::vector<std::string> said;
};

void PrintTo(const Mistake& mistake, std::ostream* stream) {
  *stream << mistake.command.front() << " " << mistake.flag << " " << mistake.value;
}

class WrongValuesTest : public ::testing::Test {
 protected:
  WrongValuesTest() {
    SavePhoto(folder_ / "a.png", 0);
    WriteFileAtomically(folder_ / "labels.tsv", "a\ttabby\n");
    WriteFileAtomically(folder_ / "names.txt", "background\ntabby\n");
  }

  // The line that is printed.
  std::string Complaint(const Arguments& arguments) {
    const ProgramResult result = RunProgram(arguments, {.folder = folder_.path()});
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, StartsWith("error: "));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
    // CLI11's own words.
    for (const char* const raw : {"Could not convert", "not in range", "FAILED", "At Most", "{"})
      EXPECT_THAT(result.err, Not(HasSubstr(raw)));
    const std::vector<std::string> lines = Lines(result.err);
    EXPECT_LE(lines.size(), 2u) << result.err;  // Maybe where help is.
    return lines.empty() ? "" : lines.front();
  }

  TemporaryFolder folder_;
};

TEST_F(WrongValuesTest, NameFlagValueAndWhatIsExpected) {
  const std::vector<Mistake> mistakes = {
      {kMask, "--jobs", "-1", {"a whole number from 0 to 1024"}},
      {kMask, "--jobs", "many", {"a whole number from 0 to 1024"}},
      {kMask, "--jobs", "1.5", {"a whole number"}},
      {kMask, "--jobs", "99999999999999999999", {"a whole number"}},
      {kMask, "--jobs", "", {"a whole number"}},
      {kMask, "--preset", "magic", {"expected fast, best, classic"}},
      {kMask, "--model", "resnet", {"expected", "efficientnet-lite0"}},
      {kMask, "--model", "vgg19.pth", {"gradcut models import"}},
      {kMask, "--device", "tpu", {"expected auto, cpu, cuda or cuda:N"}},
      {kMask, "--device", "cuda:-1", {"expected auto"}},
      {kMask, "--class", "hores", {"did you mean horse"}},
      {kMask, "--class", "tabby,hores", {"'hores'", "did you mean horse"}},
      {kMask, "--class", "281-1285", {"0 to 999"}},
      {kMask, "--class", "1000", {"0 to 999"}},
      {kMask, "--class", "", {"''", "is empty"}},
      {kMask, "--config", "", {"''", "is empty"}},
      {kMask, "--objectness", "", {"''", "is empty"}},
      {kMask, "--head", "", {"''", "is empty"}},
      {kMask, "--crop", "", {"''", "is empty"}},
      {kMask, "--format", "", {"''", "expected png, webp or jpeg"}},
      {kMask, "--min-area", "", {"''", "is empty"}},
      {kEval, "--json", "", {"''", "is empty"}},
      {kMask, "--class", "n99999999", {"no class is named"}},
      {kMask, "--seed", "-1", {"whole number"}},
      {kMask, "--seed", "x", {"whole number"}},
      {kMask, "--shard", "3/2", {"I/N"}},
      {kMask, "--save", "mesh", {"expected mask"}},
      {kMask, "--existing", "keep", {"expected skip, overwrite, error"}},
      {kMask, "--log-level", "loud", {"expected error"}},
      {kMask, "--feather", "-1", {"a number in [0, 200]"}},
      {kMask, "--background", "pink", {"#rrggbb"}},
      {kMask, "--min-area", "2", {"a number in [0, 1]"}},
      {kMask, "--colour-map", "jet", {"one of turbo"}},
      {kMask, "--graphcut.solver", "fastest", {"one of boost, grid"}},
      {kMask, "--io.max_megapixels", "-1", {"a number"}},
      {kSaliency, "--method", "grad_camm", {"did you mean grad_cam"}},
      {kSaliency, "--layer", "block-10", {"did you mean block10"}},
      {kSaliency, "--scales", "224;320", {"whole numbers"}},
      {kSaliency, "--score", "softmax", {"one of logit"}},
      {kSaliency, "--memory", "0", {"a whole number"}},
      {kSaliency, "--adversarial", "0.5", {"a whole number from 1 to 255"}},
      {kSaliency, "--adversarial", "256", {"a whole number from 1 to 255"}},
      {kSaliency, "--save", "mask", {"expected heatmap"}},
      {kTune, "--sweep", "colour.bin=8,16", {"did you mean colour.bins"}},
      {kTune, "--sweep", "colour.bins", {"key=first:last:step"}},
      {kTune, "--sweep", "colour.bins=1:4:1", {"[2, 64]"}},
      {kTune, "--sweep", "colour.bins=8:4:1", {"must go up"}},
      {kTune, "--sweep", "colour.bins=2:9", {"first:last:step"}},
      {kTune, "--sweep", "saliency.method=grad_camm", {"did you mean grad_cam"}},
      {kTune, "--sweep", "saliency.layer=block-10", {"did you mean block10"}},
      {kTune, "--budget", "-1", {"a whole number from 0 to 100000"}},
      {kTune, "--ignore", "void", {"a whole number"}},
      {kAdapt, "--rounds", "0", {"a whole number from 1 to 20"}},
      {kAdapt, "--device", "gpu", {"expected auto"}},
      {kAdapt, "--class", "hores", {"did you mean horse"}},
      {kFit, "--device", "tpu", {"expected auto"}},
      {kFit, "--model", "resnet", {"expected"}},
      {kFit, "--folds", "1", {"a whole number from 2 to 100"}},
      {kFit, "--size", "-1", {"a whole number from 0 to 2048"}},
      {kLabel, "--confident", "1.5", {"a number from 0 to 1"}},
      {kLabel, "--unsure", "low", {"a number from 0 to 1"}},
      {kLabel, "--unsure", "nan", {"a number from 0 to 1"}},
      {kPlan, "--task-minutes", "nan", {"a number from 1 to"}},
      {kLabel, "--min-confidence", "-0.1", {"a number from 0 to 1"}},
      {kLabel, "--rounds", "21", {"a whole number from 1 to 20"}},
      {kLabel, "--export", "voc", {"expected coco, yolo"}},
      {kLabel, "--preset", "classic", {"location.slope"}},
      {kRefine, "--maps.channels", "last", {"one of background-first, classes"}},
      {kRefine, "--prior.background", "grey", {"one of otsu"}},
      {kRefine, "--jobs", "-1", {"a whole number from 0 to 1024"}},
      {kEval, "--protocol", "coco", {"expected binary, voc"}},
      {kEval, "--measures", "foo", {"expected region, structure, all"}},
      {kEval, "--ignore", "void", {"a whole number from -1 to 65535"}},
      {kEval, "--worst", "some", {"a whole number"}},
      {{"edit", "."}, "--listen", "", {"is empty"}},
      {kReport, "--pictures", "none", {"expected auto, inside, beside"}},
      {kReport, "--jobs", "1025", {"a whole number from 0 to 1024"}},
      {{"models", "import", "a.png", "-o", "out"}, "--arch", "x", {"expected"}},
      {{"models", "classes"}, "--model", "resnet", {"expected"}},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(::testing::PrintToString(mistake));
    Arguments arguments = mistake.command;
    arguments.insert(arguments.end(), {mistake.flag, mistake.value});
    const std::string line = Complaint(arguments);
    EXPECT_THAT(line, HasSubstr(mistake.flag));
    // A sweep's key and value have spaces around the equals sign.
    EXPECT_THAT(std::regex_replace(line, std::regex(" = "), "="), HasSubstr(mistake.value));
    for (const std::string& part : mistake.said) EXPECT_THAT(line, HasSubstr(part));
  }
}

TEST_F(WrongValuesTest, OfArgumentsWithoutAFlag) {
  const std::vector<std::pair<Arguments, std::vector<std::string>>> mistakes = {
      {{"models", "info", "vgg12"}, {"MODEL", "'vgg12'", "vgg11"}},
      {{"models", "check", "vgg12"}, {"MODEL", "'vgg12'", "vgg11"}},
      {{"models", "classes", "hores"}, {"'hores'", "did you mean horse"}},
      {{"mask", "@", "-o", "out"}, {"@: expected the name of a list"}},
      {{"mask", "a.png", "-o", "out", "--mask.keep_largest", "yes"}, {"--mask.keep_largest = yes"}},
      {{"mask", "-", "--shard", "0/2"}, {"-: --shard needs a folder"}},
      {{"mask", "a.png", "-o", "out", "--watch"}, {"--watch: a.png is not a folder"}},
      {{"--config", "a.png", "mask", "a.png", "-o", "out"},
       {"'--config' stands before the command", "gradcut mask --config"}},
      {{"models"}, {"a command is required: list, info, classes, import, check"}},
      {{"models", "inf"}, {"'inf'", "expected list, info, classes", "did you mean info"}},
      {{"docs", "html"}, {"'html'", "expected man, bash, zsh, fish"}},
      {{"help"}, {"'help'", "expected mask, saliency", "--help"}},
      {{"saliency", "a.png", "-o", "out", "--method", "gradient", "--layer", "head"},
       {"saliency.layer = head", "looks at no layer"}},
      {{"mask", "a.png", "-o", "out", "--jobs", "1", "--jobs", "2"}, {"--jobs", "more than once"}},
      {{"mask", "a.png", "-o", "out", "--quiet=3"}, {"--quiet takes no value"}},
      {{"mask", "a.png", "-o", "out", "--keep-largest=false"}, {"--keep-largest takes no value"}},
      {{"eval", "a.png", "a.png", "--split", "val", "--list", "a.txt"}, {"--list", "--split"}},
      {{"eval", "a.png"}, {"GT is required"}},
      {{"eval", "a.png", "a.png", "a.png"}, {"unexpected 'a.png'"}},
  };
  for (const auto& [arguments, said] : mistakes) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    const std::string line = Complaint(arguments);
    for (const std::string& part : said) EXPECT_THAT(line, HasSubstr(part));
  }
}

// Of all flags that stand for an option of a stage.
TEST_F(WrongValuesTest, OfEveryStageFlag) {
  static const std::regex flag(R"(--[a-z]+\.[a-z_]+)");
  for (const Arguments& command : {kMask, kSaliency, kLabel, kRefine}) {
    const std::string help = RunProgram({command.front(), "--help-all"}).out;
    const std::set<std::string> flags(std::sregex_token_iterator(help.begin(), help.end(), flag),
                                      {});
    EXPECT_GT(flags.size(), 10u);
    for (const std::string& each : flags) {
      SCOPED_TRACE(command.front() + " " + each);
      Arguments arguments = command;
      arguments.insert(arguments.end(), {each, "nonsense"});
      const std::string line = Complaint(arguments);
      EXPECT_THAT(line, HasSubstr(each.substr(2) + " = nonsense"));
    }
  }
}

}  // namespace
}  // namespace gradcut
