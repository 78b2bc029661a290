// What gradcut label hands on in other tools' formats.
#include "gradcut/dataset/class_maps.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/polygons.h"
#include "gradcut/dataset/run_lengths.h"
#include "gradcut/tensor/npy.h"
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

using ::testing::ElementsAre;
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

  ProgramResult Label(std::vector<std::string> more, const std::string& images = "photos",
                      const std::string& output = "out") {
    std::vector<std::string> arguments = {
        "label",     "--images",    images, "--labels", "labels.tsv",
        "--classes", "classes.txt", "-o",   output,     "--class-map",
        "map.tsv",   "--confident", "0",    "--unsure", "0"};
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
    // Relative to the image folder, as loaders of COCO want it.
    const std::string name = image["file_name"];
    EXPECT_TRUE(std::filesystem::exists(folder_ / "photos" / name)) << name;
    const cv::Mat labels = ReadMask(folder_ / "out" / Outputs().at("photos/" + name)).labels;
    cv::Mat rebuilt = cv::Mat::zeros(labels.size(), CV_8UC1);
    for (const nlohmann::json& each : dataset["annotations"])
      if (each["image_id"] == image["id"])
        rebuilt.setTo(each["category_id"].get<int>(),
                      DecodeRuns(DecompressRuns(each["segmentation"]["counts"].get<std::string>(),
                                                labels.rows, labels.cols)));
    EXPECT_EQ(cv::norm(labels, rebuilt, cv::NORM_INF), 0);
  }
}

TEST_F(LabelExportTest, YoloIsWhatUltralyticsTrainsOn) {
  const ProgramResult result = Label({"--export", "yolo,coco"});
  ASSERT_EQ(result.status, 0) << result.err;
  const std::string out = std::filesystem::canonical(folder_ / "out").string();
  EXPECT_EQ(TextOf(folder_ / "out/data.yaml"),
            "path: \"" + out +
                "\"\n"
                "train: images.txt\n"
                "val: images.txt  # the same images: put others here to measure with\n"
                "names:\n  0: \"dog\"\n  1: \"cat\"\n");
  EXPECT_THAT(Lines(TextOf(folder_ / "out/images.txt")),
              ::testing::UnorderedElementsAre("./images/sub/a.jpg", "./images/b.png"));
  for (const auto& [image, label] : {std::pair("sub/a.jpg", "sub/a"), std::pair("b.png", "b")}) {
    EXPECT_EQ(TextOf(folder_ / "out/images" / image), TextOf(folder_ / "photos" / image));
    const std::string stem = label;
    EXPECT_EQ(TextOf(folder_ / "out/labels" / (stem + ".txt")),
              YoloSegments(ReadMask(folder_ / "out/SegmentationClass" / (stem + ".png")).labels));
  }
}

TEST_F(LabelExportTest, TextsThatWereCorrectedStayAsLongAsTheLabels) {
  ASSERT_EQ(Label({"--export", "yolo"}).status, 0);
  const std::filesystem::path text = folder_ / "out/labels/b.txt";
  const std::string made = TextOf(text);
  WriteFileAtomically(text, "0 0.1 0.1 0.2 0.1 0.2 0.2\n");
  const ProgramResult again = Label({"--export", "yolo"});
  ASSERT_EQ(again.status, 0);
  EXPECT_THAT(again.err,
              HasSubstr("1 of the texts for YOLO are not as the labels are, out/labels/b"));
  EXPECT_EQ(TextOf(text), "0 0.1 0.1 0.2 0.1 0.2 0.2\n");
  ASSERT_EQ(Label({"--export", "yolo", "--existing", "overwrite"}).status, 0);
  EXPECT_EQ(TextOf(text), made);
}

// It replaces the last /images/ in the path of an image.
TEST_F(LabelExportTest, YolosLabelsLieWhereTheLastFolderOfImagesWas) {
  SavePhoto(folder_ / "photos/images/c.png", 1);
  WriteFileAtomically(folder_ / "labels.tsv", "images/c.png\tcat\n");
  ASSERT_EQ(Label({"--export", "yolo"}).status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/images/images/c.png"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/images/labels/c.txt"));
}

TEST_F(LabelExportTest, YoloTrainsOnNoImageOfLittleConfidence) {
  ASSERT_EQ(Label({"--export", "yolo", "--min-confidence", "1"}).status, 0);
  EXPECT_EQ(TextOf(folder_ / "out/images.txt"), "");
}

