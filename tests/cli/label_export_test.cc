// What gradcut label hands on in other tools' formats.
#include "gradcut/io/labels_io.h"
#include "gradcut/io/polygons.h"
#include "gradcut/io/run_lengths.h"
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

using ::testing::HasSubstr;

class LabelExportTest : public ::testing::Test {
 protected:
  LabelExportTest() {
    SavePhoto(folder_ / "photos/sub/a.jpg", 1, {96, 64});
    SavePhoto(folder_ / "photos/b.png", 4, {64, 96});
    WriteFileAtomically(folder_ / "labels.tsv", "sub/a.jpg\tcat\nb.png\tdog\n");
    WriteFileAtomically(folder_ / "classes.txt", "nothing\ndog\ncat\n");
    WriteFileAtomically(folder_ / "map.tsv", "cat\t281-285\ndog\t151-268\n");
  }

  ProgramResult Label(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"label",      "--images",    "photos",      "--labels",
                                          "labels.tsv", "--classes",   "classes.txt", "--class-map",
                                          "map.tsv",    "--confident", "0",           "--unsure",
                                          "0",          "-o",          "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments, {.folder = folder_.path()});
  }

  // The output of each image, by its path.
  std::map<std::string, std::string> Outputs() const {
    std::map<std::string, std::string> outputs;
    for (const nlohmann::json& entry : Manifest(folder_ / "out"))
      outputs[entry.at("path")] = entry.at("output");
    return outputs;
  }

  TemporaryFolder folder_;
};

TEST_F(LabelExportTest, CocoAnnotationsAreTheLabelImages) {
  const ProgramResult result = Label({"--export", "coco"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto dataset = nlohmann::json::parse(TextOf(folder_ / "out/annotations.json"));
  EXPECT_EQ(dataset["categories"][0]["name"], "dog");
  ASSERT_EQ(dataset["images"].size(), 2u);
  for (const nlohmann::json& image : dataset["images"]) {
    const cv::Mat labels =
        ReadMask(folder_ / "out" / Outputs().at(image["file_name"].get<std::string>())).labels;
    cv::Mat rebuilt = cv::Mat::zeros(labels.size(), CV_8UC1);
    for (const nlohmann::json& each : dataset["annotations"])
      if (each["image_id"] == image["id"])
        rebuilt.setTo(each["category_id"].get<int>(),
                      DecodeRuns(DecompressRuns(each["segmentation"]["counts"].get<std::string>(),
                                                labels.rows, labels.cols)));
    EXPECT_EQ(cv::norm(labels, rebuilt, cv::NORM_INF), 0);
  }
}

TEST_F(LabelExportTest, YoloHasATextForEachImageAndTheNames) {
  ASSERT_EQ(Label({"--export", "yolo,coco"}).status, 0);
  EXPECT_EQ(TextOf(folder_ / "out/data.yaml"), "names:\n  0: \"dog\"\n  1: \"cat\"\n");
  for (const char* const name : {"a", "b"}) {
    const std::string stem = name;
    EXPECT_EQ(TextOf(folder_ / "out/labels" / (stem + ".txt")),
              YoloSegments(ReadMask(folder_ / "out/SegmentationClass" / (stem + ".png")).labels));
  }
}

// What a run before made is exported too.
TEST_F(LabelExportTest, AnExportCanFollowLater) {
  ASSERT_EQ(Label({}).status, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/annotations.json"));
  ASSERT_EQ(Label({"--export", "coco"}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ::testing::Each("skipped"));
  EXPECT_EQ(nlohmann::json::parse(TextOf(folder_ / "out/annotations.json"))["images"].size(), 2u);
}

TEST_F(LabelExportTest, AnUnknownFormatIsWrongUsage) {
  const ProgramResult result = Label({"--export", "coco,pascal"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--export pascal: expected coco, yolo"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

}  // namespace
}  // namespace gradcut
