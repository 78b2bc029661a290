// `gradcut edit`: masks of a run corrected through its server, as the page does it.
#include "gradcut/core/image.h"
#include "gradcut/dataset/hint_files.h"
#include "gradcut/dataset/tar_writer.h"
#include "support/edit_client.h"
#include "support/photos.h"
#include "support/pipe.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Arguments = std::vector<std::string>;

// Photos are listed in this order. a.png has its disc, of radius 12, in the middle.
constexpr int kA = 0, kB = 1;
const cv::Size kSize(64, 48);
// A place of a.png that is background, and the disc.
const cv::Rect kCorner(2, 2, 4, 4), kDisc(20, 12, 24, 24);

json StrokeAt(double x, double y, bool object = true, double radius = 2) {
  return {{"points", {{x, y}, {x + 2, y}}}, {"radius", radius}, {"object", object}};
}

json BoxAt(const cv::Rect& place) {
  return {{"x", place.x}, {"y", place.y}, {"width", place.width}, {"height", place.height}};
}

std::string At(const char* what, int photo) { return what + ("/" + std::to_string(photo)); }

bool Same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

// A finished run over two photos, `out`.
class EditTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TemporaryFolder>();
    SavePhoto(*made_ / "in/a.png", 1);
    SavePhoto(*made_ / "in/sub/b.png", 4);
    const ProgramResult result =
        RunProgram({"mask", "in", "-o", "out", "--save", kKinds}, {.folder = made_->path()});
    ASSERT_EQ(result.status, 0) << result.err;
  }
  static void TearDownTestSuite() { made_.reset(); }

  EditTest() {
    CopyWithTimes(made_->path(), folder_.path());
    json run = RunJson(folder_ / "out");
    run["folder"] = folder_.path().string();  // Where the photos are.
    WriteFileAtomically(folder_ / "out/run.json", run.dump());
    first_ = Results(folder_ / "out");
  }

  ProgramOptions Options() const { return {.folder = folder_.path()}; }
  ProgramResult Gradcut(const Arguments& arguments) const {
    return RunProgram(arguments, Options());
  }
  ProgramResult Mask(const std::string& out, const Arguments& more,
                     const std::string& save = kKinds) const {
    Arguments arguments = {"mask", "in", "-o", out, "--save", save};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Gradcut(arguments);
  }
  void ExpectDone(const ProgramResult& result) const { ASSERT_EQ(result.status, 0) << result.err; }
  // One line, and nothing left behind.
  void ExpectRefused(const ProgramResult& result, const std::string& said) const {
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(Lines(result.err), ElementsAre(AllOf(StartsWith("error: "), HasSubstr(said))));
  }

  RunningEditor Edit(const std::string& out = "out") const {
    return RunningEditor({out}, Options());
  }
  cv::Mat Image(const fs::path& name) const {
    return cv::imread((folder_ / name).string(), cv::IMREAD_UNCHANGED);
  }
  std::string Text(const fs::path& name) const { return TextOf(folder_ / name); }
  void Append(const fs::path& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::app) << text;
  }
  void ReplaceIn(const fs::path& name, const std::string& from, const std::string& to) const {
    std::string text = Text(name);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << " in " << text;
    WriteFileAtomically(folder_ / name, text.replace(at, from.size(), to));
  }
  // What out/hints.jsonl says of a photo.
  Hints Said(const std::string& name, cv::Size size = kSize) const {
    return HintFiles(std::vector{folder_ / "out/hints.jsonl"})
        .Find({folder_ / "in" / name, name}, size);
  }
  json Entry(const std::string& photo, const std::string& out = "out") const {
    json found;
    for (const json& entry : Manifest(folder_ / out))
      if (entry.at("path") == photo) found = entry;
    return found;
  }
  // The files are those that the run's command makes with the strokes.
  void ExpectMadeByHints(const std::string& save = kKinds) const {
    ExpectDone(Mask("again", {"--hints", "out/hints.jsonl"}, save));
    EXPECT_TRUE(Results(folder_ / "out") == Results(folder_ / "again"));
  }

  static constexpr const char* kKinds = "mask,overlay,heatmap,probability,cutout";
  static inline std::unique_ptr<TemporaryFolder> made_;  // Copied for each test.
  const TemporaryFolder folder_;
  std::map<std::string, std::string> first_;  // The bytes of the run's files.
};

// ---- Looking

TEST_F(EditTest, ListsThePhotosOfTheRun) {
  const json run = Edit().Ask("run");
  EXPECT_EQ(run.at("folder"), "out");
  EXPECT_EQ(run.at("command"), "mask");
  EXPECT_EQ(run.at("classes").size(), 1000U);
  ASSERT_EQ(run.at("photos").size(), 2U);
  const json photo = run.at("photos")[kB];
  EXPECT_EQ(photo.at("id"), kB);
  EXPECT_EQ(photo.at("name"), "sub/b.png");
  EXPECT_EQ(photo.at("status"), "ok");
  EXPECT_EQ(photo.at("width"), kSize.width);
  EXPECT_EQ(photo.at("height"), kSize.height);
  EXPECT_EQ(photo.at("edited"), false);
  EXPECT_EQ(photo.at("clicks"), 0);
  EXPECT_EQ(photo.at("seconds"), 0);
  EXPECT_EQ(photo.at("confidence"), Entry("in/sub/b.png").at("confidence"));
  EXPECT_EQ(photo.at("class"), Entry("in/sub/b.png").at("classes")[0].at("name"));
  EXPECT_FALSE(photo.contains("review"));
}

// Of a manifest from elsewhere.
TEST_F(EditTest, WhatIsOfAnotherTypeIsNotListed) {
  std::string lines;
  for (json& entry : Manifest(folder_ / "out")) {
    entry.update({{"confidence", "x"}, {"area", nullptr}, {"width", "wide"}, {"classes", "cat"}});
    lines += entry.dump() + "\n";
  }
  WriteFileAtomically(folder_ / "out/manifest.jsonl", lines);
  const json photo = Edit().Ask("run").at("photos")[kA];
  for (const char* const field : {"confidence", "area", "width", "class"})
    EXPECT_FALSE(photo.contains(field)) << field;
}

TEST_F(EditTest, ThePrintedLineIsTheAddressOfThePage) {
  RunningEditor editor = Edit();
  EXPECT_EQ(editor.address(),
            fmt::format("http://127.0.0.1:{}/?key={}", editor.port(), editor.key()));
  EXPECT_EQ(Lines(editor.End().out).size(), 1U);
}

