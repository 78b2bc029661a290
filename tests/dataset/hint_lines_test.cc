#include "gradcut/dataset/hint_lines.h"

#include "gradcut/dataset/hint_files.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const cv::Size kSize(40, 30);

Hints ReadBack(const std::string& path, const std::string& lines) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "hints.jsonl", lines);
  return HintFiles(std::vector{folder / "hints.jsonl"}).Find({path, path}, kSize);
}

void ExpectSame(const Hints& a, const Hints& b) {
  ASSERT_EQ(a.boxes.size(), b.boxes.size());
  for (std::size_t i = 0; i < a.boxes.size(); ++i) {
    EXPECT_EQ(a.boxes[i].id, b.boxes[i].id);
    EXPECT_EQ(a.boxes[i].box, b.boxes[i].box);
    EXPECT_EQ(a.boxes[i].class_name, b.boxes[i].class_name);
  }
  ASSERT_EQ(a.strokes.size(), b.strokes.size());
  for (std::size_t i = 0; i < a.strokes.size(); ++i) {
    EXPECT_EQ(a.strokes[i].points, b.strokes[i].points);
    EXPECT_EQ(a.strokes[i].radius, b.strokes[i].radius);
    EXPECT_EQ(a.strokes[i].object, b.strokes[i].object);
    EXPECT_EQ(a.strokes[i].class_name, b.strokes[i].class_name);
    EXPECT_EQ(a.strokes[i].box, b.strokes[i].box);
  }
}

TEST(HintLinesTest, WhatIsWrittenIsReadBack) {
  const Hints hints = {.boxes = {{.id = 7, .box = {1.1, 2, 20, 20}, .class_name = "hot dog"},
                                 {.id = 0, .box = {0, 0, 40, 30}}},
                       .strokes = {{.points = {{5, 6}}, .class_name = "hot dog", .box = 7},
                                   {.points = {{30, 6}}, .object = false},
                                   {.points = {{5, 6}, {0.1, 29.7}}, .radius = 2.5, .box = 7},
                                   {.points = {{8, 8}}, .object = false},
                                   {.points = {{9, 9}}, .radius = 3}}};
  const std::string line = HintsToJsonLine("sub/\"a\"\n.jpg", hints);
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  ExpectSame(ReadBack("sub/\"a\"\n.jpg", line + "\n"), hints);
  ExpectSame(ReadBack("caf\xe9.jpg", HintsToJsonLine("caf\xe9.jpg", hints)), hints);
}

TEST(HintLinesTest, APointIsWrittenAsOneUnlessSomethingItMayCrossComesBefore) {
  const HintStroke point = {.points = {{5, 6}}}, line = {.points = {{5, 6}, {9, 9}}};
  EXPECT_EQ(HintsToJsonLine("a", {.strokes = {point}}),
            R"({"path":"a","points":[{"object":true,"x":5.0,"y":6.0}]})");
  EXPECT_EQ(HintsToJsonLine("a", {.strokes = {line, point}}),
            R"({"path":"a","strokes":[{"object":true,"points":[[5.0,6.0],[9.0,9.0]],"radius":0.0},)"
            R"({"object":true,"points":[[5.0,6.0]],"radius":0.0}]})");
}

TEST(HintLinesTest, NoHintsAreALineToo) {
  EXPECT_EQ(HintsToJsonLine("a.jpg", {}), R"({"path":"a.jpg"})");
}

TEST(HintLinesTest, MapsAreNoLines) {
  EXPECT_THROW(HintsToJsonLine("a", {.trimap = cv::Mat::zeros(2, 2, CV_8UC1)}),
               std::invalid_argument);
}

// ---- What a person wants of the finished mask

