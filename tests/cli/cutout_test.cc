// Cut-outs: of masks that exist, and those that `mask` makes.
#include "gradcut/image/icc.h"
#include "gradcut/image/metadata.h"
#include "gradcut/image/turned_map.h"
#include "support/exif.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kWidth = 64, kHeight = 48;
const cv::Rect kObject(20, 10, 24, 20);

// Grey values: `inside` in the object, else `outside`.
cv::Mat Mask(double inside, double outside = 0, int type = CV_8UC1) {
  cv::Mat mask(kHeight, kWidth, type, cv::Scalar::all(outside));
  mask(kObject) = cv::Scalar::all(inside);
  return mask;
}

class CutoutCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "photos/sub");
    fs::create_directories(folder_ / "masks/sub");
    SavePhoto(folder_ / "photos/a.png", 1);
    Save("masks/a.png", Mask(255));
  }

  ProgramResult Gradcut(std::vector<std::string> arguments, const std::string& input = "") {
    return RunProgram(std::move(arguments), {.stdin_bytes = input, .folder = folder_.path()});
  }
  // `gradcut cutout photos masks -o out` and more.
  ProgramResult CutOut(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"cutout", "photos", "masks", "-o", "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Gradcut(arguments);
  }
  void Save(const fs::path& name, const cv::Mat& pixels) {
    ASSERT_TRUE(cv::imwrite((folder_ / name).string(), pixels));
  }
  // As OpenCV reads it, in RGB or RGBA.
  cv::Mat Decoded(const fs::path& name) const {
    cv::Mat pixels = cv::imread((folder_ / name).string(), cv::IMREAD_UNCHANGED);
    if (pixels.channels() == 4) cv::cvtColor(pixels, pixels, cv::COLOR_BGRA2RGBA);
    if (pixels.channels() == 3) cv::cvtColor(pixels, pixels, cv::COLOR_BGR2RGB);
    return pixels;
  }
  cv::Mat AlphaOf(const fs::path& name) const {
    cv::Mat alpha;
    cv::extractChannel(Decoded(name), alpha, 3);
    return alpha;
  }
  // What the cut-out by a mask file has as alpha, at a pixel of the object and one of the
  // background.
  std::pair<int, int> AlphaBy(const fs::path& mask) {
    const ProgramResult result = Gradcut(
        {"cutout", "photos/a.png", mask.string(), "-o", "by.png", "--existing", "overwrite"});
    EXPECT_EQ(result.status, 0) << result.err;
    const cv::Mat alpha = AlphaOf("by.png");
    return {alpha.at<std::uint8_t>(20, 30), alpha.at<std::uint8_t>(40, 5)};
  }

  TemporaryFolder folder_;
};

TEST_F(CutoutCommandTest, MirrorsTheFolderAndTellsOfEachPhoto) {
  SavePhoto(folder_ / "photos/sub/b.jpg", 2);
  Save("masks/sub/b.png", Mask(255));
  SavePhoto(folder_ / "photos/lonely.png", 3);
  const ProgramResult result = CutOut();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("photos/lonely.png: has no mask"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("a.cutout.png", "sub/b.cutout.png"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "failed", "ok"));
  const nlohmann::json entry = Manifest(folder_ / "out").front();
  EXPECT_EQ(entry["output"], "a.cutout.png");
  EXPECT_EQ(entry["mask"], "masks/a.png");
  EXPECT_NEAR(entry["area"].get<double>(), kObject.area() / double{kWidth * kHeight}, 1e-6);
  EXPECT_EQ(RunJson(folder_ / "out")["made_by"]["command"], "cutout");
}

TEST_F(CutoutCommandTest, TheObjectKeepsItsColoursAndTheRestHasNone) {
  ASSERT_EQ(CutOut().status, 0);
  const cv::Mat photo = Decoded("photos/a.png"), cutout = Decoded("out/a.cutout.png");
  for (int row = 0; row < kHeight; ++row)
    for (int col = 0; col < kWidth; ++col) {
      const auto pixel = photo.at<cv::Vec3b>(row, col);
      ASSERT_EQ(cutout.at<cv::Vec4b>(row, col), kObject.contains({col, row})
                                                    ? cv::Vec4b(pixel[0], pixel[1], pixel[2], 255)
                                                    : cv::Vec4b());
    }
}