TEST_F(EditTest, AnOpenPhotoHasTheMaskOfTheRun) {
  RunningEditor editor = Edit();
  const json state = editor.Ask(At("mask", kA));
  EXPECT_EQ(state.at("id"), kA);
  EXPECT_EQ(state.at("width"), kSize.width);
  EXPECT_EQ(state.at("height"), kSize.height);
  EXPECT_TRUE(Same(MaskIn(state), Image("out/a.png")));
  EXPECT_EQ(state.at("hints"), json::parse(R"({"boxes": [], "strokes": []})"));
  for (const char* const no : {"undo", "redo", "fill", "largest"}) EXPECT_EQ(state.at(no), false);
  EXPECT_EQ(state.at("confidence"), Entry("in/a.png").at("confidence"));
  EXPECT_EQ(state.at("area"), Entry("in/a.png").at("area"));
  EXPECT_EQ(state.at("photo").at("review"), "seen");
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_) << "nothing was changed";
}

TEST_F(EditTest, PrefetchedPhotosHaveNotBeenSeen) {
  const RunningEditor editor = Edit();
  EXPECT_EQ(editor.Ask(At("prefetch", kB)), json::object());
  EXPECT_FALSE(editor.Ask("run").at("photos")[kB].contains("review"));
}

TEST_F(EditTest, PicturesAreJpegsOfThePhoto) {
  SavePhoto(folder_ / "in/a.png", 1, {3000, 300});
  ExpectDone(Mask("out", {}));
  const RunningEditor editor = Edit();
  const auto picture = [&](const char* what) {
    const EditAnswer answer = editor.Get(At(what, kA));
    EXPECT_EQ(answer.status, 200) << what << ": " << answer.body;
    EXPECT_EQ(answer.type, "image/jpeg");
    const std::vector<char> bytes(answer.body.begin(), answer.body.end());
    return cv::imdecode(bytes, cv::IMREAD_COLOR);
  };
  EXPECT_EQ(picture("photo").cols, 2048);
  EXPECT_EQ(picture("thumb").cols, 160);
  const cv::Mat heat = picture("heat");
  EXPECT_EQ(heat.cols, 512);
  EXPECT_NEAR(heat.rows, 51, 1);
}

// ---- Drawing

TEST_F(EditTest, AStrokeIsObeyedAndItsAnswerIsTheNewMask) {
  RunningEditor editor = Edit();
  ASSERT_EQ(cv::countNonZero(Image("out/a.png")(kCorner)), 0);
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  const json state = editor.Do(At("stroke", kA), StrokeAt(32, 24, /*object=*/false));
  const cv::Mat mask = MaskIn(state);
  EXPECT_EQ(mask.at<std::uint8_t>(4, 4), 255);
  EXPECT_EQ(mask.at<std::uint8_t>(24, 33), 0);
  EXPECT_EQ(state.at("hints").at("strokes").size(), 2U);
  EXPECT_EQ(state.at("hints").at("strokes")[1], StrokeAt(32, 24, false));
  EXPECT_EQ(state.at("photo").at("clicks"), 2);
  EXPECT_EQ(state.at("photo").at("edited"), true);
  EXPECT_EQ(state.at("area"), cv::countNonZero(mask) / static_cast<double>(mask.total()));
  for (const char* const fact : {"area", "confidence"})
    EXPECT_EQ(state.at("photo").at(fact), state.at(fact)) << fact;
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Same(Image("out/a.png"), mask));
  EXPECT_TRUE(Text("out/sub/b.png") == first_.at("sub/b.png"));
  EXPECT_EQ(Entry("in/a.png").at("hints"), json::parse(R"({"boxes": 0, "strokes": 2})"));
  ExpectMadeByHints();
}

TEST_F(EditTest, TheFilesFollowTheAnswer) {
  const RunningEditor editor = Edit();
  const cv::Mat mask = MaskIn(editor.Do(At("stroke", kA), StrokeAt(3, 4)));
  EXPECT_TRUE(WaitUntil([&] { return Same(Image("out/a.png"), mask); }));
}

TEST_F(EditTest, AStrokeIsKeptWhenItsAnswerIsThere) {
  for (const double x : {3, 9, 15}) {
    std::optional<RunningEditor> editor;
    editor.emplace(Arguments{"out"}, Options());
    editor->Do(At("stroke", kA), StrokeAt(x, 4));
    editor.reset();  // SIGKILL
    EXPECT_EQ(Said("a.png").strokes.back().points[0].x, x);
  }
  WriteFileAtomically(folder_ / "out/sub/.gradcut-0123456789abcdef.tmp", "left of a write");
  EXPECT_EQ(Said("a.png").strokes.size(), 3U);
  EXPECT_EQ(Edit().End().status, 0);  // Makes what is left.
  ExpectMadeByHints();
  EXPECT_EQ(Image("out/a.png").at<std::uint8_t>(4, 16), 255);
}

TEST_F(EditTest, UndoRedoAndClearGiveBackTheBytes) {
  const auto after = [&](const Arguments& changes) {
    RunningEditor editor = Edit();
    for (const std::string& change : changes) editor.Do(At(change.c_str(), kA));
    EXPECT_EQ(editor.End().status, 0);
    return Results(folder_ / "out");
  };
  RunningEditor editor = Edit();
  const json one = editor.Do(At("stroke", kA), StrokeAt(3, 4));
  const json two = editor.Do(At("stroke", kA), StrokeAt(50, 40));
  EXPECT_EQ(two.at("undo"), true);
  EXPECT_EQ(two.at("redo"), false);
  const json undone = editor.Do(At("undo", kA));
  EXPECT_EQ(undone.at("mask"), one.at("mask"));
  EXPECT_EQ(undone.at("hints"), one.at("hints"));
  EXPECT_EQ(undone.at("redo"), true);
  EXPECT_EQ(editor.Do(At("redo", kA)).at("mask"), two.at("mask"));
  const json cleared = editor.Do(At("clear", kA));
  EXPECT_TRUE(cleared.at("hints").at("strokes").empty());
  EXPECT_EQ(cleared.at("photo").at("edited"), false);
  EXPECT_EQ(editor.Do(At("undo", kA)).at("mask"), two.at("mask"));
  EXPECT_EQ(editor.End().status, 0);
  ExpectMadeByHints();
  EXPECT_TRUE(after({"clear"}) == first_);
}

