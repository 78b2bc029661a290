#include "workflow/hint_log.h"

#include "gradcut/dataset/hint_files.h"
#include "gradcut/dataset/hint_lines.h"
#include "support/error_of.h"
#include "support/file_size_limit.h"
#include "support/forbidden.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const cv::Size kSize(100, 100);

Hints StrokeAt(double x) { return {.strokes = {{.points = {{x, 5}, {x + 1, 5}}, .radius = 2}}}; }

class HintLogTest : public ::testing::Test {
 protected:
  HintLog Log(Durability durability = Durability::kFast) const { return {path_, durability}; }
  void Write(const std::string& text) const { WriteFileAtomically(path_, text); }
  std::string Text() const { return TextOf(path_); }

  // What readers of the file take it to say of one of these photos.
  Hints Said(const std::string& name) const {
    return HintFiles(std::vector{path_}, HintImages::kTrimap, photos_).Find({name, name}, kSize);
  }
  // The same, to be compared.
  std::string SaidAsText(const std::string& name) const { return HintsToJsonLine("", Said(name)); }
  // Where the strokes begin.
  std::vector<double> StrokesOf(const std::string& name) const {
    std::vector<double> places;
    for (const HintStroke& stroke : Said(name).strokes) places.push_back(stroke.points[0].x);
    return places;
  }

  const TemporaryFolder folder_;
  const fs::path path_ = folder_ / "hints.jsonl";
  const std::vector<std::string> names_ = {"a.jpg", "b.jpg", "sub/b.jpg", "\"c\"\n.jpg",
                                           "caf\xe9.jpg"};
  const std::vector<Input> photos_ = [this] {
    std::vector<Input> photos;
    for (const std::string& name : names_) photos.push_back({name, name});
    return photos;
  }();
};

// ---- Adding

TEST_F(HintLogTest, WhatIsAddedAddsUp) {
  HintLog log = Log();
  log.Add("a.jpg", StrokeAt(1));
  log.Add("sub/b.jpg", StrokeAt(2));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(1)) << "it is in the file at once";
  log.Add("a.jpg", {.boxes = {{.id = 7, .box = {0, 0, 50, 20}}}, .fill_holes = true});
  log.Add("a.jpg", StrokeAt(3));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(1, 3));
  EXPECT_EQ(Said("a.jpg").boxes.at(0).id, 7);
  EXPECT_TRUE(Said("a.jpg").fill_holes);
  EXPECT_THAT(StrokesOf("sub/b.jpg"), ElementsAre(2));
}

TEST_F(HintLogTest, WhatReplacesCountsAlone) {
  HintLog log = Log(Durability::kDurable);
  log.Add("a.jpg", StrokeAt(1));
  log.Add("b.jpg", StrokeAt(2));
  log.Replace("a.jpg", StrokeAt(3));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(3));
  EXPECT_THAT(StrokesOf("b.jpg"), ElementsAre(2));
  log.Replace("a.jpg", {});
  EXPECT_TRUE(Said("a.jpg").empty());
  log.Add("a.jpg", StrokeAt(4));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(4));
}

TEST_F(HintLogTest, AFileThatIsThereGoesOn) {
  Write(HintsToJsonLine("a.jpg", StrokeAt(1)) + "\n");
  Log().Add("a.jpg", StrokeAt(2));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(1, 2));
}

TEST_F(HintLogTest, AnEmptyFileIsMade) {
  Log();
  EXPECT_EQ(Text(), "");
}

TEST_F(HintLogTest, AFileThatCannotBeMadeIsNamed) {
  EXPECT_THAT(ErrorOf([&] { HintLog(folder_ / "no/such/hints.jsonl", Durability::kFast); }),
              HasSubstr("no/such/hints.jsonl"));
}

// ---- Ends of the file

TEST_F(HintLogTest, HalfALineIsTakenAway) {
  const std::string whole = HintsToJsonLine("a.jpg", StrokeAt(1)) + "\n";
  for (const std::string& half : {std::string("{\"path\": \"b.jp"), std::string(500, '\0')}) {
    Write(whole + half);
    Log().Add("b.jpg", StrokeAt(2));
    EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(1));
    EXPECT_THAT(StrokesOf("b.jpg"), ElementsAre(2));
  }
  Write("{\"path\"");
  Log();
  EXPECT_EQ(Text(), "");
}

// As editors of text leave it; `HintFiles` reads it, too.
TEST_F(HintLogTest, AWholeLineWithoutItsEndIsKept) {
  Write(HintsToJsonLine("a.jpg", StrokeAt(1)));
  Log().Add("a.jpg", StrokeAt(2));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(1, 2));
}

