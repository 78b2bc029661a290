// The page that `gradcut report` makes of a run. How it behaves in a browser: eval/browser.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Three photos, one of them in a folder with an odd name, and a file that is none.
class ReportTest : public ::testing::Test {
 protected:
  static constexpr char kOddName[] = "</script> & ü'\"#?.png";

  static void SetUpTestSuite() {
    made_ = std::make_unique<TemporaryFolder>();
    SavePhoto(*made_ / "in/a.png", 0);
    SavePhoto(*made_ / "in/b.jpg", 1);
    SavePhoto(*made_ / "in/x y" / kOddName, 2);
    WriteFileAtomically(*made_ / "in/c.jpg", "no photo");
    const ProgramResult result = RunProgram({"mask", "in", "-o", "out", "--save", "mask,heatmap"},
                                            {.folder = made_->path()});
    ASSERT_EQ(result.status, 1) << result.err;
  }
  static void TearDownTestSuite() { made_.reset(); }

  ReportTest() {
    fs::copy(made_->path(), folder_.path(), fs::copy_options::recursive);
    nlohmann::json run = RunJson(folder_ / "out");
    run["folder"] = folder_.path().string();
    WriteFileAtomically(folder_ / "out/run.json", run.dump());
  }

  ProgramResult Gradcut(const std::vector<std::string>& arguments) const {
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  // The page, after a report that must succeed.
  std::string Page(std::vector<std::string> arguments = {"report", "out"}) const {
    const ProgramResult result = Gradcut(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return TextOf(folder_ / "out/report.html");
  }

  static inline std::unique_ptr<TemporaryFolder> made_;  // Copied for each test.
  TemporaryFolder folder_;
};

TEST_F(ReportTest, NamesTheEditorAndMarksWhatAPersonHasDone) {
  EXPECT_THAT(Page(), HasSubstr("<code>gradcut edit out</code>"));
  std::vector<nlohmann::json> entries = Manifest(folder_ / "out");
  entries[0].update({{"edited", true}, {"review", "accepted"}, {"clicks", 3}, {"seconds", 12.5}});
  std::string lines;
  for (const nlohmann::json& entry : entries) lines += entry.dump() + "\n";
  WriteFileAtomically(folder_ / "out/manifest.jsonl", lines);
  const nlohmann::json image = ImagesOfPage(Page())[0];
  EXPECT_EQ(image.at("edited"), true);
  EXPECT_EQ(image.at("review"), "accepted");
  EXPECT_EQ(image.at("clicks"), 3);
  EXPECT_EQ(image.at("seconds"), 12.5);
}

// Of a manifest from elsewhere.
TEST_F(ReportTest, WhatIsOfAnotherTypeIsNotShown) {
  std::vector<nlohmann::json> entries = Manifest(folder_ / "out");
  entries[0].update({{"confidence", "x"},
                     {"area", nullptr},
                     {"review", 7},
                     {"clicks", 3},
                     {"seconds", "long"},
                     {"width", "wide"},
                     {"milliseconds", {{"cut", "1"}}},
                     {"classes", {{{"name", "cat"}}, {{"name", 7}}, "dog"}}});
  std::string lines;
  for (const nlohmann::json& entry : entries) lines += entry.dump() + "\n";
  WriteFileAtomically(folder_ / "out/manifest.jsonl", lines);
  const nlohmann::json image = ImagesOfPage(Page())[0];
  for (const char* const field : {"confidence", "area", "review", "seconds", "pixels", "stages"})
    EXPECT_FALSE(image.contains(field)) << field;
  EXPECT_EQ(image.at("clicks"), 3);
  EXPECT_EQ(image.at("classes"), nlohmann::json::parse(R"([{"name": "cat"}])"));
}

TEST_F(ReportTest, ShowsEveryInputInTheOrderOfTheRun) {
  const nlohmann::json images = ImagesOfPage(Page());
  ASSERT_EQ(images.size(), 4u);
  EXPECT_EQ(images[0]["name"], "in/a.png");
  EXPECT_EQ(images[1]["name"], "in/b.jpg");
  EXPECT_EQ(images[2]["name"], "in/c.jpg");
  EXPECT_EQ(images[3]["name"], std::string("in/x y/") + kOddName);
  for (const int i : {0, 1, 3}) {
    const nlohmann::json& image = images[i];
    EXPECT_EQ(image["status"], "ok");
    EXPECT_EQ(image["pixels"], nlohmann::json({64, 48}));
    EXPECT_THAT(image["photo"].get<std::string>(),
                ::testing::StartsWith("data:image/jpeg;base64,"));
    EXPECT_THAT(image["heat"].get<std::string>(), ::testing::StartsWith("data:image/jpeg;base64,"));
    EXPECT_THAT(image["outline"].get<std::string>(), ::testing::MatchesRegex("M[0-9 MLZ]+Z"));
    EXPECT_EQ(image["classes"].size(), 5u);
    EXPECT_GT(image["confidence"], 0);
    EXPECT_GT(image["stages"]["cut"], 0);
    EXPECT_FALSE(image.contains("iou"));
  }
}

TEST_F(ReportTest, FailuresComeWithTheirReasons) {
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("<strong>4 images</strong>: 3 made, <span class=\"bad\">1 failed"));
  EXPECT_THAT(page, HasSubstr("<li>in/c.jpg: is not an image but text</li>"));
  EXPECT_EQ(ImagesOfPage(page)[2]["status"], "failed");
  EXPECT_THAT(page, HasSubstr("<td>saliency</td>"));
}

TEST_F(ReportTest, NeedsNothingFromElsewhereAndNamesAreText) {
  const std::string page = Page();
  // One namespace of XML is no address.
  std::string rest = page;
  const std::string space = "http://www.w3.org/2000/svg";
  for (std::size_t at = 0; (at = rest.find(space)) != std::string::npos;)
    rest.erase(at, space.size());
  for (const char* const word : {"http", "<link", "url(", "@import", "<img"})
    EXPECT_THAT(rest, Not(HasSubstr(word)));
  EXPECT_THAT(page, Not(HasSubstr(kOddName)));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
}

TEST_F(ReportTest, SaysHowToRepeatTheRun) {
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("gradcut mask " + (folder_ / "in").string() +
                              " --save mask,heatmap --config " +
                              (folder_ / "out/run.json").string() + " -o OTHER_FOLDER"));
  EXPECT_THAT(page, HasSubstr("&quot;preset&quot;: &quot;fast&quot;"));
  ASSERT_EQ(
      Gradcut({"mask", "in", "--save", "mask,heatmap", "--config", "out/run.json", "-o", "again"})
          .status,
      1);
  std::map<std::string, std::string> results = Results(folder_ / "out");
  results.erase("report.html");
  EXPECT_TRUE(Results(folder_ / "again") == results);
}