TEST_F(EditTest, WithNothingToUndoNothingHappens) {
  RunningEditor editor = Edit();
  const json before = editor.Ask(At("mask", kA));
  EXPECT_EQ(editor.Do(At("undo", kA)).at("mask"), before.at("mask"));
  EXPECT_EQ(editor.Do(At("redo", kA)).at("hints"), before.at("hints"));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(EditTest, ANewStrokeEndsWhatCouldBeDoneAgain) {
  const RunningEditor editor = Edit();
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  editor.Do(At("undo", kA));
  const json state = editor.Do(At("stroke", kA), StrokeAt(50, 40));
  EXPECT_EQ(state.at("redo"), false);
  EXPECT_EQ(state.at("hints").at("strokes").size(), 1U);
}

TEST_F(EditTest, BoxesAreNumberedFromOneOnAndStrokesMayNameThem) {
  RunningEditor editor = Edit();
  editor.Do(At("box", kA), BoxAt(kDisc));
  editor.Do(At("box", kA), BoxAt({0, 0, 12, 10}));
  editor.Do(At("undo", kA));
  json state = editor.Do(At("box", kA), BoxAt({1, 1, 12, 10}));
  ASSERT_EQ(state.at("hints").at("boxes").size(), 2U);
  EXPECT_EQ(state.at("hints").at("boxes")[0].at("id"), 1);
  EXPECT_EQ(state.at("hints").at("boxes")[1].at("id"), 2);
  json stroke = StrokeAt(32, 24, /*object=*/false);
  stroke["box"] = 1;
  state = editor.Do(At("stroke", kA), stroke);
  EXPECT_EQ(state.at("hints").at("strokes")[0].at("box"), 1);
  const cv::Mat mask = MaskIn(state);
  EXPECT_EQ(mask.at<std::uint8_t>(24, 33), 0);
  EXPECT_EQ(cv::countNonZero(mask.rowRange(40, 48)), 0) << "nothing outside every box is object";
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Entry("in/a.png").at("hints"), json::parse(R"({"boxes": 2, "strokes": 1})"));
  ExpectMadeByHints();
}

// Ids of a person's own end at 2^53.
TEST_F(EditTest, BoxesTakeIdsThatAreFree) {
  Append("out/hints.jsonl",
         R"({"path": "a.png", "boxes": [)"
         R"({"id": 9007199254740992, "x": 20, "y": 12, "width": 24, "height": 24},)"
         R"( {"id": 1, "x": 0, "y": 0, "width": 12, "height": 10}]})"
         "\n");
  RunningEditor editor = Edit();
  editor.Do(At("box", kA), BoxAt({50, 0, 12, 10}));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Edit().Ask(At("mask", kA)).at("hints").at("boxes")[2].at("id"), 2);
}

TEST_F(EditTest, InstancesOfBoxesAreMadeAnew) {
  const std::string kinds = "mask,instances";
  WriteFileAtomically(
      folder_ / "boxes.jsonl",
      R"({"path": "a.png", "boxes": [{"x": 20, "y": 12, "width": 24, "height": 24}]})"
      "\n");
  fs::remove_all(folder_ / "out");
  ExpectDone(Mask("out", {"--hints", "boxes.jsonl"}, kinds));
  RunningEditor editor = Edit();
  EXPECT_EQ(editor.Ask(At("mask", kA)).at("hints").at("boxes")[0].at("id"), 1);
  const json state = editor.Do(At("box", kA), BoxAt({0, 0, 12, 10}));
  EXPECT_EQ(state.at("hints").at("boxes")[1].at("id"), 2);
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  editor.Do(At("box", kB), BoxAt(kDisc));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(cv::countNonZero(Image("out/a.instances.png") == 2),
            cv::countNonZero(Image("out/a.png")(cv::Rect(0, 0, 12, 10))));
  EXPECT_EQ(Entry("in/a.png").at("instances").size(), 2U);
  ExpectMadeByHints(kinds);
  EXPECT_EQ(Text("out/instances.json"), Text("again/instances.json"));
}

// A bright ring on the left, a smaller disc of the same colour on the right.
class EditPartsTest : public EditTest {
 protected:
  EditPartsTest() {
    cv::Mat photo(72, 96, CV_8UC3, cv::Scalar(40, 70, 90)), noise(photo.size(), CV_8UC3);
    cv::circle(photo, {30, 36}, 22, cv::Scalar(240, 160, 30), 9);
    cv::circle(photo, {80, 36}, 9, cv::Scalar(240, 160, 30), cv::FILLED);
    cv::RNG(1).fill(noise, cv::RNG::UNIFORM, 0, 12);
    WriteFileAtomically(folder_ / "in/a.png", EncodePng(photo + noise));
    ExpectDone(Mask("out", {}));
  }
  static int Count(const cv::Mat& mask, cv::Rect place) { return cv::countNonZero(mask(place)); }

  // A thin stroke along the pixels of the edge of a place.
  static json Outline(const cv::Rect& place, bool object) {
    const double left = place.x + 0.5, top = place.y + 0.5;
    const double right = left + place.width - 1, bottom = top + place.height - 1;
    return {{"points", {{left, top}, {right, top}, {right, bottom}, {left, bottom}, {left, top}}},
            {"object", object}};
  }
  static cv::Rect Within(const cv::Rect& place) {
    return {place.x + 1, place.y + 1, place.width - 2, place.height - 2};
  }

  const cv::Rect hole_{24, 30, 12, 12}, ring_{12, 18, 36, 36}, disc_{74, 30, 12, 12};
};