TEST(HintLinesTest, WishesForTheMaskAreWrittenWhereThereAreAny) {
  EXPECT_EQ(HintsToJsonLine("a", {.fill_holes = true}), R"({"fill_holes":true,"path":"a"})");
  EXPECT_EQ(HintsToJsonLine("a", {.keep_largest = true}), R"({"keep_largest":true,"path":"a"})");
  for (const bool fill : {false, true})
    for (const bool largest : {false, true}) {
      const Hints hints = {
          .strokes = {{.points = {{5, 6}}}}, .fill_holes = fill, .keep_largest = largest};
      const Hints read = ReadBack("a.jpg", HintsToJsonLine("a.jpg", hints));
      ExpectSame(read, hints);
      EXPECT_EQ(read.fill_holes, fill);
      EXPECT_EQ(read.keep_largest, largest);
    }
}

TEST(HintLinesTest, WishesOfAllLinesCountUntilOneClears) {
  const std::string fill = HintsToJsonLine("a.jpg", {.fill_holes = true}) + "\n";
  const std::string largest = HintsToJsonLine("a.jpg", {.keep_largest = true}) + "\n";
  const Hints both = ReadBack("a.jpg", fill + largest);
  EXPECT_TRUE(both.fill_holes);
  EXPECT_TRUE(both.keep_largest);
  const Hints cleared =
      ReadBack("a.jpg", fill + R"({"path": "a.jpg", "clear": true, "keep_largest": 1})");
  EXPECT_FALSE(cleared.fill_holes);
  EXPECT_TRUE(cleared.keep_largest);
}

// ---- One line by itself

TEST(HintsFromJsonLineTest, IsTheInverse) {
  const Hints hints = {.boxes = {{.id = 7, .box = {1.1, 2, 20, 20}, .class_name = "hot dog"}},
                       .strokes = {{.points = {{5, 6}}, .object = false},
                                   {.points = {{5, 6}, {0.1, 29.7}}, .radius = 2.5, .box = 7}},
                       .fill_holes = true,
                       .keep_largest = true};
  const Hints read = HintsFromJsonLine(HintsToJsonLine("a.jpg", hints), "here");
  ExpectSame(read, hints);
  EXPECT_TRUE(read.fill_holes);
  EXPECT_TRUE(read.keep_largest);
}

TEST(HintsFromJsonLineTest, AnyPartMayBeMissing) {
  EXPECT_TRUE(HintsFromJsonLine("{}", "here").empty());
  const Hints hints = HintsFromJsonLine(
      R"({"boxes": [{"x": 1, "y": 2, "width": 3, "height": 4}], "strokes": [{"points": [[5, 6]]}]})",
      "here");
  EXPECT_EQ(hints.boxes.at(0).id, -1) << "it has none yet";
  EXPECT_EQ(hints.strokes.at(0).radius, 0);
  EXPECT_TRUE(hints.strokes.at(0).object);
  EXPECT_FALSE(hints.fill_holes);
}

TEST(HintsFromJsonLineTest, WhatIsWrongIsNamedWithItsPlace) {
  const auto error = [](std::string_view line) {
    return ErrorOf([&] { HintsFromJsonLine(line, "here"); });
  };
  EXPECT_THAT(error(""), StartsWith("here: is not JSON: "));
  EXPECT_THAT(error("{} {}"), StartsWith("here: is not JSON: "));
  EXPECT_THAT(error(R"({"strokes": [{"points": [[NaN, 1]]}]})"), StartsWith("here: is not JSON: "));
  EXPECT_THAT(error(R"({"strokes": [{"points": [[1e999, 1]]}]})"),
              StartsWith("here: is not JSON: number overflow"));
  EXPECT_THAT(error(std::string(1000000, '[')), StartsWith("here: is not JSON: "));
  EXPECT_EQ(error("[]"), "here: must be an object");
  EXPECT_EQ(error(R"({"stroke": []})"), "here: has an unknown part 'stroke'");
  EXPECT_EQ(error(R"({"fill_holes": "yes"})"), "here: 'fill_holes' must be true or false");
  EXPECT_EQ(error(R"({"keep_largest": 2})"), "here: 'keep_largest' must be true or false");
  EXPECT_EQ(error(R"({"strokes": [{}, 7]})"), "here: strokes[1]: must be an object");
  EXPECT_EQ(error(R"({"strokes": [{"points": [[1]]}]})"),
            "here: strokes[0]: 'points' must be a list of [x, y]");
}

}  // namespace
}  // namespace gradcut