// A class index a pixel, without a palette.
TEST_F(LabelExportTest, IndexImagesAreTheLabelsInGrey) {
  const ProgramResult result = Label({"--save", "index"});
  ASSERT_EQ(result.status, 0) << result.err;
  for (const char* const name : {"sub/a.png", "b.png"}) {
    const MaskFile index = ReadMask(folder_ / "out/index" / name);
    EXPECT_EQ(index.form, MaskForm::kGrey);
    const MaskFile labels = ReadMask(folder_ / "out/SegmentationClass" / name);
    EXPECT_EQ(cv::norm(index.labels, labels.labels, cv::NORM_INF), 0);
  }
}

TEST_F(LabelExportTest, ProbabilitiesAreThoseOfTheBackgroundAndTheImagesClasses) {
  ASSERT_EQ(Label({"--save", "labels,probability"}).status, 0);
  const ClassMaps maps = ReadClassMaps(folder_ / "out/b.probability.npy");
  ASSERT_EQ(maps.form, ClassMaps::Form::kChannels);
  ASSERT_EQ(maps.maps.size(), 2u);
  EXPECT_EQ(maps.maps[0].size(), cv::Size(64, 96));
  EXPECT_NEAR(cv::norm(maps.maps[0] + maps.maps[1] - 1, cv::NORM_INF), 0, 1e-5);
}

// Its keys count the classes without the background: dog is 0, cat is 1.
TEST_F(LabelExportTest, TheDictOfIrnIsReadByRefine) {
  ASSERT_EQ(Label({"--save", "probability,cam"}).status, 0);
  const ClassMaps dict = ReadClassMaps(folder_ / "out/sub/a.cam.npy");
  EXPECT_EQ(dict.form, ClassMaps::Form::kKeyed);
  EXPECT_THAT(dict.keys, ElementsAre(1));
  const ClassMaps channels = ReadClassMaps(folder_ / "out/sub/a.probability.npy");
  EXPECT_EQ(cv::norm(dict.maps.at(0), channels.maps.at(1), cv::NORM_INF), 0);

  std::filesystem::create_directories(folder_ / "cams/sub");
  std::filesystem::rename(folder_ / "out/sub/a.cam.npy", folder_ / "cams/sub/a.npy");
  std::filesystem::rename(folder_ / "out/b.cam.npy", folder_ / "cams/b.npy");
  const ProgramResult refined =
      RunProgram({"refine", "photos", "cams", "-o", "refined"}, {.folder = folder_.path()});
  ASSERT_EQ(refined.status, 0) << refined.err;
  EXPECT_EQ(Manifest(folder_ / "refined").at(0).at("classes").at(0).at("index"), 1);
  EXPECT_EQ(Manifest(folder_ / "refined").at(1).at("classes").at(0).at("index"), 2);
}