TEST_F(ReportTest, LinksLeadToTheFiles) {
  const ProgramResult result = Gradcut({"report", "out", "-o", "pages/deep/page.html"});
  ASSERT_EQ(result.status, 0) << result.err;
  const nlohmann::json images = ImagesOfPage(TextOf(folder_ / "pages/deep/page.html"));
  const nlohmann::json& files = images[0]["files"];
  EXPECT_EQ(files["photo"], "../../in/a.png");
  EXPECT_EQ(files["mask"], "../../out/a.png");
  EXPECT_EQ(files["heatmap"], "../../out/a.heatmap.png");
  EXPECT_FALSE(files.contains("cutout"));
  EXPECT_EQ(images[3]["files"]["photo"],
            "../../in/x%20y/%3C/script%3E%20%26%20%C3%BC%27%22%23%3F.png");
}

TEST_F(ReportTest, TruthGivesIouAndOutline) {
  fs::create_directory(folder_ / "truth");
  fs::copy(folder_ / "out/a.png", folder_ / "truth/a.png");
  WriteFileAtomically(folder_ / "truth/b.png",
                      EncodePng(cv::Mat(48, 64, CV_8UC1, cv::Scalar(255))));
  const std::string page = Page({"report", "out", "--truth", "truth"});
  const nlohmann::json images = ImagesOfPage(page);
  EXPECT_EQ(images[0]["iou"], 1.0);
  EXPECT_EQ(images[0]["truth"], images[0]["outline"]);
  EXPECT_NEAR(images[1]["iou"].get<double>(), images[1]["area"].get<double>(), 1e-9);
  EXPECT_FALSE(images[3].contains("iou"));
  EXPECT_THAT(page, HasSubstr("over 2 images"));
  EXPECT_LT(page.find("<option value=\"iou\">"), page.find("<option value=\"confidence\">"));
}