TEST_F(EditPartsTest, HolesAreFilledAndTheLargestPartKeptByTurns) {
  RunningEditor editor = Edit();
  // What lies within the outlines is left to the cut.
  editor.Do(At("stroke", kA), Outline(hole_, /*object=*/false));
  editor.Do(At("stroke", kA), Outline(ring_, /*object=*/true));
  editor.Do(At("stroke", kA), StrokeAt(64, 36, /*object=*/false));
  const json drawn = editor.Do(At("stroke", kA), StrokeAt(80, 36));
  ASSERT_EQ(Count(MaskIn(drawn), Within(hole_)), 0);
  ASSERT_GT(Count(MaskIn(drawn), disc_), disc_.area() / 2);

  json state = editor.Do(At("fill", kA));
  EXPECT_EQ(state.at("fill"), true);
  EXPECT_EQ(Count(MaskIn(state), Within(hole_)), Within(hole_).area());
  EXPECT_EQ(Count(MaskIn(state), hole_), Within(hole_).area()) << "strokes count more";
  EXPECT_GT(Count(MaskIn(state), disc_), disc_.area() / 2);
  state = editor.Do(At("largest", kA));
  EXPECT_EQ(state.at("largest"), true);
  EXPECT_LT(Count(MaskIn(state), disc_), disc_.area() / 4) << "only what was drawn";
  EXPECT_EQ(MaskIn(state).at<std::uint8_t>(36, 81), 255);
  EXPECT_EQ(editor.Do(At("largest", kA)).at("largest"), false);
  state = editor.Do(At("fill", kA));
  EXPECT_EQ(state.at("fill"), false);
  EXPECT_EQ(state.at("mask"), drawn.at("mask"));
  editor.Do(At("fill", kA));
  editor.Do(At("largest", kA));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Said("a.png", {96, 72}).fill_holes);
  EXPECT_TRUE(Said("a.png", {96, 72}).keep_largest);
  ExpectMadeByHints();
}

TEST_F(EditPartsTest, FillingHolesAloneIsAnEditThatLaterRunsKeep) {
  RunningEditor editor = Edit();
  const json state = editor.Do(At("fill", kA));
  EXPECT_EQ(state.at("photo").at("edited"), true);
  EXPECT_EQ(editor.End().status, 0);
  const auto edited = Results(folder_ / "out");
  ExpectDone(Mask("out", {}));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("skipped"));
  EXPECT_TRUE(Results(folder_ / "out") == edited);
}

TEST_F(EditTest, WhatCannotBeMeantChangesNothing) {
  RunningEditor editor = Edit();
  const json before = editor.Do(At("stroke", kA), StrokeAt(3, 4));
  const std::string file = Text("out/hints.jsonl");
  const auto refused = [&](const char* what, const json& body) {
    const EditAnswer answer = editor.Post(At(what, kA), body.dump());
    EXPECT_EQ(answer.status, 400) << body << answer.body;
    return json::parse(answer.body).at("error").get<std::string>();
  };
  EXPECT_THAT(refused("stroke", StrokeAt(64, 4)), HasSubstr("outside the 64x48 image"));
  EXPECT_THAT(refused("box", BoxAt({70, 3, 5, 5})), HasSubstr("outside the 64x48 image"));
  EXPECT_THAT(refused("box", BoxAt({3, 3, 0, 5})), HasSubstr("no area"));
  EXPECT_THAT(refused("box", BoxAt({30, 30, 5, 5})), HasSubstr("lies outside every box"));
  EXPECT_THAT(refused("review", {{"review", "fine"}}), HasSubstr("'fine'"));
  json after = editor.Ask(At("mask", kA));
  for (const char* const field : {"mask", "hints", "undo", "redo"})
    EXPECT_EQ(after.at(field), before.at(field)) << field;
  EXPECT_EQ(after.at("photo").at("clicks"), 1);
  EXPECT_EQ(Text("out/hints.jsonl"), file);
}

TEST_F(EditTest, StrokesThatArriveAtOnceAreAllKept) {
  RunningEditor editor = Edit();
  {
    std::vector<std::jthread> people;
    for (int person = 0; person < 4; ++person)
      people.emplace_back([&, person] {
        for (int i = 0; i < 5; ++i)
          editor.Do(At("stroke", person % 2), StrokeAt(3 + 9 * i, 3 + 9 * person));
      });
  }
  for (const int photo : {kA, kB})
    EXPECT_EQ(editor.Ask(At("mask", photo)).at("hints").at("strokes").size(), 10U);
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Said("a.png").strokes.size(), 10U);
  EXPECT_EQ(Said("sub/b.png").strokes.size(), 10U);
  ExpectMadeByHints();
}

// ---- The manifest, and runs to come

TEST_F(EditTest, TheManifestTellsWhatAPersonHasDone) {
  RunningEditor editor = Edit();
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  editor.Do(At("stroke", kA), StrokeAt(50, 40));
  editor.Do(At("undo", kA));
  editor.Do(At("review", kA), {{"review", "accepted"}});
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Manifest(folder_ / "out").size(), 2U);
  const json entry = Entry("in/a.png");
  EXPECT_EQ(entry.at("status"), "ok");
  EXPECT_EQ(entry.at("edited"), true);
  EXPECT_EQ(entry.at("clicks"), 2);
  EXPECT_EQ(entry.at("review"), "accepted");
  EXPECT_GE(entry.at("seconds"), 0);
  EXPECT_LT(entry.at("seconds"), 60);
  EXPECT_EQ(entry.at("files").size(), 5U);
  EXPECT_FALSE(Entry("in/sub/b.png").contains("edited")) << "nobody has opened it";
}

TEST_F(EditTest, WhatWasDoneAddsUpOverTheDays) {
  for (const int clicks : {1, 2}) {
    RunningEditor editor = Edit();
    EXPECT_EQ(editor.Do(At("stroke", kA), StrokeAt(10 * clicks, 4)).at("photo").at("clicks"),
              clicks);
    editor.Do(At("review", kA), {{"review", "rejected"}});
    EXPECT_EQ(editor.End().status, 0);
  }
  const json photo = Edit().Ask("run").at("photos")[kA];
  EXPECT_EQ(photo.at("clicks"), 2);
  EXPECT_EQ(photo.at("edited"), true);
  EXPECT_EQ(photo.at("review"), "rejected");
}

TEST_F(EditTest, LaterRunsKeepEditedMasks) {
  RunningEditor editor = Edit();
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  EXPECT_EQ(editor.End().status, 0);
  const auto edited = Results(folder_ / "out");
  for (const Arguments& more :
       {Arguments{}, Arguments{"--hints", "out/hints.jsonl"}, Arguments{}}) {
    ExpectDone(Mask("out", more));
    EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "skipped"));
    EXPECT_TRUE(Results(folder_ / "out") == edited);
    EXPECT_EQ(Entry("in/a.png").at("edited"), true);
  }
  // A person's work ends where it is said to.
  ExpectDone(Mask("out", {"--existing", "overwrite"}));
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(EditTest, AnEditedRunCanBeEditedAfterALaterOne) {
  RunningEditor before = Edit();
  const json state = before.Do(At("stroke", kA), StrokeAt(3, 4));
  EXPECT_EQ(before.End().status, 0);
  SavePhoto(folder_ / "in/z.png", 2);
  ExpectDone(Mask("out", {}));
  RunningEditor after = Edit();
  EXPECT_EQ(after.Ask("run").at("photos").size(), 3U);
  EXPECT_EQ(after.Ask(At("mask", kA)).at("mask"), state.at("mask"));
  EXPECT_EQ(after.Do(At("stroke", 2), StrokeAt(3, 4)).at("photo").at("name"), "z.png");
  EXPECT_EQ(after.End().status, 0);
  ExpectMadeByHints();
}

