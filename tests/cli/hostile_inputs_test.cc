// Folders with files that are no photos, or hardly: each is worked on or is one line of error, and
// the rest of the folder is done.
#include "support/photos.h"
#include "support/pipe.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"
#include "support/tiff.h"
#include "support/wait_until.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const fs::path kImages = fs::path(GRADCUT_TEST_DATA) / "images";
// A TIFF of 32-bit integers.
const std::vector<std::uint8_t> kWide = TiffOf({.bits = 32, .samples = "abcd"});

class HostileInputsTest : public ::testing::Test {
 protected:
  HostileInputsTest() { SavePhoto(folder_ / "in/good.jpg", 0); }

  void Add(const fs::path& name, std::string_view bytes) const {
    WriteFileAtomically(folder_ / "in" / name, bytes);
  }
  void AddCv(const std::string& name, const cv::Mat& pixels) const {
    ASSERT_TRUE(cv::imwrite((folder_ / "in" / name).string(), pixels));
  }
  ProgramResult Mask(ProgramOptions options = {}, const std::vector<std::string>& inputs = {"in"}) {
    options.folder = folder_.path();
    std::vector<std::string> arguments = {"mask", "-o", "out"};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    return RunProgram(arguments, options);
  }
  std::map<std::string, nlohmann::json> EntryOf() const {
    std::map<std::string, nlohmann::json> entry_of;
    for (const nlohmann::json& entry : Manifest(folder_ / "out"))
      entry_of[fs::path(entry.at("path").get<std::string>()).filename()] = entry;
    return entry_of;
  }
  static std::vector<std::string> ErrorLines(const ProgramResult& result) {
    std::vector<std::string> errors = Lines(result.err);
    std::erase_if(errors, [](const std::string& line) { return !line.starts_with("error: "); });
    return errors;
  }
  // Exactly the files of `causes` failed, each with one line that says so and why.
  void ExpectFailures(const ProgramResult& result,
                      const std::map<std::string, std::string>& causes) const {
    EXPECT_EQ(result.status, 1);
    const std::vector<std::string> errors = ErrorLines(result);
    EXPECT_EQ(errors.size(), causes.size()) << result.err;
    std::vector<std::string> others = Lines(result.err);
    std::erase_if(others, [](const std::string& line) {
      return line.starts_with("error: ") || line.ends_with("the mask is empty");
    });
    EXPECT_EQ(others.size(), 4) << result.err;  // Start, and a summary of three.
    const auto entry_of = EntryOf();
    for (const auto& [name, cause] : causes) {
      EXPECT_THAT(errors,
                  Contains(AllOf(StartsWith("error: in/" + name + ": "), HasSubstr(cause))));
      EXPECT_EQ(entry_of.at(name).at("status"), "failed") << name;
      EXPECT_THAT(entry_of.at(name).at("error"), HasSubstr(cause)) << name;
    }
    for (const auto& [name, entry] : entry_of)
      EXPECT_EQ(entry.at("status") == "failed", causes.contains(name)) << name;
  }
  // One output for each photo that is ok, and nothing else: no leftovers.
  void ExpectWholeOutputs() const {
    std::vector<std::string> expected;
    for (const auto& [name, entry] : EntryOf())
      if (entry.at("status") == "ok") expected.push_back(entry.at("output"));
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(ResultNames(folder_ / "out"), expected);
  }

  TemporaryFolder folder_;
};

