// Boxes, points, strokes and trimaps through the program.
#include "gradcut/core/image.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/tensor/npy.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

// Photo 1 has its disc, of radius 12, in the middle.
const cv::Size kSize(64, 48);
const cv::Rect kDisc(20, 12, 24, 24);

class HintsTest : public ::testing::Test {
 protected:
  HintsTest() {
    SavePhoto(folder_ / "in/a.png", 1);
    SavePhoto(folder_ / "in/sub/b.png", 4);
  }
  void Write(const std::string& name, const std::string& text) const {
    WriteFileAtomically(folder_ / name, text);
  }
  ProgramResult Gradcut(const Arguments& arguments) const {
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  ProgramResult Mask(const std::string& out, const Arguments& more) const {
    Arguments arguments = {"mask", "in", "-o", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Gradcut(arguments);
  }
  void ExpectDone(const ProgramResult& result) const { ASSERT_EQ(result.status, 0) << result.err; }
  cv::Mat Image(const fs::path& name) const {
    return cv::imread((folder_ / name).string(), cv::IMREAD_UNCHANGED);
  }
  TemporaryFolder folder_;
};

double ShareOf(const cv::Mat& mask, const cv::Rect& place) {
  return static_cast<double>(cv::countNonZero(mask(place))) / place.area();
}

TEST_F(HintsTest, PointsAndStrokesAreObeyedAndOtherPhotosAreAsWithout) {
  Write(
      "h.jsonl",
      R"({"path": "sub/b.png", "points": [{"x": 3.5, "y": 3.5}, {"x": 32, "y": 24, "object": false}]})"
      "\n"
      R"({"path": "sub/b.png", "strokes": [{"points": [[50, 40], [60, 40]], "radius": 2}]})"
      "\n");
  ExpectDone(Mask("without", {}));
  ExpectDone(Mask("with", {"--hints", "h.jsonl"}));
  EXPECT_EQ(TextOf(folder_ / "with/a.png"), TextOf(folder_ / "without/a.png"));
  const cv::Mat mask = Image("with/sub/b.png");
  EXPECT_EQ(mask.at<std::uint8_t>(3, 3), 255);
  EXPECT_EQ(mask.at<std::uint8_t>(24, 32), 0);
  EXPECT_EQ(ShareOf(mask, {50, 39, 10, 2}), 1);
  EXPECT_EQ(Manifest(folder_ / "with")[1].at("hints"),
            nlohmann::json::parse(R"({"boxes": 0, "strokes": 3})"));
  EXPECT_FALSE(Manifest(folder_ / "with")[0].contains("hints"));
}

TEST_F(HintsTest, ADroppedHintIsNone) {
  Write("h.jsonl",
        "{\"path\": \"a.png\", \"points\": [{\"x\": 3.5, \"y\": 3.5}]}\n"
        "{\"path\": \"a.png\", \"clear\": true}\n");
  ExpectDone(Mask("without", {}));
  ExpectDone(Mask("with", {"--hints", "h.jsonl"}));
  EXPECT_EQ(TextOf(folder_ / "with/a.png"), TextOf(folder_ / "without/a.png"));
}

TEST_F(HintsTest, OnlyPhotosWhoseHintsHaveChangedAreDoneAnew) {
  ExpectDone(Mask("out", {}));
  Write("h.jsonl", "{\"path\": \"a.png\", \"points\": [{\"x\": 3.5, \"y\": 3.5}]}\n");
  ExpectDone(Mask("out", {"--hints", "h.jsonl"}));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "skipped"));
  EXPECT_EQ(Image("out/a.png").at<std::uint8_t>(3, 3), 255);
  ExpectDone(Mask("out", {"--hints", "h.jsonl"}));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "skipped"));
  Write("h.jsonl", "{\"path\": \"sub/b.png\", \"points\": [{\"x\": 3.5, \"y\": 3.5}]}\n");
  ExpectDone(Mask("out", {"--hints", "h.jsonl"}));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "ok"));
}