// ---- Kinds of masks

TEST_F(CutoutCommandTest, GreysOfAMaskBecomeAlpha) {
  cv::Mat soft = Mask(255);
  cv::GaussianBlur(soft, soft, {}, 2);
  Save("soft.png", soft);
  ASSERT_EQ(AlphaBy("soft.png"), std::pair(255, 0));
  EXPECT_EQ(cv::norm(AlphaOf("by.png"), soft, cv::NORM_INF), 0);
  cv::Mat deep;
  soft.convertTo(deep, CV_16U, 257);
  Save("deep.png", deep);
  ASSERT_EQ(AlphaBy("deep.png"), std::pair(255, 0));
  EXPECT_EQ(cv::norm(AlphaOf("by.png"), soft, cv::NORM_INF), 0);
}

TEST_F(CutoutCommandTest, IdsIndicesAndVoidAreHardAlpha) {
  Save("ones.png", Mask(1));
  EXPECT_EQ(AlphaBy("ones.png"), std::pair(255, 0));
  Save("ids.png", Mask(7, 255));
  EXPECT_EQ(AlphaBy("ids.png"), std::pair(255, 0)) << "255 beside indices is void";
  WriteFileAtomically(folder_ / "voc.png", EncodeIndexedPng(Mask(15), VocPalette()));
  EXPECT_EQ(AlphaBy("voc.png"), std::pair(255, 0));
  WriteFileAtomically(folder_ / "void.png", EncodeIndexedPng(Mask(15, 255), VocPalette()));
  EXPECT_EQ(AlphaBy("void.png"), std::pair(255, 0));
}

TEST_F(CutoutCommandTest, TheAlphaOfACutOutIsAMask) {
  cv::Mat rgba(kHeight, kWidth, CV_8UC4, cv::Scalar(1, 2, 3, 0));
  rgba(kObject) = cv::Scalar(90, 80, 70, 100);
  Save("cut.png", rgba);
  EXPECT_EQ(AlphaBy("cut.png"), std::pair(100, 0));
  ASSERT_EQ(CutOut({"--feather", "2"}).status, 0);
  const cv::Mat soft = AlphaOf("out/a.cutout.png");
  ASSERT_EQ(AlphaBy("out/a.cutout.png"), std::pair(255, 0));
  EXPECT_EQ(cv::norm(AlphaOf("by.png"), soft, cv::NORM_INF), 0);
}

TEST_F(CutoutCommandTest, AMaskOfThePhotosShapeIsScaledAndStaysHard) {
  for (const double scale : {0.25, 0.5, 2.0}) {
    cv::Mat other;
    cv::resize(Mask(255), other, {}, scale, scale, cv::INTER_NEAREST);
    Save("other.png", other);
    ASSERT_EQ(AlphaBy("other.png"), std::pair(255, 0)) << scale;
    const cv::Mat alpha = AlphaOf("by.png");
    EXPECT_EQ(cv::countNonZero((alpha != 0) & (alpha != 255)), 0) << scale;
    EXPECT_NEAR(cv::countNonZero(alpha), kObject.area(), 60) << scale;
  }
  cv::Mat soft = Mask(255);
  cv::GaussianBlur(soft, soft, {}, 3);
  cv::resize(soft, soft, {}, 0.5, 0.5, cv::INTER_AREA);
  Save("soft.png", soft);
  AlphaBy("soft.png");
  EXPECT_GT(cv::countNonZero((AlphaOf("by.png") > 0) & (AlphaOf("by.png") < 255)), 100);
}

