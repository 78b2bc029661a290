// Heat maps of other methods into masks that follow the image.
#include "gradcut/io/class_maps.h"
#include "gradcut/io/labels_io.h"
#include "gradcut/io/npy.h"
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

const cv::Size kSize(64, 48);

class RefineTest : public ::testing::Test {
 protected:
  RefineTest() {
    SavePhoto(folder_ / "photos/a.jpg", 1);
    SavePhoto(folder_ / "photos/sub/b.png", 4);
  }

  ProgramResult Gradcut(const std::vector<std::string>& arguments, const std::string& input = "") {
    return RunProgram(arguments, {.stdin_bytes = input, .folder = folder_.path()});
  }
  cv::Mat Decoded(const fs::path& name) const {
    return cv::imread((folder_ / name).string(), cv::IMREAD_UNCHANGED);
  }
  void Save(const fs::path& name, const std::vector<std::uint8_t>& bytes) {
    WriteFileAtomically(folder_ / name, bytes);
  }

  TemporaryFolder folder_;
};

// Where the disc of a photo with number 1, 4, ... is.
cv::Mat DiscOf(cv::Size size) {
  cv::Mat disc = cv::Mat::zeros(size, CV_8UC1);
  cv::circle(disc, {size.width / 2, size.height / 2}, size.height / 4, 255, cv::FILLED);
  return disc;
}