TEST_F(EditTest, APhotoWhosePlaceIsAnothersPathKeepsItsStrokes) {
  fs::remove_all(folder_ / "out");
  SavePhoto(folder_ / "in/in/a.png", 2);  // Below "in" it is called as the first photo is here.
  ExpectDone(Mask("out", {}));
  RunningEditor editor = Edit();
  EXPECT_EQ(editor.Do(At("stroke", 1), StrokeAt(3, 4)).at("photo").at("name"), "in/a.png");
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Entry("in/in/a.png").contains("hints"));
  EXPECT_FALSE(Entry("in/a.png").contains("hints"));
  ExpectMadeByHints();
}

// ---- Hints that are there

TEST_F(EditTest, HintsOfTheRunAreTakenOver) {
  WriteFileAtomically(folder_ / "h.jsonl",
                      R"({"path": "sub/b.png", "points": [{"x": 3.5, "y": 3.5}]})"
                      "\n");
  ExpectDone(Mask("out", {"--hints", "h.jsonl"}));
  const auto before = Results(folder_ / "out");
  RunningEditor editor = Edit();
  EXPECT_EQ(editor.Ask(At("mask", kB)).at("hints").at("strokes").size(), 1U);
  EXPECT_EQ(editor.Ask("run").at("photos")[kB].at("edited"), false) << "not in the editor";
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == before);
  EXPECT_EQ(Said("sub/b.png").strokes.size(), 1U);
  RunningEditor again = Edit();
  again.Do(At("stroke", kB), StrokeAt(50, 40));
  EXPECT_EQ(again.End().status, 0);
  EXPECT_EQ(Said("sub/b.png").strokes.size(), 2U);
  ExpectMadeByHints();
}

TEST_F(EditTest, HintsThatWereTakenOverAreNotLookedForAgain) {
  WriteFileAtomically(folder_ / "h.jsonl",
                      R"({"path": "sub/b.png", "points": [{"x": 3.5, "y": 3.5}]})"
                      "\n");
  ExpectDone(Mask("out", {"--hints", "h.jsonl"}));
  EXPECT_EQ(Edit().End().status, 0);
  fs::remove(folder_ / "h.jsonl");
  EXPECT_EQ(Edit().Ask(At("mask", kB)).at("hints").at("strokes").size(), 1U);
}

TEST_F(EditTest, WhatIsTakenBackIsNotTakenOverAgain) {
  WriteFileAtomically(folder_ / "h.jsonl", R"({"path": "a.png", "points": [{"x": 3.5, "y": 3.5}]})"
                                           "\n");
  ExpectDone(Mask("out", {"--hints", "h.jsonl"}));
  RunningEditor editor = Edit();
  editor.Do(At("clear", kA));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
  EXPECT_TRUE(Edit().Ask(At("mask", kA)).at("hints").at("strokes").empty());
}

TEST_F(EditTest, HalfALineOfAKilledEditorIsDropped) {
  Append("out/hints.jsonl",
         "{\"path\": \"a.png\", \"points\": [{\"x\": 3.5, \"y\": 3.5}]}\n{\"path\": \"a.p");
  RunningEditor editor = Edit();
  EXPECT_EQ(editor.Do(At("stroke", kA), StrokeAt(50, 40)).at("hints").at("strokes").size(), 2U);
  EXPECT_EQ(editor.End().status, 0);
  ExpectMadeByHints();
}

TEST_F(EditTest, ABrokenLineIsNamedAndNothingIsTouched) {
  Append("out/hints.jsonl", "{\"path\": \"a.png\"}\n{\"path\"\n{\"path\": \"a.png\"}\n");
  const std::string text = Text("out/hints.jsonl"), manifest = Text("out/manifest.jsonl");
  ExpectRefused(Gradcut({"edit", "out", "--no-browser"}), "hints.jsonl:2: ");
  EXPECT_EQ(Text("out/hints.jsonl"), text);
  EXPECT_EQ(Text("out/manifest.jsonl"), manifest);
}

TEST_F(EditTest, ALineOfTheManifestWithoutTheSizeOfItsPhotoIsNamed) {
  std::string lines;
  for (json& entry : Manifest(folder_ / "out")) {
    if (entry["path"] == "in/sub/b.png") entry["width"] = "wide";
    lines += entry.dump() + "\n";
  }
  WriteFileAtomically(folder_ / "out/manifest.jsonl", lines);
  Append("out/hints.jsonl", R"({"path": "sub/b.png", "points": [{"x": 3.5, "y": 3.5}]})"
                            "\n");
  const ProgramResult edited = Edit().End();
  EXPECT_EQ(edited.status, 0) << "other photos can be edited";
  EXPECT_THAT(edited.err, HasSubstr("out/manifest.jsonl, line 2: the entry of in/sub/b.png has no "
                                    "\"width\" as gradcut writes it; remove the line"));
  // What it says to do.
  WriteFileAtomically(folder_ / "out/manifest.jsonl", lines.substr(0, lines.find('\n') + 1));
  ExpectDone(Mask("out", {}));
  EXPECT_EQ(Edit().End().status, 0);
  EXPECT_EQ(Image("out/sub/b.png").at<std::uint8_t>(3, 3), 255);
}

// What a kill leaves looks the same.
TEST_F(EditTest, StrokesThatTheFilesDoNotShowAreMade) {
  Append("out/hints.jsonl", R"({"path": "a.png", "points": [{"x": 3.5, "y": 3.5}]})"
                            "\n");
  EXPECT_EQ(Edit().End().status, 0);
  ExpectMadeByHints();
  EXPECT_EQ(Image("out/a.png").at<std::uint8_t>(3, 3), 255);
}

