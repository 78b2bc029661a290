// `gradcut eval` as the user meets it: what cannot be scored is one line, and the rest is scored.
#include "gradcut/image/image_io.h"
#include "support/forbidden.h"
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

// Class `index` on the left half.
cv::Mat HalfLabels(int index, cv::Size size = {20, 10}) {
  cv::Mat labels = cv::Mat::zeros(size, CV_8U);
  labels.colRange(0, size.width / 2).setTo(index);
  return labels;
}

class EvalTest : public ::testing::Test {
 protected:
  EvalTest() {
    fs::create_directory(folder_ / "pred");
    for (const char* const name : {"a", "b"}) {
      Labels(std::string("gt/") + name + ".png", HalfLabels(3));
      Labels(std::string("pred/") + name + ".png", HalfLabels(3));
    }
  }

  void Labels(const fs::path& name, const cv::Mat& labels) const {
    WriteFileAtomically(folder_ / name, EncodeIndexedPng(labels, VocPalette()));
  }
  ProgramResult Eval(const Arguments& more = {}, ProgramOptions options = {}) const {
    options.folder = folder_.path();
    Arguments arguments = {"eval", "pred", "gt", "--json", "out.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments, options);
  }
  nlohmann::json Json() const { return nlohmann::json::parse(TextOf(folder_ / "out.json")); }

  // One line about one image, the other two scored.
  void ExpectOneFailure(const ProgramResult& result, const std::vector<std::string>& said) const {
    EXPECT_EQ(result.status, 1);
    const std::vector<std::string> lines = Lines(result.err);
    ASSERT_EQ(lines.size(), 1) << result.err;
    EXPECT_THAT(lines[0], ::testing::StartsWith("error: "));
    for (const std::string& part : said) EXPECT_THAT(lines[0], HasSubstr(part));
    EXPECT_EQ(Json()["images"], 2);
    EXPECT_EQ(Json()["failed"].size(), 1);
    EXPECT_THAT(result.out, HasSubstr("1.0000"));
  }

  TemporaryFolder folder_;
};

TEST_F(EvalTest, PerfectMasksAreStatusZero) {
  const ProgramResult result = Eval();
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(Json()["mean_iou"], 1);
}

TEST_F(EvalTest, AnotherSizeIsOneLine) {
  Labels("gt/c.png", HalfLabels(3));
  Labels("pred/c.png", HalfLabels(3, {10, 20}));
  ExpectOneFailure(Eval(), {"pred/c.png: has 10x20 pixels", "gt/c.png", "20x10"});
}

TEST_F(EvalTest, UnreadableFilesAreOneLine) {
  Labels("gt/c.png", HalfLabels(3));
  const std::string whole = TextOf(folder_ / "gt/c.png");
  for (const std::string& bytes : {std::string(), std::string("text"), whole.substr(0, 60)}) {
    WriteFileAtomically(folder_ / "pred/c.png", bytes);
    ExpectOneFailure(Eval(), {"pred/c.png: "});
  }
  fs::remove(folder_ / "pred/c.png");
  fs::create_symlink("nowhere.png", folder_ / "pred/c.png");
  ExpectOneFailure(Eval(), {"pred/c.png: "});
}

TEST_F(EvalTest, ForbiddenFileIsOneLine) {
  Labels("gt/c.png", HalfLabels(3));
  Labels("pred/c.png", HalfLabels(3));
  const Forbidden forbidden(folder_ / "pred/c.png");
  ExpectOneFailure(Eval({}, {.obeys_permissions = true}), {"pred/c.png: ", "ermission"});
}

TEST_F(EvalTest, UnknownClassIsOneLine) {
  Labels("gt/c.png", HalfLabels(3));
  Labels("pred/c.png", HalfLabels(21));
  ExpectOneFailure(Eval({"--protocol", "voc"}), {"pred/c.png: has class index 21", "0 to 20"});
}

TEST_F(EvalTest, MissingPredictionIsScoredAsEmptyAndReported) {
  Labels("gt/c.png", HalfLabels(3));
  const ProgramResult result = Eval();
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("1 without prediction, scored as empty: c"));
  EXPECT_THAT(Json()["missing"], ElementsAre("c"));
  EXPECT_DOUBLE_EQ(Json()["mean_iou"], 2.0 / 3);
}

TEST_F(EvalTest, ImageThatTheListNamesWithoutTruthIsOneLine) {
  WriteFileAtomically(folder_ / "list.txt", std::string_view("a\nz\nb\n"));
  ExpectOneFailure(Eval({"--list", "list.txt"}), {"list.txt: names 'z'"});
}