TEST_F(HintsTest, BoxesOfCocoBecomeInstances) {
  Write("boxes.json", R"({"images": [{"id": 5, "file_name": "a.png", "width": 64, "height": 48}],
    "annotations": [{"id": 41, "image_id": 5, "category_id": 3, "bbox": [20, 12, 24, 24]},
                    {"id": 17, "image_id": 5, "category_id": 3, "bbox": [0, 0, 12, 10]}],
    "categories": [{"id": 3, "name": "ball"}]})");
  ExpectDone(Mask("out", {"--hints", "boxes.json", "--save", "mask,instances"}));
  const cv::Mat ids = Image("out/a.instances.png");
  ASSERT_EQ(ids.type(), CV_16UC1);
  EXPECT_EQ(ids.at<std::uint16_t>(24, 32), 1);
  EXPECT_GT(ShareOf(ids == 1, kDisc), 0.6);
  EXPECT_GT(ShareOf(ids == 2, {0, 0, 12, 10}), 0.2);
  cv::Mat outside = Image("out/a.png");
  outside(kDisc).setTo(0);
  outside(cv::Rect(0, 0, 12, 10)).setTo(0);
  EXPECT_EQ(cv::countNonZero(outside), 0);
  const nlohmann::json coco = nlohmann::json::parse(TextOf(folder_ / "out/instances.json"));
  ASSERT_EQ(coco.at("annotations").size(), 2U);
  EXPECT_EQ(coco.at("annotations")[0].at("id"), 41);
  EXPECT_EQ(coco.at("annotations")[0].at("area"), cv::countNonZero(ids == 1));
  EXPECT_EQ(coco.at("images").size(), 2U);
  EXPECT_EQ(coco.at("images")[1].at("file_name"), "sub/b.png");
  EXPECT_EQ(coco.at("categories")[0].at("name"), "ball");
}