TEST_F(HostileInputsTest, DamagedAndForeignFilesFailAlone) {
  const std::string jpeg = TextOf(folder_ / "in/good.jpg");
  const cv::Mat photo = Photo(1);
  const std::vector<std::uint8_t> png_bytes = EncodePng(photo);
  const std::string png(png_bytes.begin(), png_bytes.end());
  std::string corrupt = jpeg;
  corrupt.replace(20, 200, std::string(200, '\x55'));
  Add("corrupt.jpg", corrupt);
  Add("half-jpeg.jpg", jpeg.substr(0, jpeg.size() / 2));
  Add("half-png.png", png.substr(0, png.size() / 2));
  Add("zero.jpg", "");
  Add("text.jpg", "these are words\n");
  Add("animated.gif", "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;"sv);
  Add("bomb.png",
      "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x02\0\0\0\x6c\x12\xd1\x6e"
      "\0\0\0\0IDAT\x35\xaf\x06\x1e"sv);
  fs::create_symlink("nowhere", folder_ / "in/dangling.jpg");
  Add("folder.jpg/inside.jpg", jpeg);  // A folder is a folder, whatever its name.
  ExpectFailures(Mask(), {{"corrupt.jpg", "is corrupt"},
                          {"half-jpeg.jpg", "is truncated"},
                          {"half-png.png", "is truncated"},
                          {"zero.jpg", "is empty (zero bytes)"},
                          {"text.jpg", "is not an image but text"},
                          {"animated.gif", "is a GIF image"},
                          {"bomb.png", "20000x20000 pixels"},
                          {"dangling.jpg", "is a broken link"}});
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("folder.jpg/inside.png", "good.png"));
}

// Libraries that report errors on their own must neither end the program nor print.
TEST_F(HostileInputsTest, DamagedFilesOfRareFormatsFailAlone) {
  const auto half = [](const std::string& text) { return text.substr(0, text.size() / 2); };
  Add("half-bmp.bmp", half(TextOf(kImages / "rgb.bmp")));
  Add("half-tif.tif", half(TextOf(kImages / "rgb16.tif")));
  Add("half-webp.webp", half(TextOf(kImages / "lossless.webp")));
  Add("half-heic.heic", half(TextOf(kImages / "plain.heic")));
  Add("half-avif.avif", half(TextOf(kImages / "plain.avif")));
  Add("half-ppm.ppm", "P6\n64 48\n255\nabc");
  Add("maximum.pgm", "P5\n1 1\n70000\nab");
  Add("wide.tif", std::string_view(reinterpret_cast<const char*>(kWide.data()), kWide.size()));
  Add("no-last-newline.ppm", "P3\n2 2\n255\n1 2 3 4 5 6 7 8 9 10 11 12");
  const std::map<std::string, std::string> causes = {
      {"half-bmp.bmp", "is truncated (BMP)"},    {"half-tif.tif", "truncated (TIFF)"},
      {"half-webp.webp", "is truncated (WebP)"}, {"half-heic.heic", "(HEIC or AVIF)"},
      {"half-avif.avif", "(HEIC or AVIF)"},      {"half-ppm.ppm", "is truncated (PNM)"},
      {"maximum.pgm", "maximum value is 70000"}, {"wide.tif", "has integer samples"}};
  ExpectFailures(Mask(), causes);
  ExpectWholeOutputs();
}

TEST_F(HostileInputsTest, HeicBesideAJpegOfItsNameStopsNothing) {
  SavePhoto(folder_ / "in/1.jpg", 1);
  SavePhoto(folder_ / "in/2.jpg", 2);
  Add("1.HEIC",
      "\0\0\0\x18"
      "ftypheic\0\0\0\0heicmif1"sv);
  fs::copy(kImages / "plain.heic", folder_ / "in/2.heic");
  ExpectFailures(Mask(), {{"1.HEIC", "is corrupt or truncated (HEIC or AVIF)"}});
  EXPECT_THAT(ResultNames(folder_ / "out"),
              ElementsAre("1.png", "2.heic.png", "2.png", "good.png"));
}

TEST_F(HostileInputsTest, KindsThatCannotBeReadAreNamedAtTheEnd) {
  for (const char* const name : {"a.CR2", "b.CR2", "c.jp2"}) Add(name, "II*");
  const ProgramResult result = Mask();
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Lines(result.err).back(),
            "warning: 3 files are of kinds that gradcut cannot read: 2 .CR2, 1 .jp2");
  EXPECT_EQ(Mask({}, {"in/a.CR2"}).status, 1);
}