// Either size may have been rounded: 257 x 191 is four times 64 x 48, to the next row and column.
TEST_F(CutoutCommandTest, ShapesAreEqualButForRounding) {
  for (const cv::Size size : {cv::Size(257, 191), cv::Size(21, 16)}) {
    Save("other.png", cv::Mat(size, CV_8UC1, cv::Scalar(255)));
    EXPECT_EQ(AlphaBy("other.png"), std::pair(255, 255)) << size;
  }
}

TEST_F(CutoutCommandTest, AMaskOfAnotherShapeFailsItsPhoto) {
  Save("masks/a.png", cv::Mat(40, 40, CV_8UC1, cv::Scalar(255)));
  SavePhoto(folder_ / "photos/b.png", 2);
  Save("masks/b.png", Mask(255));
  const ProgramResult result = CutOut();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("masks/a.png: has 40x40 pixels, but photos/a.png has 64x48: "
                                    "expected a mask of the photo's size or shape"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("b.cutout.png"));
}

// A camera held upright: the file's pixels lie on their side, and so does a mask made of them.
TEST_F(CutoutCommandTest, AMaskOfTheFilesPixelsIsTurnedWithThem) {
  const std::vector<std::uint8_t> plain = EncodeJpeg(Photo(1), 95);
  WriteFileAtomically(folder_ / "photos/a.jpg",
                      WithMetadata(plain, {.exif = Exif({.orientation = 6, .maker = "Lens"})}));
  fs::remove(folder_ / "photos/a.png");
  ASSERT_EQ(CutOut().status, 0);
  EXPECT_EQ(Manifest(folder_ / "out").front()["turned"], true);
  cv::Mat upright;
  cv::rotate(Mask(255), upright, cv::ROTATE_90_CLOCKWISE);
  EXPECT_EQ(cv::norm(AlphaOf("out/a.cutout.png"), upright, cv::NORM_INF), 0);
  // The cut-out is upright, and says so.
  EXPECT_EQ(OrientationOf(ReadFile(folder_ / "out/a.cutout.png"), ""), 1);
  EXPECT_THAT(TextOf(folder_ / "out/a.cutout.png"), HasSubstr("Lens"));
  // One of the upright photo is taken as it is.
  Save("masks/a.png", upright);
  ASSERT_EQ(CutOut({"--existing", "overwrite"}).status, 0);
  EXPECT_FALSE(Manifest(folder_ / "out").front().contains("turned"));
}

TEST_F(CutoutCommandTest, WhatIsNoMaskFailsItsPhoto) {
  for (const char* const content : {"", "text", "\x89PNG\r\n\x1a\n"}) {
    WriteFileAtomically(folder_ / "masks/a.png",
                        std::vector<std::uint8_t>(content, content + std::strlen(content)));
    const ProgramResult result = CutOut({"--existing", "overwrite"});
    EXPECT_EQ(result.status, 1) << content;
    EXPECT_THAT(result.err, HasSubstr("masks/a.png: ")) << content;
  }
}

// ---- What is made of them

TEST_F(CutoutCommandTest, FormatsHoldTheSamePicture) {
  ASSERT_EQ(CutOut({"--feather", "2"}).status, 0);
  const cv::Mat png = Decoded("out/a.cutout.png");
  ASSERT_EQ(
      Gradcut({"cutout", "photos", "masks", "-o", "webp", "--feather", "2", "--format", "webp"})
          .status,
      0);
  EXPECT_EQ(cv::norm(Decoded("webp/a.cutout.webp"), png, cv::NORM_INF), 0);
  ASSERT_EQ(Gradcut({"cutout", "photos", "masks", "-o", "lossy", "--feather", "2", "--format",
                     "webp", "--quality", "60"})
                .status,
            0);
  EXPECT_EQ(cv::norm(AlphaOf("lossy/a.cutout.webp"), AlphaOf("out/a.cutout.png"), cv::NORM_INF), 0);
  ASSERT_EQ(Gradcut({"cutout", "photos", "masks", "-o", "jpeg", "--background", "lime", "--format",
                     "jpeg"})
                .status,
            0);
  const cv::Vec3b corner = Decoded("jpeg/a.cutout.jpg").at<cv::Vec3b>(2, 2);
  EXPECT_LE(cv::norm(corner, cv::Vec3b(0, 255, 0), cv::NORM_INF), 4) << corner;
}