TEST_F(EditTest, StrokesThatWereTakenBackBeforeAKillAreTakenBackInTheFiles) {
  RunningEditor editor = Edit();
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  EXPECT_EQ(editor.End().status, 0);
  Append("out/hints.jsonl", R"({"path": "a.png", "clear": true})"
                            "\n");
  EXPECT_EQ(Edit().End().status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
  EXPECT_EQ(Entry("in/a.png").at("edited"), false);
}

TEST_F(EditTest, WhatWasMadeByHandWrittenHintsIsNotMadeAgain) {
  Append("out/hints.jsonl",
         R"({"path": "a.png", "boxes": [{"x": 20, "y": 12, "width": 24, "height": 24},)"
         R"( {"x": -5, "y": 0, "width": 12, "height": 10}]})"
         "\n");
  EXPECT_EQ(Edit().End().status, 0);
  const auto time = fs::last_write_time(folder_ / "out/a.png");
  EXPECT_EQ(Edit().End().status, 0);
  ExpectDone(Mask("out", {"--hints", "out/hints.jsonl"}));
  EXPECT_EQ(fs::last_write_time(folder_ / "out/a.png"), time);
}

// Strokes cannot be added to a trimap; without it the mask would be another one.
TEST_F(EditTest, PhotosWithATrimapKeepTheirMask) {
  cv::Mat trimap(kSize, CV_8UC1, cv::Scalar(kTrimapUnknown));
  trimap(kCorner).setTo(kMaskForeground);
  WriteFileAtomically(folder_ / "trimaps/a.png", EncodePng(trimap));
  ExpectDone(Mask("out", {"--hints", "trimaps"}));
  const auto before = Results(folder_ / "out");
  RunningEditor editor = Edit();
  const EditAnswer opened = editor.Get(At("mask", kA));
  EXPECT_EQ(opened.status, 400);
  EXPECT_THAT(opened.body.substr(0, 500), HasSubstr("trimap"));
  EXPECT_EQ(editor.Post(At("stroke", kA), StrokeAt(9, 9).dump()).status, 400);
  editor.Do(At("stroke", kB), StrokeAt(3, 4));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Text("out/a.png") == before.at("a.png"));
}

TEST_F(EditTest, ARunInShardsIsEditedAsOne) {
  fs::remove_all(folder_ / "out");
  for (const char* const shard : {"0/2", "1/2"}) ExpectDone(Mask("out", {"--shard", shard}));
  for (const int photo : {kA, kB}) {
    RunningEditor editor = Edit();
    ASSERT_EQ(editor.Ask("run").at("photos").size(), 2U);
    editor.Do(At("stroke", photo), StrokeAt(3, 4));
    EXPECT_EQ(editor.End().status, 0);
  }
  for (const char* const photo : {"in/a.png", "in/sub/b.png"})
    EXPECT_EQ(Entry(photo).at("edited"), true);
  ExpectMadeByHints();
  const auto edited = Results(folder_ / "out");
  for (const char* const shard : {"0/2", "1/2"}) ExpectDone(Mask("out", {"--shard", shard}));
  EXPECT_TRUE(Results(folder_ / "out") == edited) << "shards keep edited masks, too";
}

TEST_F(EditTest, PhotosInAnArchiveAreEditedToo) {
  TarWriter tar(folder_ / "in.tar");
  for (const char* const name : {"a.png", "sub/b.png"})
    tar.Add(name, ReadFile(folder_ / "in" / name));
  tar.Finish();
  ExpectDone(Gradcut({"mask", "in.tar", "-o", "tarred"}));
  RunningEditor editor = Edit("tarred");
  EXPECT_EQ(editor.Get(At("thumb", kB)).status, 200);
  const cv::Mat mask = MaskIn(editor.Do(At("stroke", kB), StrokeAt(3, 4)));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Same(Image("tarred/sub/b.png"), mask));
  ExpectDone(Gradcut({"mask", "in.tar", "--hints", "tarred/hints.jsonl", "-o", "again"}));
  EXPECT_TRUE(Results(folder_ / "tarred") == Results(folder_ / "again"));
}

// ---- Runs that cannot be edited

TEST_F(EditTest, MasksInAnArchiveAreNotEdited) {
  ExpectDone(Gradcut({"mask", "in", "-o", "shards/masks.tar"}));
  ExpectRefused(Gradcut({"edit", "shards", "--no-browser"}),
                "its results lie in archives; give the run of gradcut -o FOLDER to edit them");
}

TEST_F(EditTest, TwoEditorsNeverShareAFolder) {
  RunningEditor editor = Edit();
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  ExpectRefused(Gradcut({"edit", "out", "--no-browser"}), "another gradcut is at work here");
  editor.Do(At("stroke", kA), StrokeAt(50, 40));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Said("a.png").strokes.size(), 2U);
  ExpectMadeByHints();
}

TEST_F(EditTest, NoRunWritesWhereAnEditorIsAtWork) {
  RunningEditor editor = Edit();
  const ProgramResult run = Mask("out", {"--existing", "overwrite"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("another gradcut is writing here"));
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(EditTest, ARunThatIsBeingWrittenIsRefused) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe.png").c_str(), 0600), 0);
  Program program({"mask", "in/a.png", "pipe.png", "-o", "out2", "--jobs", "1"}, Options());
  const fs::path manifest = folder_ / "out2/manifest.jsonl.partial";
  ASSERT_TRUE(WaitUntil([&] { return fs::exists(manifest) && !fs::is_empty(manifest); }));
  ExpectRefused(Gradcut({"edit", "out2", "--no-browser"}), "another gradcut is at work here");
  EXPECT_FALSE(fs::exists(folder_ / "out2/hints.jsonl"));
  const std::vector<std::uint8_t> photo = EncodePng(Photo(2));
  PipeToProgram(folder_ / "pipe.png").Feed({photo.begin(), photo.end()});
  EXPECT_EQ(program.Wait().status, 0);
  EXPECT_EQ(Manifest(folder_ / "out2").size(), 2U);
}

TEST_F(EditTest, ARunThatWasKilledCanBeEditedAndGoesOn) {
  fs::remove_all(folder_ / "out");
  ASSERT_EQ(::mkfifo((folder_ / "in/b.png").c_str(), 0600), 0);
  {
    const Program program(
        {"mask", "in/a.png", "in/b.png", "-o", "out", "--jobs", "1", "--save", kKinds}, Options());
    const fs::path manifest = folder_ / "out/manifest.jsonl.partial";
    ASSERT_TRUE(WaitUntil([&] { return fs::exists(manifest) && !fs::is_empty(manifest); }));
  }  // SIGKILL
  fs::remove(folder_ / "in/b.png");
  RunningEditor editor = Edit();
  ASSERT_EQ(editor.Ask("run").at("photos").size(), 1U);
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  EXPECT_EQ(editor.End().status, 0);
  ExpectDone(Gradcut({"mask", "in/a.png", "in/sub/b.png", "-o", "out", "--save", kKinds}));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "ok"));
  EXPECT_EQ(Image("out/a.png").at<std::uint8_t>(4, 4), 255);
}

