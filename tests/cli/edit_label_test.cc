// gradcut edit on a run of gradcut label.
#include "gradcut/core/image.h"
#include "gradcut/dataset/mask_io.h"
#include "support/edit_client.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Each;
using ::testing::HasSubstr;
using Arguments = std::vector<std::string>;

// A cat, and a table with a cup on it; labelled in two rounds.
class EditLabelTest : public ::testing::Test {
 protected:
  EditLabelTest() {
    int number = 0;
    for (const char* const name : {"chelsea.png", "coffee.png"}) {
      cv::Mat small;
      cv::resize(ReadImage(fs::path(GRADCUT_BUILD_ROOT) / "photos" / name), small, {}, 0.4, 0.4,
                 cv::INTER_AREA);
      WriteFileAtomically(folder_ / "JPEGImages" / (std::to_string(number++) + ".png"),
                          EncodePng(small));
    }
    WriteFileAtomically(folder_ / "labels.tsv", "0\tcat\n1\tdiningtable bottle\n");
    Label("out", {});
  }

  void Label(const std::string& out, const Arguments& more) const {
    Arguments arguments = {"label",    ".",   "--labels", "labels.tsv",
                           "-o",       out,   "--save",   "labels,probability,index",
                           "--export", "coco"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = RunProgram(arguments, {.folder = folder_.path()});
    ASSERT_EQ(result.status, 0) << result.err;
  }
  RunningEditor Edit() const { return RunningEditor({"out"}, {.folder = folder_.path()}); }
  cv::Mat Labels(const std::string& out, int photo) const {
    return ReadMask(folder_ / out / "SegmentationClass" / (std::to_string(photo) + ".png")).labels;
  }
  TemporaryFolder folder_;
};

json StrokeOf(const std::string& name) {
  return {{"points", {{20, 20}, {40, 24}}}, {"radius", 3}, {"object", true}, {"class", name}};
}

// Of each pixel, from runs of [length, label].
cv::Mat MapIn(const json& state) {
  const json& map = state.at("labels").at("map");
  cv::Mat labels(map.at("height"), map.at("width"), CV_8UC1);
  std::uint8_t* pixel = labels.ptr();
  for (const json& run : map.at("runs"))
    pixel = std::fill_n(pixel, run[0].get<std::size_t>(), run[1].get<std::uint8_t>());
  EXPECT_EQ(pixel, labels.ptr() + labels.total());
  return labels;
}

TEST_F(EditLabelTest, ShowsTheLabelsAndTheirNames) {
  const RunningEditor editor = Edit();
  const json run = editor.Ask("run");
  EXPECT_EQ(run.at("command"), "label");
  EXPECT_EQ(run.at("classes").size(), 20U);
  EXPECT_EQ(run.at("photos")[1].at("classes"), (json{"bottle", "diningtable"}));
  const json state = editor.Ask("mask/1");
  EXPECT_EQ(state.at("labels").at("names")[5], "bottle");
  const cv::Mat map = MapIn(state);
  EXPECT_EQ(cv::norm(map, Labels("out", 1), cv::NORM_INF), 0);
  const cv::Mat undecided = map == kVoid, decided = (map != 0) & ~undecided;
  EXPECT_GT(cv::countNonZero(undecided), 0);
  EXPECT_EQ(state.at("area"), cv::countNonZero(decided) / static_cast<double>(map.total()));
  EXPECT_EQ(cv::norm(MaskIn(state), decided, cv::NORM_INF), 0);
}

TEST_F(EditLabelTest, AStrokeHasAClassOfTheImage) {
  const RunningEditor editor = Edit();
  const EditAnswer none =
      editor.Post("stroke/1", R"({"points": [[20, 20]], "radius": 3, "object": true})");
  EXPECT_EQ(none.status, 400);
  EXPECT_THAT(none.body, HasSubstr("has no class, and the image has 2"));
  const EditAnswer other = editor.Post("stroke/1", StrokeOf("sheep").dump());
  EXPECT_EQ(other.status, 400);
  EXPECT_THAT(other.body, HasSubstr("'sheep', which is none of the image's"));
  EXPECT_EQ(MapIn(editor.Do("stroke/1", StrokeOf("bottle"))).at<std::uint8_t>(22, 30), 5);
}

TEST_F(EditLabelTest, AllFilesAreThoseOfTheCommandWithTheStrokes) {
  RunningEditor editor = Edit();
  editor.Do("stroke/1", StrokeOf("bottle"));
  editor.Do("box/0", {{"x", 10}, {"y", 10}, {"width", 100}, {"height", 80}, {"class", "cat"}});
  editor.Do("review/0", {{"review", "accepted"}});
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Labels("out", 1).at<std::uint8_t>(22, 30), 5);
  const cv::Mat cat = Labels("out", 0) == 8;
  EXPECT_EQ(cv::countNonZero(cat.colRange(111, cat.cols)), 0);
  EXPECT_GT(cv::countNonZero(cat), 1000);
  Label("again", {"--hints", "out/hints.jsonl"});
  for (const char* const file :
       {"SegmentationClass/0.png", "SegmentationClass/1.png", "1.probability.npy", "index/1.png",
        "annotations.json", "train.txt", "classes.txt"})
    EXPECT_TRUE(TextOf(folder_ / "out" / file) == TextOf(folder_ / "again" / file)) << file;
  EXPECT_EQ(Manifest(folder_ / "out")[0].at("review"), "accepted");
  Label("out", {});
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("skipped"));
}

TEST_F(EditLabelTest, OtherLabelsAreAnotherRun) {
  WriteFileAtomically(folder_ / "labels.tsv", "0\tcat\n1\tbottle\n");
  const ProgramResult result =
      RunProgram({"edit", "out", "--no-browser"}, {.folder = folder_.path()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("is of a run of another recipe (labels_sha256"));
}

}  // namespace
}  // namespace gradcut
