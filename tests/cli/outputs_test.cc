// Which files a run makes of which inputs, and what is in them.
#include "gradcut/image/icc.h"
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

class OutputsTest : public ::testing::Test {
 protected:
  // Runs in the temporary folder.
  ProgramResult Gradcut(const std::vector<std::string>& arguments, const std::string& input = "") {
    return RunProgram(arguments, {.stdin_bytes = input, .folder = folder_.path()});
  }
  cv::Mat Decoded(const fs::path& name) const {
    return cv::imread((folder_ / name).string(), cv::IMREAD_UNCHANGED);
  }

  TemporaryFolder folder_;
};

TEST_F(OutputsTest, EveryKindHasThePhotosSize) {
  SavePhoto(folder_ / "a.jpg", 1, {64, 48});
  const ProgramResult result =
      Gradcut({"mask", "a.jpg", "-o", "out", "--save", "mask,heatmap,probability,overlay,cutout"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(
      ResultNames(folder_ / "out"),
      ElementsAre("a.cutout.png", "a.heatmap.png", "a.overlay.jpg", "a.png", "a.probability.npy"));
  const cv::Mat mask = Decoded("out/a.png");
  const cv::Mat cutout = Decoded("out/a.cutout.png");
  EXPECT_EQ(mask.type(), CV_8UC1);
  EXPECT_EQ(cutout.type(), CV_8UC4);
  EXPECT_EQ(Decoded("out/a.heatmap.png").type(), CV_8UC3);
  EXPECT_EQ(Decoded("out/a.overlay.jpg").type(), CV_8UC3);
  for (const char* const name : {"a.png", "a.cutout.png", "a.heatmap.png", "a.overlay.jpg"})
    EXPECT_EQ(Decoded(fs::path("out") / name).size(), cv::Size(64, 48)) << name;
  EXPECT_EQ(cv::countNonZero(mask == 0) + cv::countNonZero(mask == 255), 64 * 48);
  EXPECT_GT(cv::countNonZero(mask), 0);
  cv::Mat alpha;
  cv::extractChannel(cutout, alpha, 3);
  EXPECT_EQ(cv::norm(alpha, mask, cv::NORM_L1), 0);

  const NpyArray probability = ReadNpy(folder_ / "out/a.probability.npy");
  EXPECT_THAT(probability.shape, ElementsAre(48, 64));
  for (const float value : probability.As<float>()) ASSERT_TRUE(value >= 0 && value <= 1) << value;
}

TEST_F(OutputsTest, CutoutsAndOverlaysKeepTheColourProfileAndAlphaIsSoft) {
  // A profile's header, no tag, and bytes that belong to none, in a segment APP2.
  std::vector<std::uint8_t> profile(200), jpeg = EncodeJpeg(Photo(1, {64, 48}), 95);
  profile[3] = 200;
  for (std::size_t i = 132; i < profile.size(); ++i) profile[i] = static_cast<std::uint8_t>(i);
  std::copy_n("mntr", 4, profile.begin() + 12);
  std::copy_n("RGB ", 4, profile.begin() + 16);
  std::copy_n("XYZ ", 4, profile.begin() + 20);
  std::copy_n("acsp", 4, profile.begin() + 36);
  const std::string head = std::string("\xff\xe2\0\xd8", 4) + std::string("ICC_PROFILE\0\1\1", 14);
  jpeg.insert(jpeg.begin() + 2, profile.begin(), profile.end());
  jpeg.insert(jpeg.begin() + 2, head.begin(), head.end());
  WriteFileAtomically(folder_ / "a.jpg", jpeg);
  const ProgramResult result =
      Gradcut({"mask", "a.jpg", "-o", "out", "--save", "mask,cutout,overlay", "--feather", "3"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(IccProfileOf(ReadFile(folder_ / "out/a.cutout.png")), profile);
  EXPECT_EQ(IccProfileOf(ReadFile(folder_ / "out/a.overlay.jpg")), profile);
  EXPECT_TRUE(IccProfileOf(ReadFile(folder_ / "out/a.png")).empty());
  cv::Mat alpha;
  cv::extractChannel(Decoded("out/a.cutout.png"), alpha, 3);
  EXPECT_GT(cv::countNonZero((alpha > 10) & (alpha < 245)), 10);
  const ProgramResult stream =
      Gradcut({"mask", "-", "--save", "cutout", "--feather", "3"}, TextOf(folder_ / "a.jpg"));
  EXPECT_TRUE(stream.out == TextOf(folder_ / "out/a.cutout.png"));
}

// What is transparent stays so; what is removed keeps no colours.
TEST_F(OutputsTest, CutoutsKeepThePhotosAlpha) {
  cv::Mat photo;
  cv::cvtColor(Photo(1), photo, cv::COLOR_RGB2RGBA);
  photo.rowRange(0, 24).forEach<cv::Vec4b>([](cv::Vec4b& pixel, const int*) { pixel[3] = 102; });
  WriteFileAtomically(folder_ / "a.png", EncodePng(photo));
  ASSERT_EQ(Gradcut({"mask", "a.png", "-o", "out", "--save", "mask,cutout"}).status, 0);
  const cv::Mat mask = Decoded("out/a.png"), cutout = Decoded("out/a.cutout.png");
  ASSERT_GT(cv::countNonZero(mask.rowRange(0, 24)), 0);
  cv::cvtColor(photo, photo, cv::COLOR_RGBA2BGRA);
  for (int row = 0; row < photo.rows; ++row)
    for (int col = 0; col < photo.cols; ++col)
      ASSERT_EQ(cutout.at<cv::Vec4b>(row, col), mask.at<std::uint8_t>(row, col) == 0
                                                    ? cv::Vec4b(0, 0, 0, 0)
                                                    : photo.at<cv::Vec4b>(row, col));
}

TEST_F(OutputsTest, DrawingOptionsHaveTwoNamesAndAreKept) {
  SavePhoto(folder_ / "a.png", 1);
  ASSERT_EQ(Gradcut({"mask", "a.png", "-o", "short", "--save", "cutout,heatmap", "--background",
                     "#ff0000", "--colour-map", "grey", "--keep-largest", "--fill-holes",
                     "--min-area", "0.01"})
                .status,
            0);
  ASSERT_EQ(
      Gradcut({"mask", "a.png", "-o", "long", "--save", "cutout,heatmap", "--render.background",
               "#ff0000", "--render.colour_map", "grey", "--mask.keep_largest", "true",
               "--mask.fill_holes", "true", "--mask.min_area", "0.01"})
          .status,
      0);
  ASSERT_EQ(Gradcut({"mask", "a.png", "-o", "again", "--save", "cutout,heatmap", "--config",
                     "short/run.json"})
                .status,
            0);
  EXPECT_EQ(RunJson(folder_ / "short").at("recipe"), RunJson(folder_ / "long").at("recipe"));
  EXPECT_EQ(RunJson(folder_ / "short").at("recipe").at("render").at("background"), "#ff0000");
  for (const char* const other : {"long", "again"})
    EXPECT_TRUE(Results(folder_ / "short") == Results(folder_ / other)) << other;
  EXPECT_EQ(Decoded("short/a.cutout.png").at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 255));
}

TEST_F(OutputsTest, FlagsOfCutoutsWithoutAnyAreAWarning) {
  SavePhoto(folder_ / "a.jpg", 1);
  const std::vector<std::string> flags = {"-q", "--background", "white", "--render.feather", "2"};
  std::vector<std::string> mask = {"mask", "a.jpg", "-o", "out"};
  mask.insert(mask.end(), flags.begin(), flags.end());
  EXPECT_EQ(Gradcut(mask).err,
            "warning: --feather: is for cut-outs, and none is made: add --save cutout\n"
            "warning: --background: is for cut-outs, and none is made: add --save cutout\n");
  mask.insert(mask.end(), {"--save", "cutout"});
  EXPECT_EQ(Gradcut(mask).err, "");
}

TEST_F(OutputsTest, AFormatThatCannotHoldThePhotoIsSaidWithItsName) {
  cv::imwrite((folder_ / "long.png").string(), cv::Mat::zeros(2, 70000, CV_8UC3));
  const ProgramResult result =
      Gradcut({"mask", "long.png", "-o", "out", "-q", "--save", "mask,overlay"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("long.png: JPEG cannot hold an image of 70000x2 pixels, at most 65500 a "
                        "side; nothing is made of it with --save mask,overlay"));
}

TEST_F(OutputsTest, ResultsAsPhotosAreAWarning) {
  SavePhoto(folder_ / "in/a.png", 1);
  EXPECT_EQ(Gradcut({"mask", "in", "-o", "out"}).err.find("warning"), std::string::npos);
  EXPECT_THAT(Gradcut({"mask", "out", "-o", "again"}).err,
              HasSubstr("warning: out holds results of gradcut, which are taken for photos too"));
}

TEST_F(OutputsTest, ResultsBelowAnInputAreLeftOut) {
  SavePhoto(folder_ / "a.jpg", 1);
  SavePhoto(folder_ / "sub/b.jpg", 2);
  ASSERT_EQ(Gradcut({"mask", ".", "-o", "masks"}).status, 0);
  ASSERT_EQ(Gradcut({"mask", "sub", "-o", "sub/shard", "--shard", "0/1"}).status, 0);
  const ProgramResult result = Gradcut({"mask", ".", "-o", "cut", "--save", "cutout"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(ResultNames(folder_ / "cut"), ElementsAre("a.cutout.png", "sub/b.cutout.png"));
  for (const char* const folder : {"./masks", "./sub/shard"}) {
    const std::string said =
        "warning: " + std::string(folder) + " is left out: it holds results of gradcut\n";
    EXPECT_THAT(result.err, HasSubstr(said));
    EXPECT_EQ(result.err.find(said), result.err.rfind(said));
  }
  EXPECT_THAT(ManifestColumn(folder_ / "cut", "path"), ElementsAre("./a.jpg", "./sub/b.jpg"));
}

TEST_F(OutputsTest, OneResultOfOneImageCanBeAFile) {
  SavePhoto(folder_ / "a.jpg", 1);
  ASSERT_EQ(Gradcut({"mask", "a.jpg", "-o", "out", "--save", "mask,overlay,probability"}).status,
            0);
  for (const auto& [kind, file] : {std::pair("mask", "a.png"),
                                   {"overlay", "a.overlay.jpg"},
                                   {"probability", "a.probability.npy"}}) {
    const std::string name = "new/x" + fs::path(file).extension().string();
    const ProgramResult result = Gradcut({"mask", "a.jpg", "-o", name, "--save", kind});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(TextOf(folder_ / name) == TextOf(folder_ / "out" / file)) << kind;
  }
  EXPECT_THAT(ResultNames(folder_ / "new"), ElementsAre("x.jpg", "x.npy", "x.png"));
  const std::string before = TextOf(folder_ / "new/x.png");
  const ProgramResult again = Gradcut({"mask", "a.jpg", "-o", "new/x.png", "--preset", "classic"});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.err, HasSubstr("new/x.png: exists; give --existing overwrite"));
  EXPECT_TRUE(TextOf(folder_ / "new/x.png") == before);
  EXPECT_EQ(Gradcut({"mask", "a.jpg", "-o", "new/x.png", "--preset", "classic", "--existing",
                     "overwrite"})
                .status,
            0);
}

TEST_F(OutputsTest, NamesOfFilesAreNoFolders) {
  SavePhoto(folder_ / "a.png", 1);
  SavePhoto(folder_ / "b.png", 2);
  const std::string before = TextOf(folder_ / "a.png");
  for (const auto& [arguments, said] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"a.png", "b.png", "-o", "x.png"}, "-o x.png: looks like a file, expected a folder"},
           {{".", "-o", "x.JPG"}, "-o x.JPG: looks like a file, expected a folder"},
           {{"a.png", "-o", "-"}, "-o -: is no folder"},
           {{"a.png", "-o", "x.png", "--save", "mask,cutout"}, "-o x.png: a file holds one result"},
           {{"a.png", "-o", "x.jpg"}, "-o x.jpg: mask is written as .png"},
           {{"a.png", "-o", "x.png", "--shard", "0/1"}, "--shard need a folder"},
           {{"a.png", "-o", "a.png", "--existing", "overwrite"}, "a.png: is read too"},
           {{"a.png", "b.png", "-o", "a.png", "--existing", "overwrite"}, "-o a.png: is a file"}}) {
    std::vector<std::string> command = {"mask"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const ProgramResult result = Gradcut(command);
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_THAT(Lines(result.err), ElementsAre(HasSubstr(said)));
  }
  for (const char* const name : {"x.png", "x.JPG", "x.jpg", "-"})
    EXPECT_FALSE(fs::exists(folder_ / name)) << name;
  EXPECT_TRUE(TextOf(folder_ / "a.png") == before);
  // Unless they are, or are to be.
  EXPECT_EQ(Gradcut({"mask", "a.png", "-o", "x.png/"}).status, 0);
  EXPECT_EQ(Gradcut({"mask", "a.png", "b.png", "-o", "x.png"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "x.png"), ElementsAre("a.png", "b.png"));
}

TEST_F(OutputsTest, RareFormatsAreReadToo) {
  for (const char* const name : {"rgb.bmp", "rgb16.tif", "lossless.webp", "oriented.tif"})
    fs::copy(fs::path(GRADCUT_TEST_DATA) / "images" / name, folder_ / name);
  ASSERT_EQ(Gradcut({"mask", "rgb.bmp", "rgb16.tif", "lossless.webp", "oriented.tif", "-o", "out"})
                .status,
            0);
  for (const nlohmann::json& entry : Manifest(folder_ / "out"))
    EXPECT_EQ(Decoded(fs::path("out") / entry["output"].get<std::string>()).size(),
              cv::Size(entry["width"], entry["height"]));
}

TEST_F(OutputsTest, SaliencySavesHeatMaps) {
  SavePhoto(folder_ / "a.png", 1);
  const ProgramResult result =
      Gradcut({"saliency", "a.png", "-o", "out", "--save", "heatmap,probability,overlay"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(ResultNames(folder_ / "out"),
              ElementsAre("a.heatmap.png", "a.overlay.jpg", "a.probability.npy"));
  EXPECT_EQ(Decoded("out/a.heatmap.png").size(), cv::Size(64, 48));
  const std::vector<double> heat = ReadNpy(folder_ / "out/a.probability.npy").ToDoubles();
  EXPECT_EQ(heat.size(), 64u * 48u);
  EXPECT_GT(*std::max_element(heat.begin(), heat.end()), 0.9);
}

TEST_F(OutputsTest, SubfoldersAreMirroredAndTheOutputIsNotReadAgain) {
  SavePhoto(folder_ / "top.jpg", 0);
  SavePhoto(folder_ / "sub/deep/b.png", 1);
  SavePhoto(folder_ / "[x,y]/{}/c.png", 2);
  EXPECT_EQ(Gradcut({"mask", ".", "-o", "out"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "out"),
              ElementsAre("[x,y]/{}/c.png", "sub/deep/b.png", "top.png"));
  EXPECT_EQ(Gradcut({"mask", ".", "-o", "out"}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"),
              ElementsAre("skipped", "skipped", "skipped"));
  // Brackets are part of the name, not a list of the command line.
  EXPECT_EQ(Gradcut({"mask", "[x,y]", "-o", "other"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "other"), ElementsAre("{}/c.png"));
}

TEST_F(OutputsTest, ListNamesTheInputs) {
  SavePhoto(folder_ / "sub/a.png", 0);
  SavePhoto(folder_ / "b c.png", 1);
  WriteFileAtomically(folder_ / "list.txt", "b c.png\n\nsub/a.png\r\nmissing.png\n");
  const ProgramResult result = Gradcut({"mask", "@list.txt", "-o", "out"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("error: missing.png: "));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("b c.png", "sub/a.png"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "path"),
              ElementsAre("b c.png", "sub/a.png", "missing.png"));
}

TEST_F(OutputsTest, StreamsCarryTheSameMask) {
  SavePhoto(folder_ / "a.jpg", 3);
  ASSERT_EQ(Gradcut({"mask", "a.jpg", "-o", "out"}).status, 0);
  const ProgramResult result = Gradcut({"mask", "-", "--quiet"}, TextOf(folder_ / "a.jpg"));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(result.out == TextOf(folder_ / "out/a.png"));
}

TEST_F(OutputsTest, BadStreamIsOneLineAndNoOutput) {
  const ProgramResult result = Gradcut({"mask", "-", "--quiet"}, "no image");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "error: standard input: is not an image but text\n");
}

TEST_F(OutputsTest, AClosedStandardOutputIsAFailure) {
  SavePhoto(folder_ / "a.jpg", 3);
  for (const std::string command : {"mask - -q < a.jpg >&-", "--version >&-", "models list >&-"}) {
    const ProgramResult result = RunProgram({"-c", "exec \"$0\" " + command, GRADCUT_PROGRAM},
                                            {.program = "/bin/sh", .folder = folder_.path()});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_THAT(result.err, HasSubstr("error: standard output: cannot be written")) << command;
  }
}

TEST_F(OutputsTest, OddNamesWork) {
  const std::vector<std::string> stems = {
      "mit leer", "größe 日本",          "-o",      "a\nb", "--config=x", "%s{}", "a.b.c",
      "'q\"",     std::string(200, 'n'), "\xff\xfe"};
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < stems.size(); ++i) {
    SavePhoto(folder_ / "in" / (stems[i] + ".jpg"), static_cast<int>(i));
    expected.push_back(stems[i] + ".png");
  }
  const ProgramResult result = Gradcut({"mask", "in", "-o", "out dir/ü"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(ResultNames(folder_ / "out dir/ü"), UnorderedElementsAreArray(expected));
  EXPECT_EQ(Manifest(folder_ / "out dir/ü").size(), stems.size());
}

TEST_F(OutputsTest, NamesLikeFlagsFollowTwoDashes) {
  SavePhoto(folder_ / "-x.png", 0);
  SavePhoto(folder_ / "-y.png", 1);
  EXPECT_EQ(Gradcut({"mask", "-o", "out", "--", "-x.png"}).status, 0);
  EXPECT_EQ(Gradcut({"mask", "./-y.png", "-o", "out"}).status, 0);
  EXPECT_THAT(Gradcut({"mask", "-x.png", "-o", "out"}).err,
              HasSubstr("unknown flag '-x.png'; if it is the file, write ./-x.png"));
  EXPECT_THAT(Gradcut({"mask", "--", "-x.png", "-o", "out"}).err,
              HasSubstr("behind -- are inputs"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("-x.png", "-y.png"));
}

TEST_F(OutputsTest, ShardsTogetherAreTheWhole) {
  for (int i = 0; i < 5; ++i) SavePhoto(folder_ / "in" / (std::to_string(i) + ".png"), i);
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "whole"}).status, 0);
  std::size_t entries = 0;
  for (const std::string index : {"0", "1"}) {
    ASSERT_EQ(Gradcut({"mask", "in", "-o", "parts", "--shard", index + "/2"}).status, 0);
    const std::string name = "manifest." + index + "-of-2.jsonl";
    for (const nlohmann::json& entry : Manifest(folder_ / "parts", name)) {
      EXPECT_EQ(entry["status"], "ok");
      ++entries;
    }
  }
  EXPECT_EQ(entries, 5u);
  EXPECT_TRUE(Results(folder_ / "parts") == Results(folder_ / "whole"));
  // The whole run after its shards has nothing to do, and one manifest of all they did.
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "parts"}).status, 0);
  for (const nlohmann::json& entry : Manifest(folder_ / "parts")) {
    EXPECT_EQ(entry["status"], "skipped");
    EXPECT_EQ(entry["classes"].size(), 5u);
  }
}

class CollisionTest : public OutputsTest {
 protected:
  void ExpectRefused(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& said) {
    const ProgramResult result = Gradcut(arguments);
    EXPECT_EQ(result.status, 2);
    for (const std::string& part : said) EXPECT_THAT(result.err, HasSubstr(part));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }
};

TEST_F(CollisionTest, TwoInputsNeverWriteOneFile) {
  SavePhoto(folder_ / "in/a.jpg", 0);
  SavePhoto(folder_ / "in/a.png", 1);
  SavePhoto(folder_ / "b/a.jpg", 2);
  ExpectRefused({"mask", "in", "-o", "out"}, {"in/a.jpg", "in/a.png", "out/a.png"});
  // Both are in one shard, so that it need not know of the others to refuse them.
  ExpectRefused({"mask", "in", "-o", "out", "--shard", "0/2"}, {"in/a.jpg", "in/a.png"});
  ExpectRefused({"mask", "in/a.jpg", "b/a.jpg", "-o", "out"}, {"in/a.jpg", "b/a.jpg"});
}

TEST_F(CollisionTest, AFileIsNeverWrittenWhereAFolderMustBe) {
  SavePhoto(folder_ / "in/a.jpg", 0);
  SavePhoto(folder_ / "in/a.png/b.jpg", 1);
  ExpectRefused({"mask", "in", "-o", "out"}, {"in/a.jpg", "out/a.png", "in/a.png/b.jpg"});
  fs::remove(folder_ / "in/a.png/b.jpg");
  SavePhoto(folder_ / "in/a.png/deep/down/b.jpg", 1);
  ExpectRefused({"mask", "in", "-o", "out"}, {"in/a.jpg", "out/a.png", "in/a.png/deep/down/b.jpg"});
}

TEST_F(CollisionTest, InputsAreNeverOverwritten) {
  SavePhoto(folder_ / "in/a.png", 0);
  fs::create_directory_symlink("in", folder_ / "link");
  const std::string before = TextOf(folder_ / "in/a.png");
  ExpectRefused({"mask", "in", "-o", "in"}, {"in: is also the output folder"});
  ExpectRefused({"mask", "in", "-o", "link/../in/."}, {"is also the output folder"});
  ExpectRefused({"mask", "in/a.png", "-o", "link", "--existing", "overwrite"},
                {"in/a.png would be overwritten"});
  // A result that is a link is written through.
  fs::create_directory(folder_ / "results");
  fs::create_symlink(folder_ / "in/a.png", folder_ / "results/a.png");
  ExpectRefused({"mask", "in", "-o", "results", "--existing", "overwrite"},
                {"in/a.png would be overwritten"});
  EXPECT_TRUE(TextOf(folder_ / "in/a.png") == before);
}

TEST_F(CollisionTest, WhatIsNoImageNeverReplacesOneNorAnotherFileThatIsRead) {
  SavePhoto(folder_ / "in/a.png", 0);
  WriteFileAtomically(folder_ / "labels.tsv", "a\ttabby\n");
  WriteFileAtomically(folder_ / "head.safetensors", "a head");
  WriteFileAtomically(folder_ / "recipe.json", "{}");
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "run"}).status, 0);
  const std::string photo = "in/a.png: expected a name that ends in ";
  ExpectRefused({"adapt", "in", "-o", "in/a.png"}, {photo + ".safetensors"});
  ExpectRefused({"fit", "labels.tsv", "--images", "in", "-o", "in/a.png"},
                {photo + ".safetensors"});
  ExpectRefused({"plan", "in", "--json", "in/a.png"}, {photo + ".json"});
  ExpectRefused({"report", "run", "-o", "in/a.png"}, {photo + ".html"});
  ExpectRefused({"report", "run", "-o", "run/manifest.jsonl"}, {"run/manifest.jsonl", ".html"});
  ExpectRefused({"adapt", "in", "-o", "head.safetensors", "--objectness", "head.safetensors"},
                {"head.safetensors: is read too"});
  ExpectRefused({"plan", "in", "--json", "recipe.json", "--config", "recipe.json"},
                {"recipe.json: is read too"});
  EXPECT_EQ(Gradcut({"plan", "in", "--sample", "2", "--json", "found"}).status, 0);
}

}  // namespace
}  // namespace gradcut