TEST_F(EditTest, FoldersThatHoldNoMasksOfThisGradcutAreRefusedUntouched) {
  const auto expect_refused = [&](const std::string& folder, const std::string& said) {
    const auto files = [&] {
      std::map<std::string, std::string> all;
      if (fs::exists(folder_ / folder))
        for (const auto& each : fs::recursive_directory_iterator(folder_ / folder))
          if (each.is_regular_file()) all[each.path().string()] = TextOf(each.path());
      return all;
    };
    const auto before = files();
    ExpectRefused(Gradcut({"edit", folder, "--no-browser"}), said);
    EXPECT_TRUE(files() == before) << folder;
  };
  expect_refused("missing", "missing: is not a folder");
  expect_refused("in", "in: holds no run (no run.json)");
  ExpectDone(Gradcut({"saliency", "in", "-o", "maps"}));
  expect_refused("maps",
                 "is of gradcut saliency; results of gradcut mask and gradcut label can be edited");
  const json run = RunJson(folder_ / "out");
  const auto write_run = [&](const json& changed) {
    WriteFileAtomically(folder_ / "out/run.json", changed.dump());
  };
  json other = run;
  other["made_by"]["version"] = "0.0.1";
  write_run(other);
  expect_refused("out", "is of a run of gradcut 0.0.1");
  other = run;
  other["made_by"]["model_sha256"] = std::string(64, '0');
  write_run(other);
  expect_refused("out", "is of a run of another recipe (model_sha256");
  other = run;
  other["recipe"]["colour"]["no_such_option"] = 1;
  write_run(other);
  expect_refused("out", "no_such_option");
  write_run("not an object");
  expect_refused("out", "out: holds no run");
}

TEST_F(EditTest, AnAddressThatIsTakenIsRefused) {
  const RunningEditor editor = Edit();
  fs::copy(folder_ / "out", folder_ / "out2", fs::copy_options::recursive);
  fs::remove(folder_ / "out2/manifest.jsonl.partial");
  const ProgramResult result =
      Gradcut({"edit", "out2", "--no-browser", "--port", std::to_string(editor.port())});
  ExpectRefused(result, "cannot be listened on");
  ExpectRefused(Gradcut({"edit", "out2", "--no-browser", "--listen", "192.0.2.1"}),
                "cannot be listened on");
}

// ---- Ends

TEST_F(EditTest, ASignalEndsItWithAllWritten) {
  for (const int signal : {SIGINT, SIGTERM}) {
    RunningEditor editor = Edit();
    for (int i = 0; i < 3; ++i) editor.Do(At("stroke", kA), StrokeAt(9 * i + 3, 4));
    for (int i = 0; i < 3; ++i) editor.Do(At("undo", kA));
    const cv::Mat mask = MaskIn(editor.Do(At("stroke", kA), StrokeAt(50, 40)));
    const ProgramResult result = editor.End(signal);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("strokes are in out/hints.jsonl"));
    EXPECT_TRUE(Same(Image("out/a.png"), mask));
    EXPECT_FALSE(fs::exists(folder_ / "out/manifest.jsonl.partial"));
    EXPECT_EQ(Manifest(folder_ / "out").size(), 2U);
    EXPECT_EQ(RunJson(folder_ / "out").at("finished"), true);
  }
  EXPECT_EQ(Lines(Text("out/hints.jsonl")).size(), 2U) << "what was taken back is gone";
}

TEST_F(EditTest, ASignalEndsItAlsoBeforeItListens) {
  for (int i = 0; i < 8; ++i) {  // A matter of microseconds.
    Program program({"edit", "out", "--no-browser"}, Options());
    ASSERT_TRUE(WaitUntil([&] { return fs::exists(folder_ / "out/manifest.jsonl.partial"); }));
    program.Send(SIGINT);
    ASSERT_TRUE(WaitUntil([&] { return program.HasEnded(); }));
    EXPECT_EQ(Manifest(folder_ / "out").size(), 2U);
  }
}

// Browsers keep theirs open.
TEST_F(EditTest, AnOpenConnectionDoesNotKeepItFromEnding) {
  RunningEditor editor = Edit();
  httplib::Client client = editor.Stranger();
  client.set_keep_alive(true);
  ASSERT_EQ(RunningEditor::AnswerOf(client.Get("/")).status, 200);
  EXPECT_EQ(editor.End().status, 0);
}

// ---- Photos that are others now

TEST_F(EditTest, APhotoThatIsGoneOrAnotherKeepsItsMask) {
  fs::remove(folder_ / "in/a.png");
  SavePhoto(folder_ / "in/sub/b.png", 2);
  RunningEditor editor = Edit();
  EXPECT_EQ(editor.Ask("run").at("photos").size(), 2U);
  const std::vector<std::string> said = {"in/a.png: is not where the run found it",
                                         "in/sub/b.png: has changed since the run"};
  for (const int photo : {kA, kB})
    for (const EditAnswer& answer :
         {editor.Get(At("mask", photo)), editor.Post(At("stroke", photo), StrokeAt(3, 4).dump())}) {
      EXPECT_EQ(answer.status, 400);
      EXPECT_THAT(answer.body, HasSubstr(said[static_cast<std::size_t>(photo)]));
    }
  EXPECT_EQ(editor.Get(At("photo", kA)).status, 400);
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
  EXPECT_EQ(Text("out/hints.jsonl"), "");
}