TEST_F(EvalTest, ComparisonSaysWhatFailedOnEitherSideOnce) {
  Labels("gt/c.png", HalfLabels(3));
  Labels("gt/d.png", HalfLabels(3));
  for (const char* const name : {"a", "b", "c", "d"})
    Labels(std::string("other/") + name + ".png", HalfLabels(3));
  Labels("pred/c.png", HalfLabels(3, {4, 4}));
  Labels("pred/d.png", HalfLabels(3));
  WriteFileAtomically(folder_ / "other/d.png", std::string_view("text"));
  const ProgramResult result = Eval({"--against", "other"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err),
              ElementsAre(HasSubstr("pred/c.png: "), HasSubstr("other/d.png: ")));
  EXPECT_EQ(Json()["against"]["images"], 2);
  EXPECT_EQ(Json()["against"]["measures"]["iou"]["tied"], 2);
  EXPECT_THAT(result.out, HasSubstr("against other, 2 images scored in both"));
}

TEST_F(EvalTest, ReadingOfMasksIsTold) {
  WriteFileAtomically(folder_ / "gt/a.png", EncodePng(HalfLabels(44)));
  WriteFileAtomically(folder_ / "gt/b.png", EncodePng(HalfLabels(255)));
  const ProgramResult result = Eval();
  EXPECT_EQ(Json()["mean_iou"], 1);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, AllOf(HasSubstr("1 truth: 0 background, else object"),
                                HasSubstr("1 truth: object from half of white on"),
                                HasSubstr("2 predictions: 0 background, 255 void")));
  EXPECT_EQ(Json()["mask_values"]["truth"].size(), 2);
}

TEST_F(EvalTest, WhiteIsOneThingInAllFilesOfASide) {
  cv::Mat labels = HalfLabels(3);
  labels.row(0).setTo(255);
  for (const char* const name : {"a", "b", "c"})
    WriteFileAtomically(folder_ / "gt" / (std::string(name) + ".png"), EncodePng(labels));
  cv::Mat only_void = cv::Mat::zeros(10, 20, CV_8U);
  only_void.row(0).setTo(255);
  WriteFileAtomically(folder_ / "gt/d.png", EncodePng(only_void));
  for (const char* const name : {"c", "d"})
    Labels(fs::path("pred") / (std::string(name) + ".png"), HalfLabels(3));
  const ProgramResult result = Eval({"--jobs", "3"});
  EXPECT_THAT(result.err, AllOf(HasSubstr("warning: truths have 255 in 3 files"),
                                HasSubstr("it is taken for void in all")));
  EXPECT_DOUBLE_EQ(Json()["mean_iou"], 3.0 / 4);  // In d nothing is object.
}

TEST_F(EvalTest, TruthWithoutObjectOrBackgroundIsAWarning) {
  cv::Mat trimap = HalfLabels(1);
  trimap.setTo(2, trimap == 0);
  trimap.col(10).setTo(3);
  for (const char* const name : {"a", "b"})
    WriteFileAtomically(folder_ / "gt" / (std::string(name) + ".png"), EncodePng(trimap));
  ProgramResult result = Eval();
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(
      result.err,
      AllOf(HasSubstr("warning: 2 truths, gt/a.png for one, have several values but no background"),
            HasSubstr("--ignore"), HasSubstr("--background")));
  result = Eval({"--ignore", "3", "--background", "2"});
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(Json()["mean_iou"], 1);
  WriteFileAtomically(folder_ / "gt/a.png", EncodePng(HalfLabels(100)));
  result = Eval({"--mask-values", "threshold"});
  EXPECT_THAT(result.err, HasSubstr("2 truths, gt/a.png for one, have values, but no object"));
}

TEST_F(EvalTest, BinaryMasksUnderTheVocProtocolAreAWarning) {
  for (const char* const name : {"a", "b"})
    WriteFileAtomically(folder_ / "gt" / (std::string(name) + ".png"), EncodePng(HalfLabels(255)));
  EXPECT_THAT(Eval({"--protocol", "voc"}).err, HasSubstr("are scored with --protocol binary"));
}

TEST_F(EvalTest, NothingThatPairsIsAnError) {
  for (const char* const name : {"a", "b"})
    fs::rename(folder_ / "pred" / (std::string(name) + ".png"),
               folder_ / "pred" / (std::string(name) + "_mask.png"));
  const ProgramResult result = Eval();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err), ElementsAre(AllOf(HasSubstr("pred/a_mask.png, but a"),
                                                   HasSubstr("--suffix _mask pairs 2"))));
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(Eval({"--suffix", "_mask"}).status, 0);
  EXPECT_EQ(Json()["mean_iou"], 1);
}

TEST_F(EvalTest, PredictionsWithoutTruthAreMentioned) {
  Labels("pred/z.png", HalfLabels(3));
  EXPECT_THAT(Eval().out, HasSubstr("1 predictions without truth, passed over: z"));
  EXPECT_THAT(Json()["extra"], ElementsAre("z"));
}