TEST_F(HostileInputsTest, UnusualPhotosAreWorkedOn) {
  for (const char* const name : {"cmyk.jpg", "grey_alpha.png", "animated.webp", "rgb16.tif",
                                 "plain.heic", "oriented.avif", "alpha.heic", "tiles.tif"})
    fs::copy(kImages / name, folder_ / "in" / name);
  const cv::Mat photo = Photo(2, {40, 30});
  cv::Mat wide, grey, rgba;
  photo.convertTo(wide, CV_16U, 257);
  cv::cvtColor(photo, grey, cv::COLOR_RGB2GRAY);
  cv::cvtColor(photo, rgba, cv::COLOR_RGB2RGBA);
  AddCv("sixteen.png", wide);
  AddCv("grey.png", grey);
  AddCv("rgba.png", rgba);
  AddCv("small.png", Photo(3, {5, 3}));
  AddCv("tiny.png", Photo(4, {1, 1}));
  AddCv("narrow.png", Photo(5, {1, 70}));
  AddCv("flat.png", cv::Mat(48, 64, CV_8UC3, cv::Scalar(90, 90, 90)));
  const ProgramResult result = Mask();
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(ErrorLines(result), IsEmpty());
  ExpectWholeOutputs();
  for (const auto& [name, entry] : EntryOf()) {
    EXPECT_EQ(entry.at("status"), "ok") << name;
    const fs::path output = folder_ / "out" / entry.at("output").get<std::string>();
    const cv::Mat mask = cv::imread(output.string(), cv::IMREAD_UNCHANGED);
    EXPECT_EQ(mask.cols, entry.at("width")) << name;
    EXPECT_EQ(mask.rows, entry.at("height")) << name;
    // A single pixel is object or not.
    if (mask.total() > 1) {
      EXPECT_LT(entry.at("area"), 0.9) << name;
    }
    // Nothing to go by is said, in the manifest and on stderr.
    EXPECT_EQ(entry.contains("note"), result.err.find("/" + name + ": ") != std::string::npos);
  }
}

TEST_F(HostileInputsTest, FileWithoutPermissionFailsAlone) {
  SavePhoto(folder_ / "in/secret.jpg", 1);
  fs::permissions(folder_ / "in/secret.jpg", fs::perms::none);
  ExpectFailures(Mask({.obeys_permissions = true}), {{"secret.jpg", "Permission denied"}});
  ExpectWholeOutputs();
}

TEST_F(HostileInputsTest, FolderWithoutPermissionIsSaidAndTheRestDone) {
  SavePhoto(folder_ / "in/closed/a.jpg", 1);
  fs::permissions(folder_ / "in/closed", fs::perms::none);
  const ProgramResult result = Mask({.obeys_permissions = true});
  fs::permissions(folder_ / "in/closed", fs::perms::owner_all);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(ErrorLines(result),
              ElementsAre("error: in/closed: cannot be searched: Permission denied"));
  EXPECT_THAT(result.err, HasSubstr("1 folder not searched"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("good.png"));
}

TEST_F(HostileInputsTest, OutputFolderWithoutPermissionIsOneLine) {
  fs::create_directory(folder_ / "out");
  fs::permissions(folder_ / "out", fs::perms::owner_read | fs::perms::owner_exec);
  const ProgramResult result = Mask({.obeys_permissions = true});
  fs::permissions(folder_ / "out", fs::perms::owner_all);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err),
              ElementsAre(AllOf(StartsWith("error: out"), HasSubstr("Permission denied"))));
  EXPECT_THAT(ResultNames(folder_ / "out"), IsEmpty());
}

TEST_F(HostileInputsTest, OutputFolderThatIsAFileIsOneLine) {
  WriteFileAtomically(folder_ / "out", "a file");
  const ProgramResult result = Mask();
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(Lines(result.err), ElementsAre(StartsWith("error: -o out: is a file, expected a")));
  EXPECT_EQ(TextOf(folder_ / "out"), "a file");
}