TEST_F(EditTest, APhotoThatChangesWhileItIsOpenKeepsItsMask) {
  RunningEditor editor = Edit();
  editor.Ask(At("mask", kA));
  SavePhoto(folder_ / "in/a.png", 2);
  editor.Post(At("stroke", kA), StrokeAt(3, 4).dump());
  const ProgramResult result = editor.End();
  EXPECT_THAT(result.err, HasSubstr("in/a.png: has changed since the run"));
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(EditTest, HintsThatDoNotFitAnotherPhotoOfTheNameCanBeCleared) {
  for (const bool clears : {true, false}) {
    RunningEditor before = Edit();
    before.Do(At("stroke", kA), StrokeAt(50, 40));
    EXPECT_EQ(before.End().status, 0);
    SavePhoto(folder_ / "in/a.png", 1, {32, 24});
    ExpectDone(Mask("out", {}));
    RunningEditor editor = Edit();
    const json state = editor.Ask(At("mask", kA));
    EXPECT_EQ(state.at("unfit"), true);
    EXPECT_TRUE(Same(MaskIn(state), Image("out/a.png")));
    EXPECT_THAT(state.at("note").get<std::string>(),
                AllOf(HasSubstr("outside the 32x24 image"), HasSubstr("Clear")));
    const json after =
        clears ? editor.Do(At("clear", kA)) : editor.Do(At("stroke", kA), StrokeAt(3, 4));
    EXPECT_EQ(after.at("unfit"), false);
    EXPECT_EQ(editor.End().status, 0);
    EXPECT_EQ(Said("a.png", {32, 24}).strokes.size(), clears ? 0U : 1U);
    ExpectMadeByHints();
    SavePhoto(folder_ / "in/a.png", 1);
    ExpectDone(Mask("out", {"--existing", "overwrite"}));
  }
}

TEST_F(EditTest, APhotoThatHasFailedIsListedWithItsError) {
  WriteFileAtomically(folder_ / "in/broken.png", "no photo");
  EXPECT_EQ(Mask("out", {}).status, 1);
  RunningEditor editor = Edit();
  const json photo = editor.Ask("run").at("photos")[1];
  EXPECT_EQ(photo.at("name"), "broken.png");
  EXPECT_EQ(photo.at("status"), "failed");
  EXPECT_FALSE(photo.at("error").get<std::string>().empty());
  EXPECT_EQ(editor.Get("mask/1").status, 400);
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Entry("in/broken.png").at("status"), "failed");
}

// ---- Full disks

TEST_F(EditTest, AStrokeWithoutRoomIsRefusedAndNotInTheState) {
  // Files up to that size have room.
  RunningEditor editor({"out"}, {.folder = folder_.path(), .max_file_bytes = 60'000});
  const json before = editor.Do(At("stroke", kA), StrokeAt(3, 4));
  json line = StrokeAt(3, 4);
  for (int i = 0; i < 8000; ++i) line["points"].push_back({0.25 + i % 60, 5.125});
  const EditAnswer answer = editor.Post(At("stroke", kA), line.dump());
  EXPECT_NE(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("hints.jsonl: cannot be written: File too large"));
  const json state = editor.Ask(At("mask", kA));
  for (const char* const field : {"mask", "hints", "undo", "redo"})
    EXPECT_EQ(state.at(field), before.at(field)) << field;
  EXPECT_EQ(state.at("photo").at("clicks"), 1);
  EXPECT_EQ(editor.Do(At("stroke", kA), StrokeAt(50, 40)).at("hints").at("strokes").size(), 2U);
  EXPECT_EQ(editor.End().status, 0);
  EXPECT_EQ(Said("a.png").strokes.size(), 2U);
  ExpectMadeByHints();
}

TEST_F(EditTest, ADecisionWithoutRoomIsRefusedAndNotMade) {
  // The manifest has room for some lines more.
  RunningEditor editor({"out"}, {.folder = folder_.path(), .max_file_bytes = 20'000});
  const json accept = {{"review", "accepted"}}, reject = {{"review", "rejected"}};
  editor.Do(At("review", kB), reject);
  EditAnswer answer = {.status = 200, .body = ""};
  while (answer.status == 200) answer = editor.Post(At("review", kA), accept.dump());
  EXPECT_THAT(answer.body, HasSubstr("manifest.jsonl.partial: cannot be written: File too large"));
  EXPECT_NE(editor.Post(At("review", kB), accept.dump()).status, 200);
  EXPECT_EQ(editor.Ask("run").at("photos")[kB].at("review"), "rejected");
  editor.End();
  EXPECT_EQ(Edit().Ask("run").at("photos")[kB].at("review"), "rejected");
}

// What is said of a full disk, too.
TEST_F(EditTest, ADecisionThatCannotBeKeptIsAnsweredByInsufficientStorage) {
  const RunningEditor editor = Edit();
  editor.Ask(At("mask", kA));
  fs::remove(folder_ / "out/manifest.jsonl.partial");
  const EditAnswer answer = editor.Post(At("review", kA), R"({"review": "accepted"})");
  EXPECT_EQ(answer.status, 507);
  EXPECT_THAT(answer.body, HasSubstr("manifest.jsonl.partial: was removed"));
  EXPECT_EQ(editor.Ask("run").at("photos")[kA].at("review"), "seen");
}

TEST_F(EditTest, AnAddressThatNobodyGetsIsAFailure) {
  ProgramOptions options = Options();
  options.program = "/bin/sh";
  const ProgramResult result =
      RunProgram({"-c", std::string(GRADCUT_PROGRAM) + " edit out --port 0 >/dev/full"}, options);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("error: standard output: cannot be written: No space left"));
}

// What is said of a full disk, too.
TEST_F(EditTest, AStrokeThatCannotBeKeptIsAnsweredByInsufficientStorage) {
  RunningEditor editor = Edit();
  const json before = editor.Ask(At("mask", kA));
  fs::remove(folder_ / "out/hints.jsonl");
  const EditAnswer answer = editor.Post(At("stroke", kA), StrokeAt(3, 4).dump());
  EXPECT_EQ(answer.status, 507);
  EXPECT_THAT(answer.body, HasSubstr("hints.jsonl: was removed"));
  EXPECT_EQ(editor.Ask(At("mask", kA)).at("mask"), before.at("mask"));
}

TEST_F(EditTest, AMaskWithoutRoomIsSaidAndMadeWhenThereIs) {
  fs::remove(folder_ / "out/a.png");
  fs::create_symlink("/dev/full", folder_ / "out/a.png");
  RunningEditor editor = Edit();
  editor.Do(At("stroke", kA), StrokeAt(3, 4));
  EXPECT_TRUE(WaitUntil([&] {
    return editor.Ask(At("mask", kA)).value("note", "").find("No space") != std::string::npos;
  }));
  const ProgramResult result = editor.End();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("out/a.png"), HasSubstr("No space left")));
  EXPECT_EQ(Manifest(folder_ / "out").size(), 2U);
  fs::remove(folder_ / "out/a.png");
  EXPECT_EQ(Edit().End().status, 0);
  ExpectMadeByHints();
}

}  // namespace
}  // namespace gradcut