TEST_F(HintsTest, InstancesNeedBoxes) {
  const ProgramResult result = Mask("out", {"--save", "instances"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--hints"));
}

TEST_F(HintsTest, WhatCannotBeMeantFailsItsPhotoAlone) {
  Write("h.jsonl",
        "{\"path\": \"a.png\", \"boxes\": [{\"x\": 70, \"y\": 3, \"width\": 5, \"height\": 5}]}\n");
  const ProgramResult result = Mask("out", {"--hints", "h.jsonl"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("h.jsonl"), HasSubstr("outside the 64x48 image")));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("failed", "ok"));
}

TEST_F(HintsTest, FilesThatAreNoneAreRefusedBeforeAnythingIsMade) {
  Write("broken.jsonl", "{\"path\": \"a.png\"\n");
  for (const char* const file : {"missing.jsonl", "broken.jsonl"}) {
    const ProgramResult result = Mask("out", {"--hints", file});
    EXPECT_NE(result.status, 0);
    EXPECT_THAT(result.err, HasSubstr(file));
    EXPECT_EQ(Lines(result.err).size(), 1U) << result.err;
    EXPECT_FALSE(fs::exists(folder_ / "out/a.png"));
  }
}

TEST_F(HintsTest, ANameIsThePathOfItsPhotoWhateverItsPlaceInTheOutput) {
  Write("list.txt", "in/a.png\tone.png\nin/sub/b.png\ttwo/a.png\n");
  Write("h.jsonl", "{\"path\": \"in/a.png\", \"points\": [{\"x\": 3.5, \"y\": 3.5}]}\n");
  const ProgramResult result = Gradcut({"mask", "@list.txt", "-o", "out", "--hints", "h.jsonl"});
  ExpectDone(result);
  EXPECT_THAT(result.err, Not(HasSubstr("warning")));
  EXPECT_TRUE(Manifest(folder_ / "out")[0].contains("hints"));
  EXPECT_FALSE(Manifest(folder_ / "out")[1].contains("hints"));
}

TEST_F(HintsTest, WhatBelongsToNoPhotoIsSaid) {
  SavePhoto(folder_ / "in/dogs/c.png", 1);
  for (const char* const file : {"f/sub/c.txt", "f/a.txt", "f/wrong.txt"})
    Write(file, "0 0.5 0.5 0.5 0.5\n");
  const ProgramResult result = Mask("out", {"--hints", "f"});
  ExpectDone(result);
  EXPECT_THAT(result.err,
              HasSubstr("f: 2 of 3 files belong to no image: 'sub/c.txt', 'wrong.txt'\n"));
  EXPECT_FALSE(Manifest(folder_ / "out")[1].contains("hints"));
}

TEST_F(HintsTest, AFolderOfTrimapsMirrorsThePhotos) {
  cv::Mat trimap(kSize, CV_8UC1, cv::Scalar(kTrimapUnknown));
  trimap(cv::Rect(0, 0, 10, 10)).setTo(kMaskForeground);
  trimap(kDisc).setTo(kMaskBackground);
  WriteFileAtomically(folder_ / "trimaps/sub/b.png", EncodePng(trimap));
  ExpectDone(Mask("out", {"--hints", "trimaps"}));
  const cv::Mat mask = Image("out/sub/b.png");
  EXPECT_EQ(ShareOf(mask, {0, 0, 10, 10}), 1);
  EXPECT_EQ(ShareOf(mask, kDisc), 0);
}

TEST_F(HintsTest, SeveralJobsGiveTheSameBytes) {
  Write("h.jsonl",
        "{\"path\": \"a.png\", \"boxes\": [{\"x\": 20, \"y\": 12, \"width\": 24, \"height\": 24}, "
        "{\"x\": 10, \"y\": 10, \"width\": 24, \"height\": 24}]}\n"
        "{\"path\": \"sub/b.png\", \"points\": [{\"x\": 32, \"y\": 24}]}\n");
  for (const char* const jobs : {"1", "3"})
    ExpectDone(Mask(jobs, {"--hints", "h.jsonl", "--jobs", jobs, "--save",
                           "mask,instances,probability,heatmap"}));
  EXPECT_TRUE(Results(folder_ / "1") == Results(folder_ / "3"));
  EXPECT_EQ(TextOf(folder_ / "1/instances.json"), TextOf(folder_ / "3/instances.json"));
}

TEST_F(HintsTest, BoxesLabelImages) {
  Write("labels.tsv", "a\tball\nsub/b\tball\n");
  Write("classes.txt", "nothing\nball\ncube\n");
  Write("map.tsv", "ball\t0\ncube\t1\n");
  Write("h.jsonl",
        "{\"path\": \"a.png\", \"boxes\": [{\"x\": 20, \"y\": 12, \"width\": 24, \"height\": 24, "
        "\"class\": \"cube\"}]}\n");
  const Arguments label = {"label",     "--images",    "in",      "--labels", "labels.tsv",
                           "--classes", "classes.txt", "--hints", "h.jsonl",  "--class-map",
                           "map.tsv",   "--confident", "0",       "--unsure", "0",
                           "--rounds",  "1",           "-o",      "out"};
  ExpectDone(Gradcut(label));
  const cv::Mat labels = ReadMask(folder_ / "out/SegmentationClass/a.png").labels;
  EXPECT_GT(ShareOf(labels == 2, kDisc), 0.6);
  EXPECT_EQ(cv::countNonZero(labels == 1), 0);
  Write("h.jsonl",
        "{\"path\": \"a.png\", \"boxes\": [{\"x\": 20, \"y\": 12, \"width\": 24, \"height\": 24, "
        "\"class\": \"cow\"}]}\n");
  const ProgramResult refused = Gradcut(label);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("in/a.png: box 1 is of the class 'cow'"));
  Write("h.jsonl",
        "{\"path\": \"a.png\", \"boxes\": [{\"x\": 20, \"y\": 12, \"width\": 24, \"height\": 24, "
        "\"class\": \"cube\"}], \"points\": [{\"x\": 30, \"y\": 20, \"class\": \"ball\"}]}\n"
        "{\"path\": \"sub/b.png\", \"points\": [{\"x\": 3, \"y\": 2, \"class\": \"cube\"}]}\n");
  EXPECT_THAT(Gradcut(label).err,
              AllOf(HasSubstr("in/a.png: the stroke at (30, 20) is of the class 'ball', but box 1, "
                              "in which it lies, is of 'cube'"),
                    HasSubstr("in/sub/b.png: a stroke is of the class 'cube', which is none of")));
}

TEST_F(HintsTest, HintsCorrectHeatMapsOfOtherMethods) {
  cv::Mat heat = cv::Mat::zeros(kSize, CV_32FC1);
  heat(kDisc).setTo(1);
  WriteFileAtomically(folder_ / "maps/a.npy", EncodeNpy(heat));
  WriteFileAtomically(folder_ / "maps/sub/b.npy", EncodeNpy(heat));
  Write("h.jsonl",
        "{\"path\": \"a.png\", \"points\": [{\"x\": 3, \"y\": 3}, {\"x\": 32, \"y\": 24, "
        "\"object\": false}]}\n");
  ExpectDone(Gradcut({"refine", "in", "maps", "-o", "out", "--hints", "h.jsonl"}));
  const cv::Mat mask = Image("out/a.png");
  EXPECT_EQ(mask.at<std::uint8_t>(3, 3), 255);
  EXPECT_EQ(mask.at<std::uint8_t>(24, 32), 0);
  EXPECT_GT(ShareOf(Image("out/sub/b.png"), kDisc), 0.6);
}

}  // namespace
}  // namespace gradcut