TEST_F(CutoutCommandTest, ContradictionsAreSaidBeforeAnyWork) {
  const std::pair<std::vector<std::string>, const char*> wrong[] = {
      {{"--format", "jpeg"}, "--format jpeg: cannot hold what is transparent; give --background"},
      {{"--quality", "50"}, "--quality 50: PNG is lossless; take --format webp or jpeg"},
      {{"--format", "gif"}, "--format or --render.format = gif, must be one of png, webp, jpeg"},
      {{"--background", "pnik"},
       "--background or --render.background = pnik, must be transparent, blur"},
      {{"--crop", "objekt"},
       "--crop or --render.crop = objekt, must be none, object or object:MARGIN"},
      {{"--crop", "object:"}, "--crop or --render.crop = object:, must be"},
      {{"--crop", "object:-3"}, "--crop or --render.crop = object:-3, must be"},
      {{"--feather", "6%"},
       "--feather or --render.feather = 6%, must be a number in [0, 200], or "
       "percent in [0%, 5%]"},
      {{"--feather", "%"}, "--feather or --render.feather = %, must be"},
  };
  for (const auto& [flags, message] : wrong) {
    const ProgramResult result = CutOut(flags);
    EXPECT_EQ(result.status, 2) << message;
    EXPECT_THAT(result.err, HasSubstr(message));
  }
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(CutoutCommandTest, CropLeavesTheObjectAndAMargin) {
  ASSERT_EQ(CutOut({"--crop", "object"}).status, 0);
  const cv::Mat whole = Decoded("photos/a.png");
  cv::Mat colours;
  cv::cvtColor(Decoded("out/a.cutout.png"), colours, cv::COLOR_RGBA2RGB);
  EXPECT_EQ(cv::norm(colours, whole(kObject), cv::NORM_INF), 0);
  // A quarter of the longer side, 24; at the right and below no further than the photo.
  ASSERT_EQ(CutOut({"--existing", "overwrite", "--crop", "object:25%"}).status, 0);
  EXPECT_EQ(Decoded("out/a.cutout.png").size(), cv::Size(24 + 12, 20 + 12));
  ASSERT_EQ(CutOut({"--existing", "overwrite", "--crop", "object:15"}).status, 0);
  EXPECT_EQ(Decoded("out/a.cutout.png").size(), cv::Size(24 + 30, 10 + 20 + 15));
  // Nothing to crop to.
  Save("masks/a.png", Mask(0));
  const ProgramResult result = CutOut({"--existing", "overwrite", "--crop", "object"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("photos/a.png: the mask is empty"));
  EXPECT_EQ(Decoded("out/a.cutout.png").size(), cv::Size(kWidth, kHeight));
}

TEST_F(CutoutCommandTest, APictureCoversTheBackground) {
  // Left red, right blue, twice as wide as high: its sides are cut off evenly.
  cv::Mat scene(50, 100, CV_8UC3, cv::Scalar(255, 0, 0));
  scene.colRange(0, 50) = cv::Scalar(0, 0, 255);
  Save("scene.png", scene);
  ASSERT_EQ(CutOut({"--background", "scene.png"}).status, 0);
  cv::Mat cutout = Decoded("out/a.cutout.png");
  ASSERT_EQ(cutout.type(), CV_8UC3);
  EXPECT_EQ(cutout.at<cv::Vec3b>(2, 2), cv::Vec3b(255, 0, 0));
  EXPECT_EQ(cutout.at<cv::Vec3b>(2, 28), cv::Vec3b(255, 0, 0));
  EXPECT_EQ(cutout.at<cv::Vec3b>(2, 36), cv::Vec3b(0, 0, 255));
  EXPECT_EQ(cutout.at<cv::Vec3b>(20, 30), Decoded("photos/a.png").at<cv::Vec3b>(20, 30));
  // Another picture of that name is another run.
  Save("scene.png", cv::Mat(50, 100, CV_8UC3, cv::Scalar(0, 255, 0)));
  EXPECT_EQ(CutOut({"--background", "scene.png"}).status, 2);
  WriteFileAtomically(folder_ / "bad.png", std::vector<std::uint8_t>{'x'});
  const ProgramResult result = CutOut({"--existing", "overwrite", "--background", "bad.png"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("bad.png: is not an image but text"));
}

TEST_F(CutoutCommandTest, FeatherMayBeAShareOfThePhoto) {
  ASSERT_EQ(CutOut({"--feather", "5%"}).status, 0);
  ASSERT_EQ(Gradcut({"cutout", "photos", "masks", "-o", "pixels", "--feather", "3"}).status, 0);
  EXPECT_TRUE(TextOf(folder_ / "out/a.cutout.png") == TextOf(folder_ / "pixels/a.cutout.png"))
      << "5 % of 64 are 3";
  EXPECT_EQ(RunJson(folder_ / "out")["recipe"]["render"]["feather"], "5%");
  EXPECT_EQ(RunJson(folder_ / "pixels")["recipe"]["render"]["feather"], 3);
}

TEST_F(CutoutCommandTest, MatteIsAnotherSoftEdge) {
  ASSERT_EQ(CutOut({"--feather", "3"}).status, 0);
  ASSERT_EQ(
      Gradcut({"cutout", "photos", "masks", "-o", "matte", "--feather", "3", "--matte"}).status, 0);
  EXPECT_EQ(RunJson(folder_ / "matte")["recipe"]["render"]["matte"], true);
  EXPECT_FALSE(TextOf(folder_ / "out/a.cutout.png") == TextOf(folder_ / "matte/a.cutout.png"));
}

TEST_F(CutoutCommandTest, EveryFormatKeepsProfileAndExif) {
  std::vector<std::uint8_t> profile(200);
  profile[3] = 200;
  for (std::size_t i = 132; i < profile.size(); ++i) profile[i] = static_cast<std::uint8_t>(i);
  std::copy_n("mntr", 4, profile.begin() + 12);
  std::copy_n("RGB ", 4, profile.begin() + 16);
  std::copy_n("XYZ ", 4, profile.begin() + 20);
  std::copy_n("acsp", 4, profile.begin() + 36);
  fs::remove(folder_ / "photos/a.png");
  WriteFileAtomically(
      folder_ / "photos/a.jpg",
      WithMetadata(EncodeJpeg(Photo(1), 95),
                   {.icc = profile, .exif = Exif({.orientation = 3, .maker = "Lens & Sons"})}));
  for (const auto& [format, file] :
       {std::pair("png", "a.cutout.png"), {"webp", "a.cutout.webp"}, {"jpeg", "a.cutout.jpg"}}) {
    const std::string out = std::string("out-") + format;
    ASSERT_EQ(Gradcut({"cutout", "photos", "masks", "-o", out, "--format", format, "--background",
                       "white"})
                  .status,
              0);
    const std::vector<std::uint8_t> bytes = ReadFile(folder_ / out / file);
    EXPECT_EQ(IccProfileOf(bytes), profile) << format;
    EXPECT_EQ(OrientationOf(bytes, ""), 1) << format;
    EXPECT_THAT(TextOf(folder_ / out / file), HasSubstr("Lens & Sons")) << format;
  }
}

// ---- A batch like every other

TEST_F(CutoutCommandTest, GoesOnWhereItWasAndFollowsChangedMasks) {
  SavePhoto(folder_ / "photos/sub/b.jpg", 2);
  Save("masks/sub/b.png", Mask(255));
  ASSERT_EQ(CutOut().status, 0);
  EXPECT_THAT(CutOut().err, HasSubstr("0 done, 2 skipped, 0 failed"));
  Save("masks/a.png", Mask(0, 255));
  EXPECT_THAT(CutOut().err, HasSubstr("1 done, 1 skipped, 0 failed"));
  EXPECT_EQ(AlphaOf("out/a.cutout.png").at<std::uint8_t>(20, 30), 0);
  EXPECT_EQ(CutOut({"--feather", "2"}).status, 2) << "another recipe is never mixed in";
  EXPECT_THAT(CutOut({"--shard", "0/2", "--existing", "overwrite"}).err, HasSubstr("2 done"));
  EXPECT_THAT(CutOut({"--shard", "1/2"}).err, HasSubstr("0 done"));
}

TEST_F(CutoutCommandTest, ACutOutWithoutItsMaskIsNotSkipped) {
  SavePhoto(folder_ / "photos/b.png", 2);
  Save("masks/b.png", Mask(255));
  ASSERT_EQ(CutOut().status, 0);
  fs::remove(folder_ / "masks/b.png");
  const ProgramResult result = CutOut();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("photos/b.png: has no mask"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("a.cutout.png", "b.cutout.png"));
}

TEST_F(CutoutCommandTest, SourcesOfAnotherTypeTellNothing) {
  ASSERT_EQ(CutOut().status, 0);
  const fs::path manifest = folder_ / "out/manifest.jsonl";
  nlohmann::json entry = Manifest(folder_ / "out").front();
  entry["sources"] = {{"photo", 1}, {"mask", 2}};
  WriteFileAtomically(manifest, entry.dump() + "\n");
  fs::remove(folder_ / "masks/a.png");
  SavePhoto(folder_ / "photos/b.png", 2);
  Save("masks/b.png", Mask(255));
  const ProgramResult result = CutOut();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 done, 1 skipped"));
}

TEST_F(CutoutCommandTest, MasksAreNeverOverwritten) {
  ASSERT_EQ(Gradcut({"mask", "photos", "-o", "made"}).status, 0);
  for (const std::string out : {"made", "made/a.png"}) {
    const ProgramResult result =
        Gradcut({"cutout", "photos/a.png", out, "-o", out, "--existing", "overwrite"});
    EXPECT_EQ(result.status, 2) << out;
    EXPECT_THAT(result.err, HasSubstr("is where the masks are"));
    EXPECT_THAT(ResultNames(folder_ / "made"), ElementsAre("a.png"));
  }
}

TEST_F(CutoutCommandTest, AnyNumberOfJobsMakesTheSameBytes) {
  for (int i = 0; i < 6; ++i) {
    const std::string name = std::to_string(i);
    SavePhoto(folder_ / ("photos/" + name + ".jpg"), i, {200, 150 + i});
    Save("masks/" + name + ".png", Mask(255));
  }
  fs::remove(folder_ / "photos/a.png");
  const auto with_jobs = [&](const std::string& jobs) {
    Gradcut({"cutout", "photos", "masks", "-o", "j" + jobs, "--feather", "3", "--jobs", jobs});
    return Results(folder_ / ("j" + jobs));
  };
  const auto one = with_jobs("1");
  EXPECT_FALSE(one.empty());
  EXPECT_TRUE(one == with_jobs("4"));
}

TEST_F(CutoutCommandTest, OneMaskFileGoesWithOnePhotoOrAStream) {
  ASSERT_EQ(Gradcut({"cutout", "photos/a.png", "masks/a.png", "-o", "one.png"}).status, 0);
  const ProgramResult stream =
      Gradcut({"cutout", "-", "masks/a.png"}, TextOf(folder_ / "photos/a.png"));
  EXPECT_EQ(stream.status, 0) << stream.err;
  EXPECT_TRUE(stream.out == TextOf(folder_ / "one.png"));
  SavePhoto(folder_ / "photos/b.png", 2);
  const ProgramResult many = Gradcut({"cutout", "photos", "masks/a.png", "-o", "out"});
  EXPECT_EQ(many.status, 1);
  EXPECT_THAT(many.err, HasSubstr("masks/a.png: is one file, for 2 images"));
  const ProgramResult named =
      Gradcut({"cutout", "photos/a.png", "masks", "-o", "x.png", "--format", "webp"});
  EXPECT_EQ(named.status, 2);
  EXPECT_THAT(named.err,
              HasSubstr("-o x.png: cutout is written as .webp; name a file that ends so, or a "
                        "folder, or give --format png"));
}

TEST_F(CutoutCommandTest, AFullDiskEndsItAndItGoesOnLater) {
  SavePhoto(folder_ / "photos/large.png", 3, {800, 600});
  Save("masks/large.png", cv::Mat(600, 800, CV_8UC1, cv::Scalar(255)));
  const ProgramResult full = RunProgram({"cutout", "photos", "masks", "-o", "out", "--jobs", "1"},
                                        {.folder = folder_.path(), .max_file_bytes = 100000});
  EXPECT_EQ(full.status, 1);
  EXPECT_THAT(full.err, HasSubstr("out/large.cutout.png"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("a.cutout.png"));
  EXPECT_THAT(CutOut().err, HasSubstr("1 done, 1 skipped, 0 failed"));
}

// Four photos of 24 megapixels at a time would take more than a gigabyte.
TEST_F(CutoutCommandTest, FewerPhotosAtATimeWhereMemoryIsShort) {
  fs::remove(folder_ / "photos/a.png");
  for (const char* const name : {"1", "2", "3", "4"}) {
    WriteFileAtomically(folder_ / "photos" / (std::string(name) + ".jpg"),
                        EncodeJpeg(cv::Mat(4000, 6000, CV_8UC3, cv::Scalar(9, 9, 9)), 50));
    Save(fs::path("masks") / (std::string(name) + ".png"), Mask(255)(cv::Rect(0, 0, 63, 42)));
  }
  const ProgramResult result =
      RunProgram({"cutout", "photos", "masks", "-o", "out", "--jobs", "4"},
                 {.folder = folder_.path(), .max_memory_bytes = rlim_t{900} << 20});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("a photo of 24 megapixels takes about"));
  EXPECT_THAT(result.err, HasSubstr("of that size at a time"));
  EXPECT_THAT(ResultNames(folder_ / "out"), testing::SizeIs(4));
}

// ---- The same of `mask`

TEST_F(CutoutCommandTest, MaskMakesTheSameCutOut) {
  ASSERT_EQ(Gradcut({"mask", "photos", "-o", "m", "--save", "mask,cutout", "--feather", "1%",
                     "--crop", "object:2", "--format", "webp"})
                .status,
            0);
  EXPECT_THAT(ResultNames(folder_ / "m"), ElementsAre("a.cutout.webp", "a.png"));
  ASSERT_EQ(Gradcut({"cutout", "photos", "m", "-o", "c", "--feather", "1%", "--crop", "object:2",
                     "--format", "webp"})
                .status,
            0);
  EXPECT_TRUE(TextOf(folder_ / "m/a.cutout.webp") == TextOf(folder_ / "c/a.cutout.webp"));
  EXPECT_EQ(Manifest(folder_ / "m").front()["files"], nlohmann::json({"a.cutout.webp", "a.png"}));
}

TEST_F(CutoutCommandTest, MaskPointsToItWhereOnlyTheDrawingDiffers) {
  ASSERT_EQ(Gradcut({"mask", "photos", "-o", "m"}).status, 0);
  const ProgramResult result = Gradcut({"mask", "photos", "-o", "m", "--feather", "2"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("gradcut cutout makes other cut-outs of the masks there"));
  EXPECT_THAT(Gradcut({"mask", "photos", "-o", "m", "--fill-holes", "--feather", "2"}).err,
              Not(HasSubstr("gradcut cutout")));
}

TEST_F(CutoutCommandTest, ReportShowsARunOfCutOuts) {
  ASSERT_EQ(CutOut().status, 0);
  const ProgramResult result = Gradcut({"report", "out"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(fs::exists(folder_ / "out/report.html"));
}

}  // namespace
}  // namespace gradcut