TEST_F(HintLogTest, WithoutRoomNothingIsAddedAndTheRestStays) {
  HintLog log = Log();
  log.Add("a.jpg", StrokeAt(1));
  const std::string before = Text();
  {
    const FileSizeLimit full(before.size() + 20);
    EXPECT_THROW(log.Add("a.jpg", StrokeAt(2)), Error);
    EXPECT_THROW(log.Replace("a.jpg", {}), Error);
  }
  EXPECT_EQ(Text(), before);
  log.Add("a.jpg", StrokeAt(3));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(1, 3));
}

TEST_F(HintLogTest, NothingIsAddedToAFileThatWasRemoved) {
  HintLog log = Log();
  fs::remove(path_);
  EXPECT_THROW(log.Add("a.jpg", StrokeAt(1)), StorageError);
}

// ---- Compacting

TEST_F(HintLogTest, CompactingTakesAwayWhatIsSaidAnew) {
  HintLog log = Log();
  log.Add("a.jpg", StrokeAt(1));
  log.Add("b.jpg", StrokeAt(2));
  log.Replace("a.jpg", StrokeAt(3));
  log.Add("a.jpg", StrokeAt(4));
  log.Replace("b.jpg", {});
  log.Compact();
  EXPECT_LE(Lines(Text()).size(), 3U) << Text();
  EXPECT_THAT(Text(), AllOf(Not(HasSubstr("[1.0,")), Not(HasSubstr("[2.0,"))));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(3, 4));
  EXPECT_TRUE(Said("b.jpg").empty());
}

TEST_F(HintLogTest, CompactingLeavesAFileWithoutSuchLinesAsItIs) {
  const std::string text = HintsToJsonLine("a.jpg", StrokeAt(1)) + "\r\n\n  " +
                           HintsToJsonLine("a.jpg", StrokeAt(2)) + "\n";
  Write(text);
  Log().Compact();
  EXPECT_EQ(Text(), text);
}

TEST_F(HintLogTest, CompactingNeverChangesWhatIsSaid) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    fs::remove(path_);
    HintLog log = Log();
    for (int i = 0; i < 30; ++i) {
      const std::string& name = names_[random() % names_.size()];
      Hints hints = random() % 4 == 0 ? Hints() : StrokeAt(i);
      hints.keep_largest = random() % 4 == 0;
      if (random() % 3 == 0)
        log.Replace(name, hints);
      else
        log.Add(name, hints);
    }
    std::vector<std::string> before, after;
    for (const std::string& name : names_) before.push_back(SaidAsText(name));
    log.Compact();
    for (const std::string& name : names_) after.push_back(SaidAsText(name));
    ASSERT_EQ(before, after) << Text();
  }
}

TEST_F(HintLogTest, CompactingKeepsLinesThatOthersHaveWritten) {
  const std::string theirs = R"({"path": "elsewhere/z.jpg", "points": [{"x": 1, "y": 1}]})";
  Write(theirs + "\n" + HintsToJsonLine("a.jpg", StrokeAt(1)) + "\n");
  HintLog log = Log();
  log.Replace("a.jpg", StrokeAt(2));
  log.Compact();
  EXPECT_EQ(Lines(Text()).at(0), theirs);
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(2));
}

TEST_F(HintLogTest, CompactingDropsNothingThatItCannotRead) {
  HintLog log = Log();
  log.Add("a.jpg", StrokeAt(1));
  log.Replace("a.jpg", StrokeAt(2));
  const std::string before = Text();
  {
    const Forbidden forbidden(path_);
    EXPECT_THAT(ErrorOf([&] { log.Compact(); }), HasSubstr("hints.jsonl: cannot be opened"));
  }
  EXPECT_EQ(Text(), before);
  log.Add("a.jpg", StrokeAt(3));
  EXPECT_THAT(StrokesOf("a.jpg"), ElementsAre(2, 3));
}

// A file of a person may call a photo what the editor does not.
TEST_F(HintLogTest, WhatIsDroppedByAnotherNameOfThePhotoStaysDropped) {
  for (const char* const theirs : {"./a.jpg", "photos/a.jpg", "a"}) {
    Write(HintsToJsonLine(theirs, StrokeAt(1)) + "\n");
    ASSERT_THAT(StrokesOf("a.jpg"), ElementsAre(1)) << theirs;
    HintLog log = Log();
    log.Replace("a.jpg", {});
    ASSERT_TRUE(Said("a.jpg").empty()) << theirs;
    log.Compact();
    EXPECT_TRUE(Said("a.jpg").empty()) << theirs << "\n" << Text();
  }
}

}  // namespace
}  // namespace gradcut