// As `gradcut eval` has it.
TEST_F(ReportTest, MeanIouCountsPhotosWithoutAMaskAsEmptyOnes) {
  fs::create_directory(folder_ / "truth");
  for (const char* const name : {"a", "c"})
    fs::copy(folder_ / "out/a.png", folder_ / "truth" / (std::string(name) + ".png"));
  EXPECT_THAT(
      Page({"report", "out", "--truth", "truth"}),
      HasSubstr("<strong>0.5000</strong> over 2 images; 1 of them without a mask, which counts"));
}

TEST_F(ReportTest, TruthIsThatOfTheMaskWhateverWasSavedFirst) {
  ASSERT_EQ(Gradcut({"mask", "in/a.png", "-o", "more", "--save", "overlay,mask"}).status, 0);
  fs::create_directory(folder_ / "truth");
  fs::copy(folder_ / "more/a.png", folder_ / "truth/a.png");
  ASSERT_EQ(Gradcut({"report", "more", "--truth", "truth"}).status, 0);
  EXPECT_EQ(ImagesOfPage(TextOf(folder_ / "more/report.html"))[0]["iou"], 1.0);
  // A truth that cannot be read is an error, of which the page tells nothing.
  WriteFileAtomically(folder_ / "truth/a.png", "no mask");
  const ProgramResult result = Gradcut({"report", "more", "--truth", "truth"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("truth/a.png: "));
}

TEST_F(ReportTest, TruthNeedsMasks) {
  ASSERT_EQ(Gradcut({"saliency", "in/a.png", "-o", "heat"}).status, 0);
  const ProgramResult result = Gradcut({"report", "heat", "--truth", "out"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--truth: measures masks, and heat holds none"));
  // What earlier runs have made counts.
  fs::create_directory(folder_ / "truth");
  fs::copy(folder_ / "out/a.png", folder_ / "truth/a.png");
  for (const char* const kind : {"mask", "heatmap"})
    ASSERT_EQ(Gradcut({"mask", "in/a.png", "-o", "both", "--save", kind}).status, 0);
  EXPECT_EQ(Gradcut({"report", "both", "--truth", "truth"}).status, 0);
}

// Of any command, and from any folder.
TEST_F(ReportTest, TheCommandThatIsShownMakesTheSameAgain) {
  WriteFileAtomically(folder_ / "hints/a.txt", "0 0.5 0.5 0.5 0.5\n");
  WriteFileAtomically(folder_ / "labels.tsv", "a.png\tcat\n");
  WriteFileAtomically(folder_ / "classes.txt", "background\ncat\n");
  const std::vector<std::vector<std::string>> commands = {
      {"mask", "in/a.png", "-o", "first", "--hints", "hints", "--save", "mask,overlay"},
      {"saliency", "in/a.png", "-o", "first", "--save", "probability"},
      {"refine", "in/a.png", "numbers", "-o", "first"},
      {"cutout", "in/a.png", "out", "-o", "first", "--background", "red"},
      {"label", "--images", "in", "--labels", "labels.tsv", "--classes", "classes.txt", "-o",
       "first", "--confident", "0", "--unsure", "0"}};
  ASSERT_EQ(Gradcut({"saliency", "in", "-o", "numbers", "--save", "probability"}).status, 1);
  for (const std::vector<std::string>& command : commands) {
    fs::remove_all(folder_ / "first");
    fs::remove_all(folder_ / "OTHER_FOLDER");
    ASSERT_EQ(Gradcut(command).status, 0) << command[0];
    ASSERT_EQ(Gradcut({"report", "first", "-o", "page.html"}).status, 0);
    const std::string page = TextOf(folder_ / "page.html");
    const std::size_t begin = page.find("<pre>gradcut ") + std::string("<pre>gradcut ").size();
    std::vector<std::string> again;
    std::istringstream words(page.substr(begin, page.find("</pre>", begin) - begin));
    for (std::string word; words >> word;) again.push_back(word);
    again.back() = folder_ / "OTHER_FOLDER/";
    const ProgramResult result = RunProgram(again, {.folder = "/"});
    ASSERT_EQ(result.status, 0) << command[0] << ": " << result.err;
    EXPECT_EQ(Results(folder_ / "first"), Results(folder_ / "OTHER_FOLDER")) << command[0];
  }
}

TEST_F(ReportTest, PicturesCanLieBeside) {
  const nlohmann::json images = ImagesOfPage(Page({"report", "out", "--pictures", "beside"}));
  EXPECT_THAT(images[0]["photo"].get<std::string>(),
              ::testing::MatchesRegex("report.files/0.photo.[0-9a-f]+.jpg"));
  EXPECT_THAT(images[0]["heat"].get<std::string>(),
              ::testing::MatchesRegex("report.files/0.heat.[0-9a-f]+.jpg"));
  EXPECT_EQ(ReadImage(folder_ / "out" / images[0]["photo"].get<std::string>()).size(),
            cv::Size(64, 48));
  // The small pictures are no predictions.
  EXPECT_THAT(Gradcut({"eval", "out", "out"}).out,
              ::testing::StartsWith("images                          3\n"));
}

TEST_F(ReportTest, AFolderOfSomebodyElseIsLeftAlone) {
  WriteFileAtomically(folder_ / "notes.files/mine.txt", "mine");
  const ProgramResult result =
      Gradcut({"report", "out", "-o", "notes.html", "--pictures", "beside"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err),
              ElementsAre(AllOf(HasSubstr("notes.files: "), HasSubstr("move it away"))));
  EXPECT_EQ(TextOf(folder_ / "notes.files/mine.txt"), "mine");
  EXPECT_FALSE(fs::exists(folder_ / "notes.html"));
  // Pictures inside the page need no folder.
  EXPECT_EQ(Gradcut({"report", "out", "-o", "notes.html"}).status, 0);
  EXPECT_EQ(ResultNames(folder_ / "notes.files"), std::vector<std::string>{"mine.txt"});
}

TEST_F(ReportTest, WhatOthersPutBesideThePicturesStays) {
  Page({"report", "out", "--pictures", "beside"});
  const std::size_t pictures = ResultNames(folder_ / "out/report.files").size();
  WriteFileAtomically(folder_ / "out/report.files/mine.txt", "mine");
  SavePhoto(folder_ / "in/a.png", 5);  // Its picture is another one.
  Page({"report", "out", "--pictures", "beside"});
  EXPECT_EQ(ResultNames(folder_ / "out/report.files").size(), pictures + 1);
  Page({"report", "out", "--pictures", "inside"});
  EXPECT_EQ(ResultNames(folder_ / "out/report.files"), std::vector<std::string>{"mine.txt"});
}

TEST_F(ReportTest, ThePageBeforeKeepsItsPicturesUntilThereIsANewOne) {
  const nlohmann::json images = ImagesOfPage(Page({"report", "out", "--pictures", "beside"}));
  for (const char* const name : {"in/a.png", "in/b.jpg"}) SavePhoto(folder_ / name, 7, {900, 700});
  const ProgramResult result =
      RunProgram({"report", "out", "--pictures", "beside"},
                 {.folder = folder_.path(), .max_file_bytes = 1000});  // The page is larger.
  EXPECT_EQ(result.status, 1);
  for (const int i : {0, 1})
    EXPECT_TRUE(fs::exists(folder_ / "out" / images[i]["photo"].get<std::string>())) << i;
}

TEST_F(ReportTest, TwoPagesOfOneNameDoNotShareAFolder) {
  ASSERT_EQ(Gradcut({"report", "out", "-o", "page.html", "--pictures", "beside"}).status, 0);
  const ProgramResult result =
      Gradcut({"report", "out", "-o", "page.HTML", "--pictures", "beside"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("those of the pictures of page.html"));
}

TEST_F(ReportTest, PhotosAreFoundFromAnotherFolder) {
  ASSERT_EQ(Gradcut({"mask", "in/a.png", "-o", "moved/out"}).status, 0);
  fs::create_directory(folder_ / "elsewhere");
  const ProgramResult result =
      RunProgram({"report", "../moved/out"}, {.folder = folder_ / "elsewhere"});
  ASSERT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "1 image; open ../moved/out/report.html in a browser\n");
  const nlohmann::json image = ImagesOfPage(TextOf(folder_ / "moved/out/report.html"))[0];
  EXPECT_EQ(image["files"]["photo"], "../../in/a.png");
}

TEST_F(ReportTest, LostPhotosAreSaidAndTheMasksShown) {
  fs::rename(folder_ / "in", folder_ / "moved");
  const ProgramResult result = Gradcut({"report", "out"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("3 of 4 photos are not where the run found them"));
  const nlohmann::json images = ImagesOfPage(TextOf(folder_ / "out/report.html"));
  EXPECT_FALSE(images[0].contains("photo"));
  EXPECT_TRUE(images[0].contains("outline"));
  EXPECT_THAT(images[0]["note"].get<std::string>(), HasSubstr("in/a.png"));
}

TEST_F(ReportTest, CutoutsAndHeatMapsAloneAreShownToo) {
  for (const std::string kind : {"cutout", "overlay"})
    ASSERT_EQ(Gradcut({"mask", "in/a.png", "-o", kind, "--save", kind}).status, 0);
  ASSERT_EQ(Gradcut({"saliency", "in/a.png", "-o", "saliency"}).status, 0);
  for (const char* const run : {"cutout", "overlay", "saliency"}) {
    ASSERT_EQ(Gradcut({"report", run}).status, 0);
    const nlohmann::json image = ImagesOfPage(TextOf(folder_ / run / "report.html"))[0];
    EXPECT_TRUE(image.contains("photo")) << run;
    EXPECT_EQ(image.contains("outline"), run == std::string("cutout")) << run;
    EXPECT_EQ(image.contains("heat"), run == std::string("saliency")) << run;
  }
}

TEST_F(ReportTest, OtherCommandsHaveAPageToo) {
  WriteFileAtomically(folder_ / "labels.tsv", "a\ttabby\n");
  WriteFileAtomically(folder_ / "names.txt", "background\ntabby\n");
  ASSERT_EQ(Gradcut({"saliency", "in/a.png", "-o", "numbers", "--save", "probability"}).status, 0);
  ASSERT_EQ(Gradcut({"refine", "in/a.png", "numbers", "-o", "refined"}).status, 0);
  ASSERT_EQ(Gradcut({"label", "--images", "in", "--labels", "labels.tsv", "--classes", "names.txt",
                     "-o", "labelled", "--confident", "0", "--unsure", "0"})
                .status,
            0);
  for (const auto& [run, kind] : {std::pair("refined", "mask"), std::pair("labelled", "labels")}) {
    ASSERT_EQ(Gradcut({"report", run}).status, 0);
    const std::string page = TextOf(folder_ / run / "report.html");
    const nlohmann::json image = ImagesOfPage(page)[0];
    EXPECT_TRUE(image.contains("photo")) << run;
    EXPECT_TRUE(image.contains("outline")) << run;
    EXPECT_TRUE(image["files"].contains(kind)) << run;
  }
}

TEST_F(ReportTest, ShardsMakeOnePage) {
  for (const char* const shard : {"0/2", "1/2"})
    Gradcut({"mask", "in", "-o", "parts", "--shard", shard});
  ASSERT_EQ(Gradcut({"report", "parts"}).status, 0);
  EXPECT_EQ(ImagesOfPage(TextOf(folder_ / "parts/report.html")).size(), 4u);
}

TEST_F(ReportTest, WhatIsNoRunIsRefused) {
  for (const auto& [folder, said] :
       {std::pair("in", "in: holds no run"), std::pair("in/a.png", "in/a.png: is not a folder"),
        std::pair("nowhere", "nowhere: is not a folder")}) {
    const ProgramResult result = Gradcut({"report", folder});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(Lines(result.err), ElementsAre(HasSubstr(said)));
  }
  const ProgramResult tuned = Gradcut(
      {"tune", "in/a.png", "out/a.png", "-o", "tuned", "--sweep", "colour.bins=16,32", "--quiet"});
  ASSERT_EQ(tuned.status, 0) << tuned.err;
  EXPECT_THAT(Gradcut({"report", "tuned"}).err, HasSubstr("points.csv"));
}

TEST_F(ReportTest, TheSameRunGivesTheSamePage) {
  const std::string page = Page({"report", "out", "--jobs", "1"});
  EXPECT_TRUE(Page({"report", "out", "--jobs", "2"}) == page);
}

}  // namespace
}  // namespace gradcut