TEST_F(EvalTest, ClassesThatOccurNowhereAreCountedOnly) {
  const ProgramResult result = Eval({"--protocol", "voc"});
  EXPECT_THAT(result.out, HasSubstr("19 more classes occur nowhere"));
  EXPECT_EQ(Json()["per_class"].size(), 21);
}

TEST_F(EvalTest, WrongChoiceNamesTheChoices) {
  ProgramResult result = Eval({"--protocol", "coco"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--protocol coco: expected binary, voc"));
  result = Eval({"--measures", "foo"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--measures foo: expected region, structure, all"));
}

TEST_F(EvalTest, MissingFolderIsOneLineAndNothingIsWritten) {
  const ProgramResult result = Eval({"--against", "nowhere"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err), ElementsAre(AllOf(HasSubstr("error: nowhere: "))));
  EXPECT_FALSE(fs::exists(folder_ / "out.json"));
}

TEST_F(EvalTest, ListsNamePathsAndTablesOfEarlierResults) {
  for (const char* const name : {"a", "b"})
    fs::rename(folder_ / "gt" / (std::string(name) + ".png"),
               folder_ / "gt" / (std::string(name) + "_mask.png"));
  for (const char* const line : {"a", "a_mask", "a_mask.png", "gt/a_mask.png", "b/a.jpg"}) {
    WriteFileAtomically(folder_ / "list.txt", line);
    ASSERT_EQ(Eval({"--suffix", "_mask", "--list", "list.txt"}).status, 0) << line;
    EXPECT_EQ(Json()["images"], 1) << line;
  }
  ASSERT_EQ(Eval({"--suffix", "_mask", "--csv", "all.csv"}).status, 0);
  ASSERT_EQ(Eval({"--suffix", "_mask", "--list", "all.csv"}).status, 0);
  EXPECT_EQ(Json()["images"], 2);
}

TEST_F(EvalTest, OutputsThatWouldHarmEachOtherOrWhatIsReadAreRefused) {
  WriteFileAtomically(folder_ / "pred/instances.json", "{}");
  const std::string mask = TextOf(folder_ / "pred/a.png");
  const auto expect_refused = [&](const Arguments& more, const std::string& said) {
    const ProgramResult result = Eval(more);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr(said));
  };
  expect_refused({"--csv", "./out.json"}, "--json and --csv: both write");
  expect_refused({"--html", "t", "--counts", "t"}, "--html and --counts: both write t");
  for (const char* const flag : {"--csv", "--html", "--counts"})
    for (const char* const file : {"pred/a.png", "gt/b.png", "pred/instances.json"})
      expect_refused({flag, file}, std::string(file) + ": is read too and would be overwritten");
  WriteFileAtomically(folder_ / "list.txt", "a");
  expect_refused({"--list", "list.txt", "--csv", "list.txt"}, "list.txt: is read too");
  EXPECT_EQ(TextOf(folder_ / "pred/a.png"), mask);
  EXPECT_FALSE(fs::exists(folder_ / "out.json"));
  EXPECT_EQ(Eval({"--csv", "pred/scores.csv"}).status, 0);
}

TEST_F(EvalTest, TooManyClassesAreRefusedByTheirFlag) {
  std::string names;
  for (int i = 0; i < 256; ++i) names += std::to_string(i) + "\n";
  WriteFileAtomically(folder_ / "names.txt", names);
  const ProgramResult result = Eval({"--protocol", "voc", "--classes", "names.txt"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--classes names.txt: names 256 classes, expected 2 to 255"));
}

TEST_F(EvalTest, PageIsWritten) {
  EXPECT_EQ(Eval({"--html", "page.html"}).status, 0);
  EXPECT_THAT(TextOf(folder_ / "page.html"), HasSubstr("<td>mean_iou</td><td>1.0000</td>"));
}

TEST_F(EvalTest, FileThatCannotBeWrittenIsOneLine) {
  const ProgramResult result = Eval({"--csv", "gt"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(Lines(result.err), ElementsAre("error: gt: is a folder, expected a file to write"));
}

#ifndef __SANITIZE_ADDRESS__  // Which maps more memory than any limit allows.
TEST_F(EvalTest, AnImageThatDoesNotFitIntoMemoryFailsAlone) {
  const cv::Mat large(10'000, 10'000, CV_8U, cv::Scalar(1));
  Labels("gt/large.png", large);
  Labels("pred/large.png", large);
  const ProgramResult result = Eval({"--jobs", "1"}, {.max_memory_bytes = 1'000'000'000});
  ExpectOneFailure(result, {"large.png", "memory"});
}
#endif

}  // namespace
}  // namespace gradcut