TEST_F(LabelExportTest, AnImageWithoutAClassIsBackgroundInEveryFormat) {
  WriteFileAtomically(folder_ / "labels.tsv", "sub/a.jpg\tcat\nb.png\n");
  const ProgramResult result = Label({"--save", "index,probability,cam"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(cv::countNonZero(ReadMask(folder_ / "out/index/b.png").labels), 0);
  const NpyArray probability = ReadNpy(folder_ / "out/b.probability.npy");
  EXPECT_THAT(probability.shape, ElementsAre(1, 96, 64));
  EXPECT_THAT(probability.As<float>(), ::testing::Each(1.0F));
  std::filesystem::create_directories(folder_ / "cams");
  std::filesystem::rename(folder_ / "out/b.cam.npy", folder_ / "cams/b.npy");
  const ProgramResult refined =
      RunProgram({"refine", "photos/b.png", "cams", "-o", "refined"}, {.folder = folder_.path()});
  ASSERT_EQ(refined.status, 0) << refined.err;
  EXPECT_EQ(cv::countNonZero(ReadMask(folder_ / "refined/b.png").labels), 0);
}

// What a run before made is exported too.
TEST_F(LabelExportTest, AnExportCanFollowLater) {
  ASSERT_EQ(Label({}).status, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/annotations.json"));
  ASSERT_EQ(Label({"--export", "coco"}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ::testing::Each("skipped"));
  EXPECT_EQ(nlohmann::json::parse(TextOf(folder_ / "out/annotations.json"))["images"].size(), 2u);
}

// The layout of data sets for YOLO, and photos that are links, as git-annex and DVC have them.
TEST_F(LabelExportTest, PhotosWhereYoloWantsThemStayAsTheyAre) {
  std::filesystem::create_directories(folder_ / "data/images/sub");
  std::filesystem::create_symlink("../../../photos/sub/a.jpg", folder_ / "data/images/sub/a.jpg");
  std::filesystem::copy_file(folder_ / "photos/b.png", folder_ / "data/images/b.png");
  for (int run = 0; run < 2; ++run) {
    const ProgramResult result = Label({"--export", "yolo"}, "data/images", "data");
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(std::filesystem::read_symlink(folder_ / "data/images/sub/a.jpg"),
              "../../../photos/sub/a.jpg");
    EXPECT_TRUE(std::filesystem::is_regular_file(
        std::filesystem::symlink_status(folder_ / "data/images/b.png")));
    EXPECT_TRUE(std::filesystem::exists(folder_ / "data/labels/b.txt"));
    EXPECT_EQ(Lines(TextOf(folder_ / "data/images.txt")).size(), 2u);
  }
}

TEST_F(LabelExportTest, WhatNoExportHasWrittenIsNotWrittenOver) {
  ASSERT_EQ(Label({}).status, 0);
  for (const auto& [format, file] : {std::pair("yolo", "images/b.png"),
                                     {"yolo", "images.txt"},
                                     {"yolo", "labels/sub/a.txt"},
                                     {"yolo", "data.yaml"},
                                     {"coco", "annotations.json"}}) {
    const std::filesystem::path path = folder_ / "out" / file;
    WriteFileAtomically(path, "mine");
    const ProgramResult refused = Label({"--export", format});
    EXPECT_EQ(refused.status, 2) << file;
    EXPECT_THAT(refused.err, HasSubstr("out/" + std::string(file) +
                                       " exists and is of no export to this folder; move it away"));
    EXPECT_EQ(TextOf(path), "mine");
    std::filesystem::remove(path);
  }
  ASSERT_EQ(Label({"--export", "yolo"}).status, 0);
  ASSERT_EQ(Label({"--export", "yolo"}).status, 0) << "what an export wrote may be";
  WriteFileAtomically(folder_ / "out/annotations.json", "mine");
  EXPECT_EQ(Label({"--export", "coco"}).status, 2);
  EXPECT_EQ(Label({"--export", "coco", "--existing", "overwrite"}).status, 0);
  EXPECT_NE(TextOf(folder_ / "out/annotations.json"), "mine");
}

TEST_F(LabelExportTest, ValidationImagesThatWereNamedStay) {
  ASSERT_EQ(Label({"--export", "yolo"}).status, 0);
  const std::filesystem::path file = folder_ / "out/data.yaml";
  const std::string written = TextOf(file);
  const std::size_t start = written.find("val: "), end = written.find("names:");
  const std::string changed =
      written.substr(0, start) + "val: other.txt\ntest: more.txt\n" + written.substr(end);
  WriteFileAtomically(file, changed);
  ASSERT_EQ(Label({"--export", "yolo", "--min-confidence", "1"}).status, 0);
  EXPECT_EQ(TextOf(file), changed);
  // But for the folder, which may have been moved.
  std::filesystem::rename(folder_ / "out", folder_ / "moved");
  ASSERT_EQ(Label({"--export", "yolo"}, "photos", "moved").status, 0);
  const std::string moved = TextOf(folder_ / "moved/data.yaml");
  EXPECT_THAT(moved,
              ::testing::StartsWith(
                  "path: \"" + std::filesystem::canonical(folder_ / "moved").string() + "\"\n"));
  EXPECT_EQ(moved.substr(moved.find('\n')), changed.substr(changed.find('\n')));
}

TEST_F(LabelExportTest, ATableWithoutAClassIsNoTable) {
  WriteFileAtomically(folder_ / "labels.tsv", "sub/a.jpg\nb.png\n");
  const ProgramResult result = Label({});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("labels.tsv: no image has a class"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(LabelExportTest, AnUnknownFormatIsWrongUsage) {
  const ProgramResult result = Label({"--export", "coco,pascal"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--export pascal: expected coco, yolo"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

}  // namespace
}  // namespace gradcut