// A coarse and blurred map of it: 8x6 cells.
cv::Mat Heat() {
  cv::Mat small, heat;
  cv::resize(DiscOf(kSize), small, {8, 6}, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(small, small, {3, 3}, 0);
  small.convertTo(heat, CV_32FC1, 0.9 / 255);
  return heat;
}

double IoU(const cv::Mat& a, const cv::Mat& b) {
  return static_cast<double>(cv::countNonZero(a & b)) / cv::countNonZero(a | b);
}

TEST_F(RefineTest, AReplacedHeatMapIsCutAnew) {
  Save("maps/a.npy", EncodeNpy(Heat()));
  Save("maps/sub/b.npy", EncodeNpy(Heat()));
  ASSERT_EQ(Gradcut({"refine", "photos", "maps", "-o", "out"}).status, 0);
  cv::Mat other;
  cv::flip(Heat(), other, /*flipCode=*/1);
  Save("maps/a.npy", EncodeNpy(cv::Mat(other * 0.5)));
  ASSERT_EQ(Gradcut({"refine", "photos", "maps", "-o", "out"}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "skipped"));
}

TEST_F(RefineTest, CoarseMapsBecomeMasksThatFollowTheImage) {
  Save("maps/a.npy", EncodeNpy(Heat()));
  Save("maps/sub/b.npy", EncodeNpy(Heat()));
  const ProgramResult result = Gradcut({"refine", "photos", "maps", "-o", "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("a.png", "sub/b.png"));
  for (const char* const name : {"out/a.png", "out/sub/b.png"}) {
    const cv::Mat mask = Decoded(name);
    ASSERT_EQ(mask.size(), kSize);
    EXPECT_EQ(cv::countNonZero(mask == 0) + cv::countNonZero(mask == 255), 64 * 48);
    EXPECT_GT(IoU(mask, DiscOf(kSize)), 0.95) << name;
  }
  const nlohmann::json entry = Manifest(folder_ / "out").front();
  EXPECT_EQ(entry["status"], "ok");
  EXPECT_EQ(entry["heatmap"], "maps/a.npy");
  EXPECT_GT(entry["area"], 0.1);
  EXPECT_GT(entry["confidence"], 0.2);
  EXPECT_EQ(RunJson(folder_ / "out")["recipe"]["prior"]["background"], "otsu");
}

TEST_F(RefineTest, EveryKindIsSaved) {
  Save("maps/a.npy", EncodeNpy(Heat()));
  ASSERT_EQ(Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out", "--save",
                     "mask,probability,overlay,cutout,cam"})
                .status,
            0);
  EXPECT_THAT(
      ResultNames(folder_ / "out"),
      ElementsAre("a.cam.npy", "a.cutout.png", "a.overlay.jpg", "a.png", "a.probability.npy"));
  EXPECT_THAT(ReadNpy(folder_ / "out/a.probability.npy").shape, ElementsAre(48, 64));
  EXPECT_THAT(ReadClassMaps(folder_ / "out/a.cam.npy").keys, ElementsAre(0));
  EXPECT_EQ(Decoded("out/a.cutout.png").type(), CV_8UC4);
}

TEST_F(RefineTest, GreyImagesAreMapsToo) {
  cv::Mat grey;
  Heat().convertTo(grey, CV_8UC1, 255);
  Save("a.heat.png", EncodePng(grey));
  const ProgramResult result = Gradcut({"refine", "photos/a.jpg", "a.heat.png", "-o", "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_GT(IoU(Decoded("out/a.png"), DiscOf(kSize)), 0.95);
}

TEST_F(RefineTest, ADictOfClassMapsBecomesClassIndices) {
  const cv::Mat elsewhere = cv::Mat::zeros(Heat().size(), CV_32FC1);
  Save("maps/a.npy", EncodeKeyedMaps(std::vector{14, 3}, std::vector{Heat(), elsewhere}));
  const ProgramResult result =
      Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out", "--save", "mask,probability,cam"});
  ASSERT_EQ(result.status, 0) << result.err;
  const cv::Mat labels = ReadMask(folder_ / "out/a.png").labels;
  EXPECT_EQ(ReadMask(folder_ / "out/a.png").form, MaskForm::kPalette);
  EXPECT_GT(IoU(labels == 15, DiscOf(kSize)), 0.95);
  EXPECT_EQ(cv::countNonZero(labels == 15) + cv::countNonZero(labels == 0), 64 * 48);
  EXPECT_THAT(ReadNpy(folder_ / "out/a.probability.npy").shape, ElementsAre(3, 48, 64));
  EXPECT_THAT(ReadClassMaps(folder_ / "out/a.cam.npy").keys, ElementsAre(14, 3));
  const nlohmann::json classes = Manifest(folder_ / "out").front()["classes"];
  EXPECT_EQ(classes[0]["index"], 15);
  EXPECT_GT(classes[0]["area"], 0.1);
}

TEST_F(RefineTest, ChannelsBeginWithTheBackgroundUnlessSaidOtherwise) {
  Save("maps/a.npy", EncodeChannels(std::vector{cv::Mat(1 - Heat()), Heat()}));
  ASSERT_EQ(Gradcut({"refine", "photos/a.jpg", "maps", "-o", "first"}).status, 0);
  EXPECT_GT(IoU(ReadMask(folder_ / "first/a.png").labels == 1, DiscOf(kSize)), 0.9);
  Save("maps/a.npy", EncodeChannels(std::vector{cv::Mat(0 * Heat()), Heat()}));
  ASSERT_EQ(
      Gradcut({"refine", "photos/a.jpg", "maps", "-o", "classes", "--maps.channels", "classes"})
          .status,
      0);
  EXPECT_GT(IoU(ReadMask(folder_ / "classes/a.png").labels == 2, DiscOf(kSize)), 0.9);
}

TEST_F(RefineTest, WhatItWritesItReads) {
  Save("maps/a.npy", EncodeNpy(Heat()));
  ASSERT_EQ(
      Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out", "--save", "probability"}).status, 0);
  const ProgramResult again =
      Gradcut({"refine", "photos/a.jpg", "out", "-o", "again", "--prior.values", "probability"});
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_GT(IoU(Decoded("again/a.png"), DiscOf(kSize)), 0.95);
}

TEST_F(RefineTest, StreamsCarryTheSameMask) {
  Save("maps/a.npy", EncodeNpy(Heat()));
  ASSERT_EQ(Gradcut({"refine", "photos/a.jpg", "maps/a.npy", "-o", "out"}).status, 0);
  const ProgramResult result =
      Gradcut({"refine", "-", "maps/a.npy", "--quiet"}, TextOf(folder_ / "photos/a.jpg"));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(result.out == TextOf(folder_ / "out/a.png"));
}

TEST_F(RefineTest, MasksDependOnNothingButOptions) {
  Save("maps/a.npy", EncodeNpy(Heat()));
  Save("maps/b.npy", EncodeNpy(Heat()));  // Found by its stem.
  ASSERT_EQ(Gradcut({"refine", "photos", "maps", "-o", "one", "--jobs", "1"}).status, 0);
  ASSERT_EQ(
      Gradcut({"refine", "photos", "maps", "-o", "two", "--jobs", "2", "--config", "one/run.json"})
          .status,
      0);
  EXPECT_EQ(Results(folder_ / "one"), Results(folder_ / "two"));
  ASSERT_EQ(Gradcut({"refine", "photos", "maps", "-o", "one"}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "one", "status"), ElementsAre("skipped", "skipped"));
  const ProgramResult other =
      Gradcut({"refine", "photos", "maps", "-o", "one", "--prior.background", "mean"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("prior.background is \"otsu\" there, \"mean\" here"));
}

TEST_F(RefineTest, BadMapsAreOneLineEachAndTheRestGoesOn) {
  Save("maps/a.npy", EncodeNpy(cv::Mat(Heat() * 3)));
  Save("maps/b.npy", EncodeNpy(Heat()));
  SavePhoto(folder_ / "photos/c.png", 1);
  const ProgramResult result = Gradcut({"refine", "photos", "maps", "-o", "out", "-q"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      Lines(result.err),
      ElementsAre(AllOf(HasSubstr("error: maps/a.npy: "), HasSubstr("[0, 1]")),
                  "error: photos/c.png: has no heat map in maps (a grey image, or .npy as of "
                  "gradcut saliency --save probability)"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("failed", "failed", "ok"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("sub/b.png"));
}

TEST_F(RefineTest, AFlatMapIsAnEmptyMaskWithANote) {
  Save("maps/a.npy", EncodeNpy(cv::Mat(cv::Mat::ones(6, 8, CV_32FC1) * 0.3)));
  const ProgramResult result = Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("no contrast"));
  EXPECT_EQ(cv::countNonZero(Decoded("out/a.png")), 0);
}

TEST_F(RefineTest, WrongUsageSaysSo) {
  EXPECT_EQ(Gradcut({"refine", "photos"}).status, 2);
  EXPECT_EQ(Gradcut({"refine", "photos", "photos"}).status, 2);
  const ProgramResult missing = Gradcut({"refine", "photos", "nowhere", "-o", "out"});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, HasSubstr("nowhere: there is no such file or folder"));
  Save("map.npy", EncodeNpy(Heat()));
  EXPECT_THAT(Gradcut({"refine", "photos", "map.npy", "-o", "out"}).err,
              HasSubstr("is one file, for 2 images"));
  EXPECT_EQ(Gradcut({"refine", "photos", "map.npy", "-o", "out", "--prior.level", "2"}).status, 2);
  WriteFileAtomically(folder_ / "bad.toml", "preset = \"fast\"\n");
  const ProgramResult config =
      Gradcut({"refine", "photos", "map.npy", "-o", "out", "--config", "bad.toml"});
  EXPECT_EQ(config.status, 2);
  EXPECT_THAT(config.err, HasSubstr("bad.toml: unknown key 'preset'"));
}

}  // namespace
}  // namespace gradcut