// A limit on the size of files does what a full disk does, once the small ones are written.
TEST_F(HostileInputsTest, FullDiskLeavesNothingHalfWritten) {
  SavePhoto(folder_ / "in/large.png", 1, {900, 700});
  const ProgramResult result = RunProgram({"mask", "in", "-o", "out", "--save", "probability"},
                                          {.folder = folder_.path(), .max_file_bytes = 100'000});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(ErrorLines(result),
              ElementsAre("error: out/large.probability.npy: cannot be written: File too large"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("good.probability.npy"));
}

// What is written through a link to /dev/full meets a full disk, on any machine and for any user.
TEST_F(HostileInputsTest, AFullDiskStopsTheRunAndTheSameCommandGoesOn) {
  for (int i = 1; i < 8; ++i) SavePhoto(folder_ / "in" / ("z" + std::to_string(i) + ".jpg"), i);
  ASSERT_EQ(Mask({}, {"in/good.jpg", "in/z1.jpg"}).status, 0);
  const auto before = Results(folder_ / "out");
  const std::string manifest = TextOf(folder_ / "out/manifest.jsonl");
  for (int i = 2; i < 8; ++i)
    fs::create_symlink("/dev/full", folder_ / "out" / ("z" + std::to_string(i) + ".png"));
  const ProgramResult full = Mask({}, {"in", "--jobs", "1"});
  EXPECT_EQ(full.status, 1);
  EXPECT_THAT(ErrorLines(full),
              ElementsAre(AllOf(StartsWith("error: out/z2.png: cannot be written: No space"),
                                HasSubstr("the same command goes on"))));
  EXPECT_EQ(RunJson(folder_ / "out").at("finished"), false);
  // No photo has failed, and nothing was done behind the first one that did not fit.
  EXPECT_TRUE(TextOf(folder_ / "out/manifest.jsonl") == manifest);
  EXPECT_FALSE(fs::exists(folder_ / "out/manifest.jsonl.partial"));
  for (int i = 2; i < 8; ++i) fs::remove(folder_ / "out" / ("z" + std::to_string(i) + ".png"));
  for (const auto& [name, bytes] : before) EXPECT_TRUE(TextOf(folder_ / "out" / name) == bytes);

  ASSERT_EQ(Mask({}, {"in"}).status, 0);
  const std::vector<std::string> status = ManifestColumn(folder_ / "out", "status");
  EXPECT_EQ(status.size(), 8u);
  EXPECT_EQ(std::count(status.begin(), status.end(), "skipped"), 2);
  EXPECT_FALSE(fs::exists(folder_ / "out/manifest.jsonl.partial"));
}

TEST_F(HostileInputsTest, AnOutputFolderThatVanishesStopsTheRun) {
  ASSERT_EQ(::mkfifo((folder_ / "in/pipe.png").c_str(), 0600), 0);
  SavePhoto(folder_ / "in/z.png", 2);
  Program program({"mask", "in/good.jpg", "in/pipe.png", "in/z.png", "-o", "out", "--jobs", "1"},
                  {.folder = folder_.path()});
  const fs::path manifest = folder_ / "out/manifest.jsonl.partial";
  ASSERT_TRUE(WaitUntil([&] { return fs::exists(manifest) && !fs::is_empty(manifest); }));
  fs::remove_all(folder_ / "out");
  const std::vector<std::uint8_t> photo = EncodePng(Photo(1));
  PipeToProgram(folder_ / "in/pipe.png").Feed({photo.begin(), photo.end()});
  const ProgramResult result = program.Wait();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(ErrorLines(result), ElementsAre(HasSubstr("was removed while it was written")));
}

TEST_F(HostileInputsTest, DiskWithoutRoomForTheRunFileIsOneLine) {
  const ProgramResult result = Mask({.max_file_bytes = 500});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err),
              ElementsAre("error: out/run.json: cannot be written: File too large"));
  EXPECT_TRUE(fs::is_empty(folder_ / "out"));
}

}  // namespace
}  // namespace gradcut
