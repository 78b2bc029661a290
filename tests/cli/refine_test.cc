// Heat maps of other methods into masks that follow the image.
#include "gradcut/dataset/class_maps.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/tar_writer.h"
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

TEST_F(RefineTest, AnEmptyMaskHasANoteAndIsCounted) {
  Save("maps/a.npy", EncodeNpy(cv::Mat(Heat() * 0.1)));
  const ProgramResult result =
      Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out", "--prior.values", "probability"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("photos/a.jpg: the mask is empty"));
  EXPECT_THAT(result.err, HasSubstr("; 1 mask is empty"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "note"), ElementsAre("the mask is empty"));
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

TEST_F(RefineTest, CutOutsHaveTheEdgeAndTheBackgroundThatAreAskedFor) {
  Save("maps/a.npy", EncodeNpy(Heat()));
  const auto cut = [&](const std::string& out, const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {"refine", "photos/a.jpg", "maps",  "-o",
                                          out,      "--save",       "cutout"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const ProgramResult result = Gradcut(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return Decoded(fs::path(out) / "a.cutout.png");
  };
  const auto soft = [](const cv::Mat& cutout) {
    cv::Mat alpha;
    cv::extractChannel(cutout, alpha, 3);
    return cv::countNonZero(alpha) - cv::countNonZero(alpha == 255);
  };
  EXPECT_EQ(soft(cut("hard", {})), 0);
  EXPECT_GT(soft(cut("soft", {"--feather", "3"})), 0);
  const cv::Mat white = cut("white", {"--background", "white"});
  EXPECT_EQ(white.at<cv::Vec3b>(0, 0), cv::Vec3b::all(255));
  EXPECT_EQ(Gradcut({"refine", "photos/a.jpg", "maps", "-o", "no", "--background", "pink"}).status,
            2);
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

// The JPEG as a camera writes it that was held sideways or upside down.
std::vector<std::uint8_t> WithOrientation(const std::vector<std::uint8_t>& jpeg, int orientation) {
  const std::string exif("Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\0\0\0\0\0\0\0\0", 32);
  std::string segment = std::string("\xff\xe1\0\x22", 4) + exif;
  segment[4 + 24] = static_cast<char>(orientation);
  std::vector<std::uint8_t> turned(jpeg.begin(), jpeg.begin() + 2);
  turned.insert(turned.end(), segment.begin(), segment.end());
  turned.insert(turned.end(), jpeg.begin() + 2, jpeg.end());
  return turned;
}

// A photo whose disc is off the middle, and its map at 1/8 of the size.
cv::Mat HighDisc() {
  cv::Mat disc = cv::Mat::zeros(kSize, CV_8UC1);
  cv::circle(disc, {kSize.width / 2, kSize.height / 3}, kSize.height / 4, 255, cv::FILLED);
  return disc;
}

cv::Mat HeatOf(const cv::Mat& mask) {
  cv::Mat small, heat;
  cv::resize(mask, small, mask.size() / 8, 0, 0, cv::INTER_AREA);
  small.convertTo(heat, CV_32FC1, 0.9 / 255);
  return heat;
}

// People compute maps of the pixels as the file holds them, and the program turns the photo.
TEST_F(RefineTest, MapsOfTheStoredPixelsAreTurnedWithTheirPhoto) {
  for (const int orientation : {5, 6, 7, 8}) {
    const std::string name = "turned/" + std::to_string(orientation) + ".jpg";
    Save(name, WithOrientation(EncodeJpeg(Photo(0), 95), orientation));
    Save("stored/" + std::to_string(orientation) + ".npy", EncodeNpy(HeatOf(HighDisc())));
  }
  const ProgramResult result = Gradcut({"refine", "turned", "stored", "-o", "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("4 heat maps are of photos as their files hold them"));
  for (const nlohmann::json& entry : Manifest(folder_ / "out")) {
    EXPECT_TRUE(entry.at("turned").get<bool>());
    const cv::Mat photo = ReadImage(folder_ / entry.at("path").get<std::string>());
    ASSERT_EQ(photo.size(), cv::Size(48, 64));
    cv::Mat red, disc;
    cv::extractChannel(photo, red, 0);
    cv::threshold(red, disc, 140, 255, cv::THRESH_BINARY);
    EXPECT_GT(IoU(Decoded(fs::path("out") / entry.at("output").get<std::string>()), disc), 0.9);
  }
}

TEST_F(RefineTest, ForPhotosInArchivesAndOnStandardInputLikewise) {
  Save("in/a.jpg", WithOrientation(EncodeJpeg(Photo(0), 95), 6));
  Save("stored/a.npy", EncodeNpy(HeatOf(HighDisc())));
  TarWriter tar(folder_ / "in.tar");
  tar.Add("a.jpg", ReadFile(folder_ / "in/a.jpg"));
  tar.Finish();
  ASSERT_EQ(Gradcut({"refine", "in/a.jpg", "stored", "-o", "out"}).status, 0);
  ASSERT_EQ(Gradcut({"refine", "in.tar", "stored", "-o", "tar_out"}).status, 0);
  EXPECT_TRUE(Results(folder_ / "tar_out") == Results(folder_ / "out"));
  ASSERT_EQ(Gradcut({"refine", "in.tar", "stored", "-o", "x.d/x.tar"}).status, 0);
  const ProgramResult streamed =
      RunProgram({"refine", "-", "stored/a.npy"},
                 {.stdin_bytes = TextOf(folder_ / "in/a.jpg"), .folder = folder_.path()});
  EXPECT_TRUE(streamed.out == TextOf(folder_ / "out/a.png")) << streamed.err;
}

TEST_F(RefineTest, MapsOfTheUprightPhotoStayAsTheyAre) {
  Save("turned/a.jpg", WithOrientation(EncodeJpeg(Photo(0), 95), 6));
  Save("upright/a.npy", EncodeNpy(HeatOf(HighDisc().t())));
  const ProgramResult result = Gradcut({"refine", "turned", "upright", "-o", "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_FALSE(Manifest(folder_ / "out").front().contains("turned"));
}

TEST_F(RefineTest, AMapWithItsSidesExchangedIsSaid) {
  Save("maps/a.npy", EncodeNpy(cv::Mat(Heat().t())));
  const ProgramResult result = Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("sides exchanged"));
}

TEST_F(RefineTest, ChannelsThatComeLastAreRefusedAtOnce) {
  NpyArray array{.shape = {48, 64, 21}, .dtype = Dtype::kUint8, .bytes = {}};
  array.bytes.resize(48 * 64 * 21);
  Save("maps/a.npy", EncodeNpy(array));
  const ProgramResult result = Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("numpy.moveaxis(maps, -1, 0)"));
  array.shape = {48, 64, 1};
  array.bytes.resize(48 * 64);
  Save("maps/a.npy", EncodeNpy(array));
  EXPECT_EQ(Gradcut({"refine", "photos/a.jpg", "maps", "-o", "out"}).status, 0);
  EXPECT_EQ(ReadMask(folder_ / "out/a.png").form, MaskForm::kGrey);
}

TEST_F(RefineTest, ADictWithoutClassesIsAnEmptyLabelImage) {
  Save("maps/a.npy", EncodeKeyedMaps(std::vector<int>{}, std::vector<cv::Mat>{}));
  const ProgramResult result = Gradcut(
      {"refine", "photos/a.jpg", "maps", "-o", "out", "--save", "mask,probability,cam,overlay"});
  ASSERT_EQ(result.status, 0) << result.err;
  const MaskFile mask = ReadMask(folder_ / "out/a.png");
  EXPECT_EQ(mask.form, MaskForm::kPalette);
  EXPECT_EQ(mask.labels.size(), kSize);
  EXPECT_EQ(cv::countNonZero(mask.labels), 0);
  EXPECT_THAT(ReadNpy(folder_ / "out/a.probability.npy").shape, ElementsAre(1, 48, 64));
  EXPECT_TRUE(ReadClassMaps(folder_ / "out/a.cam.npy").keys.empty());
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

// Neither removed before they are read, nor replaced by what is made of them.
TEST_F(RefineTest, MapsAtThePlacesOfResultsAreRefused) {
  cv::Mat grey;
  Heat().convertTo(grey, CV_8UC1, 255);
  for (const char* const name : {"maps/sub/b.png", "own/a.png", "maps/a.png"})
    Save(name, EncodePng(grey));
  SavePhoto(folder_ / "own/a.jpg", 1);
  const std::string map = TextOf(folder_ / "own/a.png");
  const std::vector<std::vector<std::string>> commands = {
      {"refine", "own/a.jpg", "own/a.png", "-o", "own"},
      {"refine", "photos/sub", "maps", "-o", "maps/sub"}};
  for (std::vector<std::string> command : commands) {
    for (const char* const existing : {"skip", "overwrite"}) {
      command.insert(command.end(), {"--existing", existing});
      const ProgramResult result = Gradcut(command);
      EXPECT_EQ(result.status, 2) << result.err;
      EXPECT_THAT(result.err, HasSubstr(".png is read too and would be overwritten"));
      command.resize(5);
    }
  }
  for (const char* const name : {"maps/sub/b.png", "own/a.png"})
    EXPECT_EQ(TextOf(folder_ / name), map) << name;
}

}  // namespace
}  // namespace gradcut
